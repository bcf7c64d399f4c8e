/**
 * The words behind ifconfig's options, parsed whole before anything is done.
 *
 *     interface create [af] commands | interface destroy [anything] | interface [af] [commands]
 *
 * The first verb or address position that a word fits is the one; whatever does not parse is a UsageError.
 */
import { isFamily, type Family } from './address-family';
import type { Session } from './command';
import { UsageError } from './errors';
import { ifnameLength } from './ifname';
import type { Action, Line, Parsing, Verb } from './verb';
import { verbFamilies } from './verbs';
import { addressPositions, preference } from './verbs/address';
import { cloneAction, isCloneVerb } from './verbs/clone';
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
  secondAddress: false,
  broadcast: false,
  alias: null,
  preference: null,
  inet6: { set: 0, clear: 0, preferredLifetime: null, validLifetime: null, eui64: false },
});

/** The whole grammar. */
export async function parseRequest(words: readonly string[], session: Session): Promise<Request> {
  if (words.length > mostWords) throw new UsageError();
  const ifname = interfaceName(words[0]);
  const actions: Action[] = [];
  let rest = words.slice(1);
  const [first] = rest;
  if (isCloneVerb(first)) {
    actions.push(cloneAction(first));
    rest = first === 'destroy' ? [] : rest.slice(1);
  }
  const family = isFamily(rest[0]) ? rest[0] : null;
  if (family) rest = rest.slice(1);
  if (actions.length === 0 && rest.length === 0) return { kind: 'status', ifname, family };
  const line = newLine(family);
  actions.push(...(await parseCommands(rest, { session, line })));
  return { kind: 'actions', ifname, actions, line };
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
  const keyword = verbs.get(word) ?? (parsing.line.address && word === 'preference' ? preference : undefined);
  if (keyword) {
    const action = await keyword.parse(words.slice(1, 1 + keyword.operands), parsing);
    if (!action) throw new UsageError();
    return { action, used: 1 + keyword.operands };
  }
  for (const position of addressPositions(parsing.line)) {
    const action = await position.parse([word], parsing);
    if (action) return { action, used: 1 };
  }
  throw new UsageError();
}
