/** Addresses for the memory that an argument's pointers lead to: a region each, on pages of its own, none at zero. */
import type { Abi } from '../../native-structs/abi';
import { ctypes } from '../../native-structs/ctypes';
import type { Pointee } from './kernel';
import type { Region } from './protocol';

const page = 0x1000;
const firstAddress = 0x10_0000;

/** Writes an address for each pointee into `argument`, and returns where they lie. */
export function place(abi: Abi, argument: Buffer, pointees: readonly Pointee[]): Region[] {
  const { pointer } = ctypes(abi);
  let next = firstAddress;
  return pointees.map(({ at, memory }) => {
    const address = BigInt(next);
    // An unused page between two regions, so that what runs over one's end is in none.
    next += (Math.ceil(memory.length / page) + 1) * page;
    pointer.set(argument, at, address);
    return { address, bytes: memory };
  });
}
