/**
 * The words behind ifconfig's options, parsed whole before anything is done.
 *
 *     interface create [af] commands | interface destroy [anything] | interface [af] [commands]
 *
 * The first verb or address position that a word fits is the one; whatever does not parse is a UsageError. A line
 * that parses with the verbs of NetBSD's own command in it, or that is found to have one where that command is here, is
 * a ForeignError.
 */
import type { ReleaseTraits } from '../ioctl/release';
import { isFamily, type Family } from './address-family';
import type { Session } from './command';
import { ForeignError, UsageError } from './errors';
import { foreignOperands, foreignVerbs, type ForeignVerb } from './foreign-verbs';
import { ifnameLength } from './ifname';
import type { Action, Line, Parsing, Verb } from './verb';
import { verbFamilies } from './verbs';
import { addressPositions, preference } from './verbs/address';
import { cloneAction, isCloneVerb, type CloneVerb } from './verbs/clone';
import { IFNAMSIZ } from '../../native-structs/net-if';

/** What a line of words asks for: the status of an interface, or actions on it. */
export type Request =
  | { readonly kind: 'status'; readonly ifname: string; readonly family: Family | null }
  | {
      readonly kind: 'actions';
      readonly ifname: string;
      readonly actions: readonly Action[];
      readonly line: Line;
    };

const mostWords = 32;

const verbs = new Map<string, Verb>(
  verbFamilies.flatMap((family) => family.verbs.flatMap((verb) => verb.words.map((word) => [word, verb]))),
);

/** The verb that a word is in a release; behind an address there is one more. */
function findVerb(word: string, traits: ReleaseTraits, behindAddress: boolean): Verb | undefined {
  const found = verbs.get(word);
  if (found) return found.needs && !traits[found.needs] ? undefined : found;
  return behindAddress && word === preference.words[0] ? preference : undefined;
}

function interfaceName(word: string | undefined): string {
  if (word === undefined || ifnameLength(word) > IFNAMSIZ) throw new UsageError();
  return word;
}

/** `[af]` behind an interface or behind -a. */
export function parseFamilyOnly(words: readonly string[]): Family | null {
  const [word, ...rest] = words;
  if (word === undefined) return null;
  if (!isFamily(word) || rest.length > 0) throw new UsageError();
  return word;
}

/** `interface`, and nothing behind it. */
export function parseInterfaceOnly(words: readonly string[]): string {
  if (words.length > 1) throw new UsageError();
  return interfaceName(words[0]);
}

/** `interface [af]`. */
export function parseStatus(words: readonly string[]): Request {
  return { kind: 'status', ifname: interfaceName(words[0]), family: parseFamilyOnly(words.slice(1)) };
}

const newLine = (family: Family | null): Line => ({
  family,
  address: null,
  linkAddress: null,
  linkActive: false,
  foreign: null,
  secondAddress: false,
  broadcast: false,
  alias: null,
  preference: null,
  inet6: { set: 0, clear: 0, preferredLifetime: null, validLifetime: null, eui64: false },
});

/** What stands before the commands, and the commands. */
function split(words: readonly string[]): {
  readonly clone: CloneVerb | null;
  readonly family: Family | null;
  readonly commands: readonly string[];
} {
  const clone = isCloneVerb(words[0]) ? words[0] : null;
  if (clone === 'destroy') return { clone, family: null, commands: [] };
  const rest = clone ? words.slice(1) : words;
  const family = isFamily(rest[0]) ? rest[0] : null;
  return { clone, family, commands: family ? rest.slice(1) : rest };
}

/** The whole grammar. */
export async function parseRequest(words: readonly string[], session: Session): Promise<Request> {
  if (words.length > mostWords) throw new UsageError();
  const ifname = interfaceName(words[0]);
  const { clone, family, commands } = split(words.slice(1));
  if (!clone && commands.length === 0) return { kind: 'status', ifname, family };
  const foreign = family === 'atalk' && commands.length > 0 ? family : findForeign(commands, session.traits);
  // NetBSD's own command parses such a line itself; here an address might have to ask the kernel
  if (foreign !== null && (await session.native())) throw new ForeignError(foreign);
  const line = newLine(family);
  const actions = await parseCommands(commands, { session, line });
  if (line.foreign !== null) throw new ForeignError(line.foreign);
  return { kind: 'actions', ifname, actions: clone ? [cloneAction(clone), ...actions] : actions, line };
}

/** The first verb among `words` that only NetBSD's own command has, by the words' positions alone; null if none is. */
function findForeign(words: readonly string[], traits: ReleaseTraits): string | null {
  for (let at = 0; at < words.length;) {
    const word = words[at] ?? '';
    const verb = findVerb(word, traits, true);
    if (!verb && foreignVerbs.has(word)) return word;
    at += 1 + (verb?.operands ?? 0);
  }
  return null;
}

async function parseCommands(words: readonly string[], parsing: Parsing): Promise<readonly Action[]> {
  const actions: Action[] = [];
  for (let at = 0; at < words.length;) {
    const { action, used } = await parseCommand(words.slice(at), parsing);
    actions.push(action);
    at += used;
  }
  return actions;
}

async function parseCommand(
  words: readonly string[],
  parsing: Parsing,
): Promise<{ readonly action: Action; readonly used: number }> {
  const [word = ''] = words;
  const { line, session } = parsing;
  const keyword = findVerb(word, session.traits, line.address !== null || line.linkAddress !== null);
  if (keyword) {
    const action = await keyword.parse(words.slice(1, 1 + keyword.operands), parsing);
    if (!action) throw new UsageError();
    return { action, used: 1 + keyword.operands };
  }
  const foreign = foreignVerbs.get(word);
  if (foreign) {
    line.foreign ??= word;
    return parseForeign(foreign, words);
  }
  for (const position of addressPositions(line)) {
    const action = await position.parse([word], parsing);
    if (action) return { action, used: 1 };
  }
  throw new UsageError();
}

/** A foreign verb with its operands, whatever they are: with one in it no line is carried out. */
function parseForeign(
  verb: ForeignVerb,
  words: readonly string[],
): { readonly action: Action; readonly used: number } {
  const operands = foreignOperands(verb, words.slice(1));
  if (operands === null) throw new UsageError();
  return { action: () => undefined, used: 1 + operands };
}
