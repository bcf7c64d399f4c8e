/** The run: in each round every contestant has its turn, in an order that rotates, and is measured in every way. */
import type { Contestant, RunningEnd } from './contestant';
import type { Extra } from './extra';
import type { Measurement, Pace, Scene } from './measurement';
import type { NoiseMeter } from './noise';
import type { Programs } from './programs';
import type { Progress } from './progress';
import type { Recorder } from './results';
import { Topology, type Family } from './topology';

export interface Plan {
  readonly rounds: number;
  readonly outerMtu: number;
  readonly pace: Pace;
  readonly contestants: readonly Contestant[];
  readonly measurements: readonly Measurement[];
  readonly extras: readonly Extra[];
}

export interface Instruments {
  readonly programs: Programs;
  readonly recorder: Recorder;
  readonly progress: Progress;
  readonly noise: NoiseMeter;
  /** Ends the run. */
  readonly signal: AbortSignal;
}

export const stepsOf = ({ rounds, contestants, measurements, extras }: Plan): number =>
  rounds * (contestants.length * measurements.length + extras.length);

/** Each round begins with the next one. */
export function rotated<T>(list: readonly T[], round: number): readonly T[] {
  const first = list.length === 0 ? 0 : round % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));

/** Settles as the work does, or rejects as soon as the signal aborts; the work's processes end with their hosts. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = (): void => reject(asError(signal.reason));
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** No measurement takes as long as this, in milliseconds, unless something hangs. */
const patience = 90_000;

/** All rounds of an extra measurement together, in milliseconds. */
const extraPatience = 400_000;

/** Aborts with the run, or when a step has taken too long. */
const limited = (signal: AbortSignal): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(patience)]);

class Suite {
  readonly #plan: Plan;
  readonly #tools: Instruments;
  #topology: Topology | undefined;

  constructor(plan: Plan, tools: Instruments) {
    this.#plan = plan;
    this.#tools = tools;
  }

  async run(): Promise<void> {
    const { rounds, contestants, extras } = this.#plan;
    try {
      for (let round = 0; round < rounds; round += 1) {
        for (const contestant of rotated(contestants, round)) {
          this.#tools.noise.sample();
          for (const family of ['ipv4', 'ipv6'] as const) await this.#turn(round, contestant, family);
        }
      }
    } finally {
      await this.#leave();
    }
    for (const extra of extras) await this.#extra(extra);
    this.#tools.noise.sample();
  }

  /** New hosts are made for the first turn, and after a failure, which may have left anything behind. */
  #enter(): Topology {
    return (this.#topology ??= new Topology(this.#plan.outerMtu));
  }

  async #leave(): Promise<void> {
    await this.#topology?.close();
    this.#topology = undefined;
  }

  async #turn(round: number, contestant: Contestant, family: Family): Promise<void> {
    const { programs, recorder, progress, signal } = this.#tools;
    const measurements = this.#plan.measurements.filter(({ outer }) => outer === family);
    if (measurements.length === 0) return;
    const what = `round ${round + 1}, ${contestant.name}`;
    let done = 0;
    try {
      const topology = this.#enter();
      const running: RunningEnd[] = [];
      for (const end of topology.ends(family)) {
        running.push(await unlessAborted(limited(signal), contestant.start(end, programs)));
      }
      topology.join();
      const pids = running.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
      for (const measurement of measurements) {
        done += 1;
        await this.#measure(round, contestant, measurement, {
          topology,
          programs,
          pids,
          pace: this.#plan.pace,
        });
      }
      for (const end of running) await unlessAborted(limited(signal), end.stop());
    } catch (reason) {
      signal.throwIfAborted();
      const error = asError(reason);
      recorder.fail(contestant.name, `outer ${family}`, round, error);
      progress.skip(measurements.length - done, what, error);
      await this.#leave();
    }
  }

  /** Goes on after a failure, unless that was a hang: what hangs may be in the way of the next. */
  async #measure(round: number, { name }: Contestant, measurement: Measurement, scene: Scene): Promise<void> {
    const { recorder, progress, signal } = this.#tools;
    const what = `round ${round + 1}, ${name}`;
    const limit = limited(signal);
    try {
      const values = await unlessAborted(limit, measurement.measure(scene));
      recorder.add(name, round, values);
      progress.step(what, values);
    } catch (reason) {
      signal.throwIfAborted();
      const error = asError(reason);
      recorder.fail(name, measurement.name, round, error);
      progress.step(`${what}, ${measurement.name}`, error);
      limit.throwIfAborted();
    }
  }

  /** This project's own; `ours` is its name among the contestants. */
  async #extra(extra: Extra): Promise<void> {
    const { programs, recorder, progress, signal } = this.#tools;
    const { rounds, outerMtu, pace } = this.#plan;
    let round = 0;
    const all = async (): Promise<void> => {
      for await (const values of extra.measure({ programs, pace, rounds, outerMtu })) {
        signal.throwIfAborted();
        recorder.add('ours', round, values);
        round += 1;
        progress.step(`round ${round}, ${extra.name}`, values);
      }
    };
    try {
      await unlessAborted(AbortSignal.any([signal, AbortSignal.timeout(extraPatience)]), all());
    } catch (reason) {
      signal.throwIfAborted();
      recorder.fail('ours', extra.name, round, reason);
      progress.skip(rounds - round, extra.name, asError(reason));
    }
  }
}

/** Rejects only if the signal aborts, with its reason; nothing of the run is left then either. */
export const runSuite = (plan: Plan, tools: Instruments): Promise<void> => new Suite(plan, tools).run();
