/** How quiet the machine was: the same work timed again and again, stolen time, and the load before. */
import { loadavg } from 'node:os';
import { machineTime } from './usage';

export interface Noise {
  /** Milliseconds that the same loop took, each time. */
  readonly loop: readonly number[];
  /** The part of the processors' time that the hypervisor gave to others. */
  readonly stolen: number;
  /** Load average over a minute, before anything was measured. */
  readonly loadBefore: number;
}

const turns = 20_000_000;

/** Milliseconds of a loop that touches no memory. */
function timeLoop(): number {
  const begin = performance.now();
  let value = 1;
  for (let turn = 0; turn < turns; turn += 1) value = (Math.imul(value, 1664525) + 1013904223) | 0;
  const time = performance.now() - begin;
  // The comparison keeps the loop from being optimised away.
  return value === 0 ? NaN : time;
}

export class NoiseMeter {
  readonly #loop: number[] = [];
  readonly #loadBefore = loadavg()[0] ?? NaN;
  readonly #begin = machineTime();

  constructor() {
    // Compiled now, not in the first sample.
    timeLoop();
  }

  sample(): void {
    this.#loop.push(timeLoop());
  }

  get(): Noise {
    const now = machineTime();
    const stolen = (now.stolen - this.#begin.stolen) / (now.total - this.#begin.total);
    return { loop: this.#loop, stolen: Number.isFinite(stolen) ? stolen : 0, loadBefore: this.#loadBefore };
  }
}
