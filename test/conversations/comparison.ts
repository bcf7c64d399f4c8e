/**
 * Holds conversations with a NetBSD kernel twice, by our commands and by NetBSD's own, and compares exchange by
 * exchange: each exchange is run by both from the state into which NetBSD's own commands brought the kernel.
 */
import { answerFor, type Answer, type Conversation, type Exchange } from './conversation';
import { namedAnswer, namedWords, type Names } from './placeholders';
import type { Programs, Run } from './programs';
import { differences, lineDifferences, normalForm, type Result } from './result';

/** The machine whose kernel is asked. */
export interface Stage {
  /** Major release of NetBSD. */
  readonly release: number;
  /** Whether commands can be run as another user than root. */
  readonly hasUsers: boolean;
  /**
   * Takes away what commands have made, and makes the Ethernet interfaces of these placeholders. Returns their names,
   * or why there are none.
   */
  reset(interfaces: readonly string[]): Promise<Names | string>;
}

export interface ComparisonOptions {
  readonly stage: Stage;
  readonly ours: Readonly<Record<keyof Programs, Run>>;
  readonly theirs: Programs;
  /** Asked before each exchange; true ends the comparison early. */
  readonly aborted?: () => boolean;
}

export type Row = ComparedRow | SkippedRow;

export interface ComparedRow {
  readonly kind: 'compared';
  readonly exchange: Exchange;
  readonly answer: Answer;
  /** Lines in which ours differ from what is expected. */
  readonly ours: readonly string[];
  /** Lines in which theirs differ from what is expected; null if there is no such program. */
  readonly theirs: readonly string[] | null;
  /** Lines in which ours (+) differ from theirs (-); null if there is nothing to compare with. */
  readonly between: readonly string[] | null;
}

export interface SkippedRow {
  readonly kind: 'skipped';
  readonly exchange: Exchange;
  readonly why: string;
}

/** An exchange that is run, with the answer that it should have. */
interface Planned {
  readonly exchange: Exchange;
  readonly answer: Answer;
}

/** Yields a row for each exchange, in order. */
export async function* compare(
  conversations: readonly Conversation[],
  options: ComparisonOptions,
): AsyncGenerator<Row> {
  for (const conversation of conversations) {
    const { planned, skipped } = plan(conversation, options.stage);
    const names = planned.length > 0 ? await options.stage.reset(conversation.interfaces) : new Map();
    if (typeof names === 'string') {
      for (const { exchange } of planned) yield { kind: 'skipped', exchange, why: names };
    } else if (options.theirs.ifconfig || options.theirs.brconfig) {
      yield* compareBoth(conversation, planned, options);
    } else {
      yield* oursAlone(planned, names, options);
    }
    yield* skipped;
    if (options.aborted?.()) return;
  }
}

/** What of a conversation can be run: up to the first step that needs what the machine does not have. */
function plan(
  conversation: Conversation,
  { release, hasUsers }: Stage,
): { readonly planned: readonly Planned[]; readonly skipped: readonly SkippedRow[] } {
  const planned: Planned[] = [];
  const skipped: SkippedRow[] = [];
  let why = conversation.onlyEmulated === null ? '' : `for the emulated kernel: ${conversation.onlyEmulated}`;
  for (const step of conversation.steps) {
    if (step.kind === 'direction') {
      why ||= 'needs a machine that can be told what happens to it';
      continue;
    }
    if (step.caller === 'user' && !hasUsers) why ||= 'every caller is root here';
    const answer = answerFor(step, { kind: 'netbsd', release });
    if (why === '' && answer) planned.push({ exchange: step, answer });
    else skipped.push({ kind: 'skipped', exchange: step, why: why || `not of NetBSD ${release}` });
  }
  return { planned, skipped };
}

const run = (programs: Programs, { exchange }: Planned, names: Names): Promise<Result> | null =>
  programs[exchange.program]?.(namedWords(exchange, names), exchange.caller) ?? null;

async function* oursAlone(
  planned: readonly Planned[],
  names: Names,
  { ours, aborted }: ComparisonOptions,
): AsyncGenerator<Row> {
  for (const step of planned) {
    if (aborted?.()) return;
    const result = await ours[step.exchange.program](namedWords(step.exchange, names), step.exchange.caller);
    yield row(step, names, result, null);
  }
}

async function* compareBoth(
  conversation: Conversation,
  planned: readonly Planned[],
  { stage, ours, theirs, aborted }: ComparisonOptions,
): AsyncGenerator<Row> {
  const reference: Programs = {
    ifconfig: theirs.ifconfig ?? ours.ifconfig,
    brconfig: theirs.brconfig ?? ours.brconfig,
  };
  /** A kernel in which nothing has been said yet. */
  const reset = async (): Promise<Names> => {
    const names = await stage.reset(conversation.interfaces);
    if (typeof names === 'string') throw new Error(names);
    return names;
  };
  const theirResults: (Result | null)[] = [];
  const theirNames = await reset();
  for (const step of planned) {
    const result = await run(reference, step, theirNames);
    theirResults.push(theirs[step.exchange.program] ? result : null);
  }
  for (const [index, step] of planned.entries()) {
    if (aborted?.()) return;
    const names = await reset();
    for (const earlier of planned.slice(0, index)) await run(reference, earlier, names);
    const result = await ours[step.exchange.program](namedWords(step.exchange, names), step.exchange.caller);
    yield row(step, names, result, theirResults[index] ?? null);
  }
}

function row({ exchange, answer }: Planned, names: Names, ours: Result, theirs: Result | null): Row {
  const expected = namedAnswer(answer, names);
  return {
    kind: 'compared',
    exchange,
    answer,
    ours: differences(expected, ours),
    theirs: theirs && differences(expected, theirs),
    between: theirs && resultDifferences(theirs, ours),
  };
}

/** Lines in which two results differ, their normal forms compared to the letter. */
function resultDifferences(theirs: Result, ours: Result): readonly string[] {
  const [from, to] = [normalForm(theirs), normalForm(ours)];
  return (['stdout', 'stderr', 'status'] as const).flatMap((part, index) =>
    from[part] === to[part]
      ? []
      : lineDifferences(
          ['1', '2', '?'][index] ?? '',
          String(from[part]).split('\n'),
          String(to[part]).split('\n'),
        ),
  );
}
