/**
 * What a verb of ifconfig is: the words that name it, the grammar of its operands, and what it asks of the kernel;
 * and a family of verbs with the status lines and the usage text that belong to them.
 */
import type { IfAddr, Kernel } from '../ioctl/kernel';
import type { ReleaseTraits } from '../ioctl/release';
import type { PrefixedAddress } from './address-operand';
import type { Family } from './address-family';
import type { Session } from './command';
import type { InetAddress } from './socket-address';

/** What the words of the line have settled so far. Verbs read it and write it while the line is parsed. */
export interface Line {
  readonly family: Family | null;
  /** The interface's address to set or to remove. */
  address: PrefixedAddress | null;
  /** The same, if the family is link: the bytes of a link-layer address. */
  linkAddress: Buffer | null;
  /** `active`: the link-layer address becomes the one that frames are sent from. */
  linkActive: boolean;
  /** The first word that belongs to NetBSD's own command. */
  foreign: string | null;
  /** A netmask or a second address has been given. */
  secondAddress: boolean;
  /** A broadcast address has been given. */
  broadcast: boolean;
  /** True for `alias`, false for `-alias` and `delete`, null: replace the first address. */
  alias: boolean | null;
  preference: number | null;
  readonly inet6: Inet6Modifiers;
}

/** Words that only SIOCAIFADDR_IN6 knows. */
export interface Inet6Modifiers {
  /** Bits to set in and to clear from ifra_flags. */
  set: number;
  clear: number;
  /** Seconds. */
  preferredLifetime: bigint | null;
  validLifetime: bigint | null;
  eui64: boolean;
}

/** What actions leave for the change of the address, which comes after all of them. */
export interface AddressChange {
  destination: InetAddress | null;
  netmask: InetAddress | null;
  broadcast: InetAddress | null;
}

/** What an action works on. */
export interface Target {
  readonly session: Session;
  readonly kernel: Kernel;
  readonly ifname: string;
  readonly family: Family | null;
  readonly change: AddressChange;
}

/**
 * Asks the kernel for what a verb means. A KernelError from it ends the command as `exec_matches: E`, a CommandError
 * with its own words.
 */
export type Action = (target: Target) => Promise<void> | void;

/** What parsing an operand may use. */
export interface Parsing {
  readonly session: Session;
  readonly line: Line;
}

/** One word behind a verb: its value, or null if the word is none. Throws UsageError with a message of its own. */
export type Operand<T> = (word: string, parsing: Parsing) => T | null | Promise<T | null>;

export interface Verb {
  readonly words: readonly string[];
  /** What a release must have for the words to be known. */
  readonly needs?: 'descriptions' | 'unnumberedVerbs';
  /** Words that follow it. */
  readonly operands: number;
  /** The action for the operands' words, or null if the words do not parse. */
  parse(operands: readonly string[], parsing: Parsing): Promise<Action | null>;
}

/** A verb whose operands have the types of `operands`; `note` records it in the line, false refusing it. */
export function verb<T extends readonly unknown[]>(
  words: readonly string[],
  operands: { readonly [K in keyof T]: Operand<T[K]> },
  run: (target: Target, ...values: T) => Promise<void> | void,
  note?: (line: Line, ...values: T) => boolean,
): Verb {
  return {
    words,
    operands: operands.length,
    async parse(texts, parsing) {
      const values = await parseOperands(operands, texts, parsing);
      if (!values || note?.(parsing.line, ...values) === false) return null;
      return (target) => run(target, ...values);
    },
  };
}

/** A word that asks the kernel for nothing by itself: `note` writes into the line what it changes about the address. */
export function modifier<T extends readonly unknown[]>(
  words: readonly string[],
  operands: { readonly [K in keyof T]: Operand<T[K]> },
  note: (line: Line, ...values: T) => boolean,
): Verb {
  return verb<T>(words, operands, () => undefined, note);
}

async function parseOperands<T extends readonly unknown[]>(
  operands: { readonly [K in keyof T]: Operand<T[K]> },
  texts: readonly string[],
  parsing: Parsing,
): Promise<T | null> {
  const values: unknown[] = [];
  for (const [index, operand] of operands.entries()) {
    const text = texts[index];
    const value = text === undefined ? null : await operand(text, parsing);
    if (value === null) return null;
    values.push(value);
  }
  return hasLength(values, operands) ? values : null;
}

/** The values come from the operands one by one, so as many as there are operands have their types. */
function hasLength<T extends readonly unknown[]>(
  values: readonly unknown[],
  operands: { readonly [K in keyof T]: Operand<T[K]> },
): values is T {
  return values.length === operands.length;
}

/** What status lines are made from. */
export interface Status {
  readonly session: Session;
  readonly kernel: Kernel;
  readonly ifname: string;
  /** Every address of every interface. */
  readonly addresses: readonly IfAddr[];
  /** Address as the options ask for it: numeric, or its name. */
  formatAddress(address: InetAddress): Promise<string>;
  /** Port as the options ask for it. */
  formatPort(address: InetAddress): Promise<string>;
}

export interface VerbFamily {
  readonly verbs: readonly Verb[];
  /** Lines without their TAB. */
  status?(status: Status): Promise<readonly string[]>;
  /** Lines of the usage text without their TAB, all or those of a release. */
  readonly usage: readonly string[] | ((traits: ReleaseTraits) => readonly string[]);
}
