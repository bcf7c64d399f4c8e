/** The results of a run: what is written as JSON and read back, and all that tables, charts and verdicts are made of. */
import type { Figure } from './measurement';
import type { Noise } from './noise';
import { median, present, ratio, spread, type Rounds } from './statistics';

/** The format that this program writes and reads. */
const format = 1;

export interface ContestantEntry {
  readonly name: string;
  readonly label: string;
  /** Name of the contestant that its ratios are multiples of. */
  readonly reference: string;
  /** Why it did not run. */
  readonly unavailable?: string;
}

export interface Failure {
  readonly contestant: string;
  readonly measurement: string;
  readonly round: number;
  readonly message: string;
}

export interface Results {
  readonly format: typeof format;
  /** ISO 8601. */
  readonly date: string;
  readonly machine: {
    readonly processor: string;
    readonly processors: number;
    readonly kernel: string;
    readonly node: string;
  };
  readonly settings: { readonly rounds: number; readonly quick: boolean; readonly outerMtu: number };
  readonly noise: Noise;
  readonly contestants: readonly ContestantEntry[];
  readonly figures: readonly Figure[];
  /** By figure, then by contestant. */
  readonly samples: Readonly<Record<string, Readonly<Record<string, Rounds>>>>;
  readonly failures: readonly Failure[];
}

/** A file that is not what this program writes. */
export class ResultsError extends Error {
  override readonly name = 'ResultsError';
  readonly code = 'NOT_RESULTS';
}

/** One cell of a table: a figure of a contestant. */
export interface Summary {
  readonly median: number;
  /** Of the rounds, as a fraction of the median. */
  readonly spread: number;
  /** Multiple of its reference; NaN if that has no such figure. */
  readonly ratio: number;
}

export const roundsOf = (results: Results, figure: string, contestant: string): Rounds =>
  results.samples[figure]?.[contestant] ?? [];

/** Undefined if there is no sample. */
export function summary(results: Results, figure: string, contestant: string): Summary | undefined {
  const rounds = roundsOf(results, figure, contestant);
  const values = present(rounds);
  if (values.length === 0) return undefined;
  const reference = results.contestants.find(({ name }) => name === contestant)?.reference ?? '';
  return {
    median: median(values),
    spread: spread(values),
    ratio: ratio(rounds, roundsOf(results, figure, reference)),
  };
}

/** Collects samples while a run goes on. */
export class Recorder {
  readonly samples: Record<string, Record<string, (number | null)[]>> = {};
  readonly failures: Failure[] = [];
  readonly #rounds: number;

  constructor(rounds: number) {
    this.#rounds = rounds;
  }

  /** `round` counts from 0. */
  add(contestant: string, round: number, values: Readonly<Record<string, number>>): void {
    for (const [figure, value] of Object.entries(values)) {
      const samples = ((this.samples[figure] ??= {})[contestant] ??= new Array<number | null>(
        this.#rounds,
      ).fill(null));
      samples[round] = value;
    }
  }

  fail(contestant: string, measurement: string, round: number, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.failures.push({ contestant, measurement, round, message });
  }
}

export function makeResults(rest: Omit<Results, 'format'>): Results {
  return { format, ...rest };
}

export const encodeResults = (results: Results): string => `${JSON.stringify(results, roundOff, 1)}\n`;

/** Six digits say all that a measurement knows. */
const roundOff = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;

/** Throws ResultsError. */
export function parseResults(text: string): Results {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ResultsError('not JSON');
  }
  if (!isResults(value)) throw new ResultsError(`not results of format ${format}`);
  return value;
}

type Guard = (value: unknown) => boolean;

const isText: Guard = (value) => typeof value === 'string';
const isNumber: Guard = (value) => typeof value === 'number';
const isFlag: Guard = (value) => typeof value === 'boolean';
const isList =
  (item: Guard): Guard =>
  (value) =>
    Array.isArray(value) && value.every(item);
const isMap =
  (item: Guard): Guard =>
  (value) =>
    typeof value === 'object' && value !== null && Object.values(value).every(item);
const optional =
  (item: Guard): Guard =>
  (value) =>
    value === undefined || item(value);

/** An object with these members; others are let pass. */
function isShape(shape: Readonly<Record<string, Guard>>): Guard {
  return (value) => {
    if (typeof value !== 'object' || value === null) return false;
    const members = new Map<string, unknown>(Object.entries(value));
    return Object.entries(shape).every(([name, guard]) => guard(members.get(name)));
  };
}

const resultsShape = isShape({
  format: (value) => value === format,
  date: isText,
  machine: isShape({ processor: isText, processors: isNumber, kernel: isText, node: isText }),
  settings: isShape({ rounds: isNumber, quick: isFlag, outerMtu: isNumber }),
  noise: isShape({ loop: isList(isNumber), stolen: isNumber, loadBefore: isNumber }),
  contestants: isList(
    isShape({ name: isText, label: isText, reference: isText, unavailable: optional(isText) }),
  ),
  figures: isList(
    isShape({
      name: isText,
      label: isText,
      unit: isText,
      better: (value) => value === 'more' || value === 'less',
    }),
  ),
  samples: isMap(isMap(isList((value) => value === null || isNumber(value)))),
  failures: isList(isShape({ contestant: isText, measurement: isText, round: isNumber, message: isText })),
});

function isResults(value: unknown): value is Results {
  return resultsShape(value);
}
