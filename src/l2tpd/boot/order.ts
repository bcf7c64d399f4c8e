/**
 * In which order interfaces are configured. NetBSD promises none beyond `ifconfig -l` and then the cloners; here each
 * file comes after those of the interfaces that its commands name, so that a bridge finds its members.
 */
import type { Line } from './lines';

export interface Configured {
  /** The interface. */
  readonly name: string;
  /** The lower comes first where nothing else decides. */
  readonly rank: number;
  /** Interfaces whose files come first, and other words. */
  readonly mentions: ReadonlySet<string>;
}

/** All words of the lines that are commands. */
export function mentionsOf(lines: readonly Line[]): ReadonlySet<string> {
  const commands = lines.filter(({ kind }) => kind === 'command');
  return new Set(commands.flatMap(({ text }) => text.split(/[^\w.-]+/)));
}

/**
 * By rank, then by name, `l2tp10` after `l2tp9`, but before each of them those that it mentions. Interfaces that
 * mention each other, directly or not, stay in the order of rank and name among themselves.
 */
export function inOrder<T extends Configured>(files: readonly T[]): readonly T[] {
  const sorted = [...files].sort(compare);
  const mentioned = new Map(sorted.map((file) => [file, sorted.filter(isMentionedBy(file))]));
  const reachable = new Map(sorted.map((file) => [file, reach(file, mentioned)]));
  const ordered = new Set<T>();
  const mutual = (a: T, b: T) => a === b || (reachable.get(a)?.has(b) && reachable.get(b)?.has(a));
  const visit = (file: T): void => {
    if (ordered.has(file)) return;
    const together = sorted.filter((other) => mutual(file, other));
    for (const other of together.flatMap((each) => mentioned.get(each) ?? []))
      if (!together.includes(other)) visit(other);
    for (const each of together) ordered.add(each);
  };
  sorted.forEach(visit);
  return [...ordered];
}

const isMentionedBy =
  (file: Configured) =>
  (other: Configured): boolean =>
    other !== file && file.mentions.has(other.name);

/** All that `start` mentions, directly or not. */
function reach<T>(start: T, mentioned: ReadonlyMap<T, readonly T[]>): ReadonlySet<T> {
  const found = new Set<T>();
  // A set's iteration comes to what is added meanwhile.
  for (const next of mentioned.get(start) ?? []) found.add(next);
  for (const file of found) for (const next of mentioned.get(file) ?? []) found.add(next);
  return found;
}

function compare(a: Configured, b: Configured): number {
  const [stemA, unitA] = split(a.name);
  const [stemB, unitB] = split(b.name);
  return a.rank - b.rank || byCharacters(stemA, stemB) || unitA - unitB || byCharacters(a.name, b.name);
}

/** A name without the digits at its end, and these as a number; -1 if there are none. */
function split(name: string): readonly [stem: string, unit: number] {
  const digits = /\d*$/.exec(name)?.[0] ?? '';
  return [name.slice(0, name.length - digits.length), digits === '' ? -1 : Number(digits)];
}

const byCharacters = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
