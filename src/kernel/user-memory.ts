/** copyin(9) and copyout(9) over the memory that a caller passed along with its argument. */
import { KernelError } from '../../native-structs';
import type { MemoryRegion } from './contract';

export class UserMemory {
  readonly #regions: readonly MemoryRegion[];

  constructor(regions: readonly MemoryRegion[]) {
    this.#regions = regions;
  }

  /** A copy of `length` bytes from `address`. Throws EFAULT unless one region holds them all. */
  copyin(address: bigint, length: number): Buffer {
    return Buffer.from(this.#find(address, length));
  }

  /** Throws EFAULT, having written nothing, unless one region holds all of where they go. */
  copyout(address: bigint, bytes: Uint8Array): void {
    this.#find(address, bytes.length).set(bytes);
  }

  #find(address: bigint, length: number): Uint8Array {
    if (length === 0) return new Uint8Array();
    for (const region of this.#regions) {
      const offset = address - region.address;
      if (offset >= 0n && offset + BigInt(length) <= BigInt(region.bytes.length))
        return region.bytes.subarray(Number(offset), Number(offset) + length);
    }
    throw new KernelError('EFAULT');
  }
}
