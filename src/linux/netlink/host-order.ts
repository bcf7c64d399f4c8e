/** Integers in the host's byte order, which is what netlink and ioctl carry. */
import { endianness } from 'node:os';

const littleEndian = endianness() === 'LE';

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The readers and writers throw RangeError outside `bytes`; `offset` needs no alignment. */
export const readU16 = (bytes: Uint8Array, offset: number): number =>
  view(bytes).getUint16(offset, littleEndian);
export const readU32 = (bytes: Uint8Array, offset: number): number =>
  view(bytes).getUint32(offset, littleEndian);
export const readS32 = (bytes: Uint8Array, offset: number): number =>
  view(bytes).getInt32(offset, littleEndian);
export const readU64 = (bytes: Uint8Array, offset: number): bigint =>
  view(bytes).getBigUint64(offset, littleEndian);

export function writeU16(bytes: Uint8Array, offset: number, value: number): void {
  view(bytes).setUint16(offset, value, littleEndian);
}
export function writeU32(bytes: Uint8Array, offset: number, value: number): void {
  view(bytes).setUint32(offset, value, littleEndian);
}

/** Netlink pads messages and attributes to four bytes. */
export const align = (length: number): number => (length + 3) & ~3;
