/** The Internet checksum (RFC 1071) over memory of the packet loop: in WebAssembly SIMD where it runs, else in JavaScript. */
import { endianness } from 'node:os';
import { checksumModule } from './checksum-module';
import { Arena } from './memory';

/**
 * The ones' complement sum, folded to 16 bits, of the big-endian 16-bit words from an offset on; `length` up to 65,536
 * bytes, an odd last byte with a zero after it. The checksum is its complement.
 */
export type Sum = (offset: number, length: number) => number;

export interface SummableArena {
  readonly arena: Arena;
  readonly sum: Sum;
}

const pageSize = 65536;
const littleEndian = endianness() === 'LE';

/** A sum of up to 2^16 words, or one that has been folded, to 16 bits. */
export function fold(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16);
  return (once & 0xffff) + (once >>> 16);
}

/** Swaps the bytes of a 16-bit number. */
function swapped(word: number): number {
  return ((word << 8) & 0xff00) | (word >>> 8);
}

/** Sums in JavaScript; the words of a range that begins at an odd offset are put together from bytes. */
export function javaScriptSum(arena: Arena): Sum {
  const { bytes } = arena;
  const words = new Uint16Array(bytes.buffer);
  return (offset, length) => {
    const end = offset + (length & ~1);
    let sum = 0;
    if ((offset & 1) === 0) {
      for (let place = offset >> 1; place < end >> 1; place += 1) sum += words[place] ?? 0;
      sum = fold(sum);
      if (littleEndian) sum = swapped(sum);
    } else {
      for (let at = offset; at < end; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    }
    return fold(sum + ((length & 1) === 0 ? 0 : (bytes[end] ?? 0) << 8));
  };
}

/** The compiled module; null where there is no SIMD. */
let compiled: WebAssembly.Module | null | undefined;

function moduleOrNull(): WebAssembly.Module | null {
  const bytes = checksumModule();
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
}

/** Memory with a sum in WebAssembly; null where the host has no SIMD or refuses the address space. */
export function webAssemblyArena(size: number): SummableArena | null {
  compiled ??= moduleOrNull();
  if (compiled === null) return null;
  try {
    // One byte more than asked for: the sum may look at it.
    const memory = new WebAssembly.Memory({ initial: Math.floor(size / pageSize) + 1 });
    const { sum } = new WebAssembly.Instance(compiled, { host: { memory } }).exports;
    return isSum(sum) ? { arena: new Arena(size, memory.buffer), sum } : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function isSum(value: unknown): value is Sum {
  return typeof value === 'function';
}

/** A block of at least `size` bytes, and the cheapest way to sum over it. */
export function summableArena(size: number): SummableArena {
  const fast = webAssemblyArena(size);
  if (fast !== null) return fast;
  const arena = new Arena(size);
  return { arena, sum: javaScriptSum(arena) };
}
