/** ifconfig's options, and which grammar the words behind them have. */
import type { Session } from './command';
import { CommandError, UsageError } from './errors';
import { getopt, type Option } from './getopt';
import { parseInteger } from './number';

const letters = 'AabCdhlNsuvW:w:zLm';

/**
 * What the words behind the options may be: everything; an interface and an address family; an interface; an address
 * family (of all interfaces); nothing, for the list of interfaces, of cloners, or the wait for addresses.
 */
export type Grammar = 'commands' | 'interface-family' | 'interface' | 'family' | 'list' | 'cloners' | 'wait';

export interface Options {
  readonly grammar: Grammar;
  /** -b: only interfaces that broadcast. */
  readonly broadcastOnly: boolean;
  /** -d: only interfaces that are down. */
  readonly downOnly: boolean;
  /** -u: only interfaces that are up. */
  readonly upOnly: boolean;
  /** -s: only interfaces whose link is not down, or the exit status of one. */
  readonly linkOnly: boolean;
  /** -h: bytes with a unit. */
  readonly humanize: boolean;
  /** -N: names instead of numbers. */
  readonly names: boolean;
  /** -L: lifetimes of IPv6 addresses. */
  readonly lifetimes: boolean;
  /** -v */
  readonly verbose: boolean;
  /** -z: counters, which are zeroed. */
  readonly zero: boolean;
  /** -w: seconds to wait for addresses to be usable; 0 is for ever. */
  readonly waitSeconds: number;
  /** -W: seconds of them in which addresses of unplugged interfaces are waited for too. */
  readonly detachedSeconds: number;
}

function grammarAfter(letter: string, grammar: Grammar): Grammar {
  switch (letter) {
    case 'a':
      return 'family';
    case 'L':
    case 'm':
    case 'z':
      return grammar === 'family' ? grammar : 'interface-family';
    case 's':
      return grammar === 'list' || grammar === 'family' ? grammar : 'interface';
    case 'l':
      return 'list';
    case 'C':
      return 'cloners';
    case 'w':
      return 'wait';
    default:
      return grammar;
  }
}

function seconds(options: readonly Option[], letter: string): number {
  let last = 0;
  for (const { value } of options.filter((option) => option.letter === letter)) {
    const number = value === '' ? null : parseInteger(value);
    if (number === null || number < 0n || number > 0x7fffffffn)
      throw new CommandError(`${value}: not a number`);
    last = Number(number);
  }
  return last;
}

/** -l, -C and -w go neither with each other nor with what asks for a status. */
function checkExclusive(given: (letter: string) => boolean, all: boolean): void {
  const lists = ['l', 'C', 'w'].filter(given);
  if (lists.length > 1) throw new UsageError();
  if (lists.length > 0 && (all || ['m', 'v', 'z', 'L'].some(given))) throw new UsageError();
}

/** Splits ifconfig's arguments. Throws UsageError, or CommandError for a number that is none. */
export function parseOptions(
  argv: readonly string[],
  session: Session,
): { readonly options: Options; readonly words: readonly string[] } {
  const { options, words } = getopt(argv, letters);
  const given = (letter: string) => options.some((option) => option.letter === letter);
  options.filter(({ letter }) => letter === 'A').forEach(() => session.warn('-A is deprecated'));
  const detachedSeconds = seconds(options, 'W');
  const waitSeconds = seconds(options, 'w');
  checkExclusive(given, argv.length === 0 || given('a'));
  const start: Grammar = argv.length === 0 ? 'family' : 'commands';
  return {
    words,
    options: {
      grammar: options.reduce<Grammar>((grammar, { letter }) => grammarAfter(letter, grammar), start),
      broadcastOnly: given('b'),
      downOnly: given('d'),
      upOnly: given('u'),
      linkOnly: given('s'),
      humanize: given('h'),
      names: given('N'),
      lifetimes: given('L'),
      verbose: given('v'),
      zero: given('z'),
      waitSeconds,
      detachedSeconds,
    },
  };
}
