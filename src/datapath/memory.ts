/** Memory that system calls point into: it never moves, and pointers into it are written without BigInt arithmetic. */
import { endianness } from 'node:os';
import koffi from 'koffi';

const pointerSize = koffi.sizeof('void *');
const lowHalf = endianness() === 'LE' ? 0 : 1;
const wordsToHighHalf = lowHalf === 0 ? 1 : -1;

/** Rounds up to a power of two. */
function aligned(offset: number, alignment: number): number {
  return (offset + alignment - 1) & -alignment;
}

/** A block of zeroed memory outside the JavaScript heap; the kernel commits its pages when they are first written. */
export class Arena {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** The block in the host's byte order, for the fields of C structs. */
  readonly words: Uint32Array;
  readonly #base: bigint;
  readonly #baseLow: number;
  readonly #baseHigh: number;
  #used = 0;

  /**
   * `memory` is where the block lies if not in memory of its own; its length is a multiple of 8 bytes. Throws a
   * RangeError on a host whose pointers are not 64 bits wide.
   */
  constructor(size: number, memory = new ArrayBuffer(aligned(size, 8))) {
    if (pointerSize !== 8) throw new RangeError('moving frames needs a 64-bit host');
    this.bytes = new Uint8Array(memory);
    this.view = new DataView(memory);
    this.words = new Uint32Array(memory);
    this.#base = koffi.address(this.bytes);
    this.#baseLow = Number(this.#base & 0xffffffffn);
    this.#baseHigh = Number(this.#base >> 32n);
  }

  /** Reserves `size` bytes for good; returns their offset, a multiple of 8 at least. */
  reserve(size: number, alignment = 8): number {
    const offset = aligned(this.#used, Math.max(alignment, 8));
    if (offset + size > this.bytes.length) throw new RangeError('arena exhausted');
    this.#used = offset + size;
    return offset;
  }

  /** Address of an offset, for the arguments of a system call. */
  address(offset: number): bigint {
    return this.#base + BigInt(offset);
  }

  /** Stores at `cell`, an offset in this block, the pointer to `offset` in block `target`. */
  point(cell: number, target: Arena, offset: number): void {
    const low = target.#baseLow + offset;
    const word = (cell >> 2) + lowHalf;
    this.words[word] = low;
    this.words[word + wordsToHighHalf] = low > 0xffffffff ? target.#baseHigh + 1 : target.#baseHigh;
  }

  /** Stores a C size_t below 2^32 at offset `cell`. */
  setSize(cell: number, value: number): void {
    const word = (cell >> 2) + lowHalf;
    this.words[word] = value;
    this.words[word + wordsToHighHalf] = 0;
  }

  setWord(cell: number, value: number): void {
    this.words[cell >> 2] = value;
  }

  word(cell: number): number {
    return this.words[cell >> 2] ?? 0;
  }
}
