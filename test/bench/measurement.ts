/** What is measured: some figures of one running contestant. */
import type { Programs } from './programs';
import type { Family, Topology } from './topology';

/** One number for each contestant and round. */
export interface Figure {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
}

/** How long things take; a quick run's are shorter. */
export interface Pace {
  /** Of one TCP transfer. */
  readonly tcpSeconds: number;
  /** Of packets as fast as they can be sent. */
  readonly floodMilliseconds: number;
  /** Of one trial in the search for a rate without loss. */
  readonly trialMilliseconds: number;
  readonly trialSteps: number;
  readonly pings: number;
  readonly idleMilliseconds: number;
}

export interface Scene {
  readonly topology: Topology;
  readonly programs: Programs;
  readonly pace: Pace;
  /** The processes that move the frames, A's first; none if the kernel does. */
  readonly pids: readonly number[];
}

export type Values = Readonly<Record<string, number>>;

export interface Measurement {
  /** For --measure. */
  readonly name: string;
  /** Addresses between A and B. */
  readonly outer: Family;
  readonly figures: readonly Figure[];
  /** Values by the names of the figures; one that does not apply is left out. */
  measure(scene: Scene): Promise<Values>;
}
