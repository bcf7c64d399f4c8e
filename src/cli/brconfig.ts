/** brconfig(8): configures bridges. */
import { IFF_UP } from '../../native-structs';
import { bridgeStatus } from './brconfig-status';
import { usage, verbs, type Verb } from './brconfig-verbs';
import { Bridge } from './bridge';
import { runCommand, type Context, type Session } from './command';
import { CommandError, ForeignError, orFail, UsageError } from './errors';
import { getopt } from './getopt';
import { fromKernelName } from './ifname';

/** Runs `argv`, brconfig's words without its own name, and returns the exit status. */
export async function brconfig(argv: readonly string[], context: Context): Promise<number> {
  return runCommand({ command: 'brconfig', argv, usage }, context, (session) => run(argv, session));
}

async function run(argv: readonly string[], session: Session): Promise<number> {
  const { options, words } = getopt(argv, 'a');
  const [name, ...commands] = words;
  if (options.length > 0) {
    if (name !== undefined) throw new UsageError();
    await printAll(session);
    return 0;
  }
  if (name === undefined) throw new UsageError();
  if (!isBridgeName(name)) throw new CommandError(`${name} is not a bridge`);
  await leaveUnknown(session, commands);
  const bridge = new Bridge(await session.kernel(), name);
  const flags = await orFail('unable to get interface flags', bridge.flags());
  if (commands.length === 0) await printStatus(session, bridge);
  else await runCommands(session, bridge, commands, flags);
  return 0;
}

/** A line with an unknown command is for NetBSD's own brconfig, if that is here. Throws ForeignError. */
async function leaveUnknown(session: Session, words: readonly string[]): Promise<void> {
  for (let at = 0; at < words.length;) {
    const verb = findVerb(words[at]);
    if (!verb) {
      if (await session.native()) throw new ForeignError(words[at] ?? '');
      return;
    }
    at += 1 + verb.operands.length;
  }
}

const findVerb = (word = ''): Verb | undefined => verbs.find((one) => one.words.includes(word));

const isBridgeName = (name: string): boolean => /^bridge[0-9]/.test(name);

/** Left to right; each is looked at only when it is its turn, so that the ones before a wrong one have been done. */
async function runCommands(
  session: Session,
  bridge: Bridge,
  commands: readonly string[],
  flags: number,
): Promise<void> {
  const wanted: { flags?: number } = {};
  const setUp = (up: boolean) => {
    wanted.flags = up ? flags | IFF_UP : flags & ~IFF_UP;
  };
  const print = (text: string) => session.print(text);
  let rest = commands;
  while (rest.length > 0) {
    const { verb, word, operands } = next(rest);
    await verb.run({ bridge, word, print, setUp }, operands);
    rest = rest.slice(1 + operands.length);
  }
  if (wanted.flags === undefined) return;
  await orFail('unable to set interface flags', bridge.setFlags(wanted.flags));
}

/** The command that `words` begin with. Throws CommandError. */
function next(words: readonly string[]): {
  readonly verb: Verb;
  readonly word: string;
  readonly operands: readonly string[];
} {
  const [word = ''] = words;
  const verb = findVerb(word);
  if (!verb) throw new CommandError(`unknown command: ${word}`);
  const count = verb.operands.length;
  const operands = words.slice(1, 1 + count);
  if (operands.length < count)
    throw new CommandError(`command ${word} requires ${count} argument${count === 1 ? '' : 's'}`);
  return { verb, word, operands };
}

async function printAll(session: Session): Promise<void> {
  const kernel = await session.kernel();
  const interfaces = await orFail('getifaddrs', kernel.getifaddrs());
  const names = new Set(interfaces.map(({ name }) => fromKernelName(name)).filter(isBridgeName));
  for (const name of names) await printStatus(session, new Bridge(kernel, name));
}

async function printStatus(session: Session, bridge: Bridge): Promise<void> {
  for await (const line of bridgeStatus(bridge, session.traits)) session.print(line);
}
