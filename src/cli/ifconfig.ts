/** ifconfig(8): options and words in, what the kernel says out. */
import { changeAddress, changePreference } from './address-change';
import { runCommand, type Context, type Session } from './command';
import type { Family } from './address-family';
import { failure, ForeignError, orFail, UsageError } from './errors';
import { parseFamilyOnly, parseInterfaceOnly, parseRequest, parseStatus, type Request } from './grammar';
import { parseOptions, type Options } from './ifconfig-options';
import { ifconfigUsage } from './ifconfig-usage';
import { hasCarrier } from './interface-data';
import { printCloners, printNames, printStatus } from './interfaces';
import { sendIfreq } from './request';
import type { Target } from './verb';
import { waitForAddresses } from './wait-addresses';

/** Runs ifconfig with `argv`, its arguments without its name; returns the exit status. */
export function ifconfig(argv: readonly string[], context: Context): Promise<number> {
  return runCommand({ command: 'ifconfig', argv, usage: ifconfigUsage }, context, async (session) => {
    const { options, words } = parseOptions(argv, session);
    return dispatch(session, options, words);
  });
}

async function dispatch(session: Session, options: Options, words: readonly string[]): Promise<number> {
  switch (options.grammar) {
    case 'commands':
      return perform(session, options, await parseRequest(words, session));
    case 'interface-family':
      return perform(session, options, parseStatus(words));
    case 'interface':
      return linkStatus(session, parseInterfaceOnly(words));
    case 'family':
      return showStatus(session, null, parseFamilyOnly(words), options);
  }
  if (words.length > 0) throw new UsageError();
  if (options.grammar === 'list') await printNames(session, options);
  else if (options.grammar === 'cloners') await printCloners(session);
  else await waitForAddresses(session, options.waitSeconds, options.detachedSeconds);
  return 0;
}

/** Names of interfaces of which this project shows everything that NetBSD does. */
const ownInterface = /^(l2tp|bridge)[0-9]/;

/**
 * The status of other interfaces (null: of all), and of AppleTalk, has lines of which this project knows nothing; it is
 * for NetBSD's own command where that is here. Throws ForeignError.
 */
async function leaveForeign(session: Session, ifname: string | null, family: Family | null): Promise<void> {
  const isOwn = ifname !== null && ownInterface.test(ifname) && family !== 'atalk';
  if (!isOwn && (await session.native())) throw new ForeignError(ifname ?? '-a');
}

async function showStatus(
  session: Session,
  ifname: string | null,
  family: Family | null,
  options: Options,
): Promise<number> {
  await leaveForeign(session, ifname, family);
  await printStatus(session, ifname, family, options);
  return 0;
}

/** -s: the exit status says whether the link is there. */
async function linkStatus(session: Session, ifname: string): Promise<number> {
  await leaveForeign(session, ifname, null);
  const kernel = await session.kernel();
  await orFail(`SIOCGIFFLAGS ${ifname}`, sendIfreq(kernel, 'SIOCGIFFLAGS', ifname));
  return (await hasCarrier(kernel, ifname, session.traits)) ? 0 : 1;
}

async function perform(session: Session, options: Options, request: Request): Promise<number> {
  const { ifname } = request;
  if (request.kind === 'status') return showStatus(session, ifname, request.family, options);
  const { actions, line } = request;
  const kernel = await session.kernel();
  const change = { destination: null, netmask: null, broadcast: null };
  const target: Target = { session, kernel, ifname, family: line.family, change };
  try {
    for (const action of actions) await action(target);
  } catch (error) {
    throw failure('exec_matches', error);
  }
  await changeAddress(target, line);
  await changePreference(target, line);
  return 0;
}
