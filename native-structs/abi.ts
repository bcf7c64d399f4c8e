/**
 * The data models of NetBSD's ports: what decides where a C compiler puts a field.
 *
 * Source: abi.json of the project's facts, computed by a compiler per port. `time_t` has 64 bits everywhere
 * since NetBSD 6; `long` and `size_t` have the pointer's size.
 */

/** One port's data model. Sizes and alignments in bytes. */
export interface Abi {
  readonly name: string;
  readonly pointerSize: 4 | 8;
  readonly littleEndian: boolean;
  /** Alignment of `uint64_t` and `int64_t` inside a struct; 4 on i386 alone of the listed ports. */
  readonly int64Alignment: 4 | 8;
}

const ports = {
  amd64: [8, 'little', 8],
  i386: [4, 'little', 4],
  aarch64: [8, 'little', 8],
  aarch64eb: [8, 'big', 8],
  earmv7hf: [4, 'little', 8],
  earmv6: [4, 'little', 8],
  earmv6eb: [4, 'big', 8],
  powerpc: [4, 'big', 8],
  powerpc64: [8, 'big', 8],
  sparc: [4, 'big', 8],
  sparc64: [8, 'big', 8],
  'mipsel-o32': [4, 'little', 8],
  'mipseb-o32': [4, 'big', 8],
  'mips64el-n32': [4, 'little', 8],
  'mips64eb-n32': [4, 'big', 8],
  'mips64el-n64': [8, 'little', 8],
  'mips64eb-n64': [8, 'big', 8],
  riscv64: [8, 'little', 8],
  riscv32: [4, 'little', 8],
} as const;

export type AbiName = keyof typeof ports;

export const abiNames = Object.keys(ports).filter((name): name is AbiName => name in ports);

const known = new Map<AbiName, Abi>();

/** The data model of the port `name`; the same object every time. */
export function abi(name: AbiName): Abi {
  let found = known.get(name);
  if (!found) {
    const [pointerSize, endian, int64Alignment] = ports[name];
    found = { name, pointerSize, littleEndian: endian === 'little', int64Alignment };
    known.set(name, found);
  }
  return found;
}
