/** getifaddrs(3)'s linked list as values: its memory is freed right after, so everything is copied. */
import { AF_LINK, structs, type Abi } from '../../../native-structs';
import type { IfAddr } from '../kernel';
import type { SystemCalls } from './system-calls';

type Memory = Pick<SystemCalls, 'memoryAt'>;

function sockaddrAt(memory: Memory, address: bigint): Buffer | null {
  if (address === 0n) return null;
  const length = memory.memoryAt(address, 1).readUInt8(0);
  return Buffer.from(memory.memoryAt(address, Math.max(length, 2)));
}

function stringAt(memory: Memory, address: bigint): string {
  const bytes: number[] = [];
  for (let at = address; ; at++) {
    const byte = memory.memoryAt(at, 1).readUInt8(0);
    if (byte === 0) return String.fromCharCode(...bytes);
    bytes.push(byte);
  }
}

/** Every entry from the struct ifaddrs at `first` on; 0n gives none. */
export function readInterfaceList(abi: Abi, memory: Memory, first: bigint): readonly IfAddr[] {
  const ifaddrs = structs(abi, 'ifaddrs');
  const { size: ifDataSize } = structs(abi, 'if_data');
  const list: IfAddr[] = [];
  for (let at = first; at !== 0n;) {
    const entry = ifaddrs.at(memory.memoryAt(at, ifaddrs.size));
    const addr = sockaddrAt(memory, entry.ifa_addr);
    const hasData = addr?.[1] === AF_LINK && entry.ifa_data !== 0n;
    list.push({
      name: stringAt(memory, entry.ifa_name),
      flags: entry.ifa_flags,
      addr,
      netmask: sockaddrAt(memory, entry.ifa_netmask),
      dstaddr: sockaddrAt(memory, entry.ifa_dstaddr),
      data: hasData ? Buffer.from(memory.memoryAt(entry.ifa_data, ifDataSize)) : null,
      addrflags: entry.ifa_addrflags,
    });
    at = entry.ifa_next;
  }
  return list;
}
