/**
 * Which NetBSD port a node process was built for, by what node tells of it. That of a rump kernel is the same: its client
 * hands structs over as they are in memory.
 */
import { endianness } from 'node:os';
import { abi, type Abi, type AbiName } from '../../../native-structs';

const ports: Readonly<Record<string, AbiName>> = {
  'x64 LE': 'amd64',
  'ia32 LE': 'i386',
  'arm64 LE': 'aarch64',
  'arm64 BE': 'aarch64eb',
  'arm LE': 'earmv7hf',
  'arm BE': 'earmv6eb',
  'ppc BE': 'powerpc',
  'ppc64 BE': 'powerpc64',
  'mipsel LE': 'mipsel-o32',
  'mips BE': 'mipseb-o32',
  'riscv64 LE': 'riscv64',
};

/** The data model of this process. Throws RangeError for a processor that no listed port has. */
export function hostAbi(architecture: string = process.arch, order: string = endianness()): Abi {
  const name = ports[`${architecture} ${order}`];
  if (!name) throw new RangeError(`no NetBSD port is known for ${architecture} ${order}`);
  return abi(name);
}
