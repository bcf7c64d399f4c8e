/** A measurement of this project alone, which makes its own hosts and does its rounds in one go. */
import type { Figure, Pace, Values } from './measurement';
import type { Programs } from './programs';

export interface Setting {
  readonly programs: Programs;
  readonly pace: Pace;
  readonly rounds: number;
  readonly outerMtu: number;
}

export interface Extra {
  /** For --measure. */
  readonly name: string;
  readonly figures: readonly Figure[];
  /** Values of each round. */
  measure(setting: Setting): AsyncIterable<Values>;
}
