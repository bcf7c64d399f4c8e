/** Socket addresses between the kernel's bytes and values. */
import { AF_INET, AF_INET6, AF_LINK, structs, type Abi } from '../../native-structs';
import type { IfAddr } from '../ioctl/kernel';
import { formatIpv4, formatIpv6 } from './address-text';

export interface InetAddress {
  readonly family: typeof AF_INET | typeof AF_INET6;
  /** 4 or 16 bytes in network order. */
  readonly address: Buffer;
  readonly port: number;
  /** Index of the interface that a link-local IPv6 address belongs to; 0 if none is named. */
  readonly scope: number;
}

const isLinkLocal = ({ family, address }: InetAddress): boolean =>
  family === AF_INET6 && address[0] === 0xfe && ((address[1] ?? 0) & 0xc0) === 0x80;

export const isIpv6Multicast = ({ family, address }: InetAddress): boolean =>
  family === AF_INET6 && address[0] === 0xff;

/** struct sockaddr_in or sockaddr_in6. */
export function encodeInet(abi: Abi, { family, address, port, scope }: InetAddress): Buffer {
  if (family === AF_INET) {
    const type = structs(abi, 'sockaddr_in');
    return type.make({ sin_len: type.size, sin_family: family, sin_port: port, sin_addr: address });
  }
  const type = structs(abi, 'sockaddr_in6');
  return type.make({
    sin6_len: type.size,
    sin6_family: family,
    sin6_port: port,
    sin6_addr: address,
    sin6_scope_id: scope,
  });
}

/** The address in `bytes`; null if they hold no IPv4 or IPv6 address, or not all of one. */
export function decodeInet(abi: Abi, bytes: Buffer): InetAddress | null {
  const in4 = structs(abi, 'sockaddr_in');
  const in6 = structs(abi, 'sockaddr_in6');
  const family = bytes.length > 1 ? bytes[1] : undefined;
  if (family === AF_INET && bytes.length >= in4.size) {
    const { sin_addr, sin_port } = in4.at(bytes);
    return { family, address: Buffer.from(sin_addr), port: sin_port, scope: 0 };
  }
  if (family === AF_INET6 && bytes.length >= in6.size) {
    const { sin6_addr, sin6_port, sin6_scope_id } = in6.at(bytes);
    return { family, address: Buffer.from(sin6_addr), port: sin6_port, scope: sin6_scope_id };
  }
  return null;
}

/** KAME's form, which the kernel's ioctls take: a link-local address with its scope in bytes 2 and 3. */
export function embedScope(value: InetAddress): InetAddress {
  if (!isLinkLocal(value) || value.scope === 0) return value;
  const address = Buffer.from(value.address);
  address.writeUInt16BE(value.scope & 0xffff, 2);
  return { ...value, address, scope: 0 };
}

/** The inverse of embedScope. */
export function extractScope(value: InetAddress): InetAddress {
  if (!isLinkLocal(value)) return value;
  const embedded = value.address.readUInt16BE(2);
  if (embedded === 0) return value;
  const address = Buffer.from(value.address);
  address.writeUInt16BE(0, 2);
  return { ...value, address, scope: value.scope === 0 ? embedded : value.scope };
}

/** Address of an AF_LINK entry: its interface's index and the link-layer address, empty if there is none. */
export function decodeLink(abi: Abi, bytes: Buffer): { index: number; address: Buffer } | null {
  const type = structs(abi, 'sockaddr_dl');
  const header = type.fields.sdl_addr.offset + 4;
  if (bytes[1] !== AF_LINK || bytes.length < header) return null;
  // getifaddrs(3) gives as many bytes as sdl_len says, which may be fewer or more than the struct has
  const { sdl_index, sdl_addr } = type.at(Buffer.concat([bytes, Buffer.alloc(type.size)]));
  const start = header + sdl_addr.dl_nlen;
  return { index: sdl_index, address: Buffer.from(bytes.subarray(start, start + sdl_addr.dl_alen)) };
}

/** Name of the interface with `index`, or the index itself if none has it. */
export function scopeName(abi: Abi, addresses: readonly IfAddr[], index: number): string {
  const found = addresses.find(({ addr }) => addr && decodeLink(abi, addr)?.index === index);
  return found?.name ?? String(index);
}

/** Address as getnameinfo(3) writes it with NI_NUMERICHOST; `nameOf` gives the name of a scope. */
export function formatInet(
  { family, address, scope }: InetAddress,
  nameOf: (scope: number) => string,
): string {
  if (family === AF_INET) return formatIpv4(address);
  return formatIpv6(address) + (scope === 0 ? '' : `%${nameOf(scope)}`);
}
