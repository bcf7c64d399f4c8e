/** ifconfig(8): options and words in, what the kernel says out. */
import { changeAddress, changePreference } from './address-change';
import { runCommand, type Context, type Session } from './command';
import { failure, orFail, UsageError } from './errors';
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
  return runCommand('ifconfig', context, ifconfigUsage, async (session) => {
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
      await printStatus(session, null, parseFamilyOnly(words), options);
      return 0;
  }
  if (words.length > 0) throw new UsageError();
  if (options.grammar === 'list') await printNames(session, options);
  else if (options.grammar === 'cloners') await printCloners(session);
  else await waitForAddresses(session, options.waitSeconds, options.detachedSeconds);
  return 0;
}

/** -s: the exit status says whether the link is there. */
async function linkStatus(session: Session, ifname: string): Promise<number> {
  const kernel = await session.kernel();
  await orFail(`SIOCGIFFLAGS ${ifname}`, sendIfreq(kernel, 'SIOCGIFFLAGS', ifname));
  return (await hasCarrier(kernel, ifname)) ? 0 : 1;
}

async function perform(session: Session, options: Options, request: Request): Promise<number> {
  const { ifname } = request;
  if (request.kind === 'status') {
    await printStatus(session, ifname, request.family, options);
    return 0;
  }
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
