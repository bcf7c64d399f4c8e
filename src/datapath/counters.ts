/**
 * Counters of 64 bits in shared memory: one thread adds with 32-bit arithmetic, another reads without a lock.
 *
 * A counter is three 32-bit words: high half, low half, high half again. A carry writes them in this order and a reader
 * reads them in the opposite one, so that two equal high halves prove that the low half belongs to them.
 */
import { dropCauses, type DropCause } from './drop-causes';

const wordsPerCounter = 3;

/** Numbers of the traffic counters; a drop cause's number is its place in the table after them. */
export const ipackets = 0;
export const ibytes = 1;
export const opackets = 2;
export const obytes = 3;
/** Those of opackets that went by a packet socket. */
export const odirect = 4;
const firstDrop = 5;

/** Number of the counter of each drop cause. */
export const dropCounters = Object.fromEntries(
  dropCauses.map((cause, place) => [cause.name, firstDrop + place]),
) as Readonly<Record<DropCause, number>>;

const counterCount = firstDrop + dropCauses.length;

/** Shared memory for one set of counters, all zero. */
export function countersMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(counterCount * wordsPerCounter * Uint32Array.BYTES_PER_ELEMENT);
}

export class Counters {
  readonly #words: Uint32Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Uint32Array(memory);
  }

  /** Adds 0..2^32-1. Only one thread may. */
  add(counter: number, amount: number): void {
    const words = this.#words;
    const low = counter * wordsPerCounter + 1;
    const sum = (words[low] ?? 0) + amount;
    if (sum <= 0xffffffff) {
      words[low] = sum;
      return;
    }
    const high = (words[low - 1] ?? 0) + 1;
    Atomics.store(words, low - 1, high);
    Atomics.store(words, low, sum >>> 0);
    Atomics.store(words, low + 1, high);
  }

  read(counter: number): bigint {
    const words = this.#words;
    const low = counter * wordsPerCounter + 1;
    for (;;) {
      const after = Atomics.load(words, low + 1);
      const value = Atomics.load(words, low);
      const before = Atomics.load(words, low - 1);
      if (after === before) return (BigInt(before) << 32n) | BigInt(value);
    }
  }

  /** The drops that are not zero. */
  drops(): Partial<Record<DropCause, bigint>> {
    const drops: Partial<Record<DropCause, bigint>> = {};
    for (const { name } of dropCauses) {
      const value = this.read(dropCounters[name]);
      if (value !== 0n) drops[name] = value;
    }
    return drops;
  }

  /** Sum of the drops of one direction. */
  dropped(direction: 'in' | 'out'): bigint {
    return dropCauses
      .filter((cause) => cause.direction === direction)
      .reduce((sum, cause) => sum + this.read(dropCounters[cause.name]), 0n);
  }
}
