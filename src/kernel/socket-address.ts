/** NetBSD socket addresses made of the host's addresses and taken apart again. */
import { AF_INET, AF_INET6, AF_LINK, structs } from '../../native-structs';
import { kernelAbi } from './requests';

const sockaddr_in = structs(kernelAbi, 'sockaddr_in');
const sockaddr_in6 = structs(kernelAbi, 'sockaddr_in6');
const sockaddr_dl = structs(kernelAbi, 'sockaddr_dl');
const linkAddressHeader =
  sockaddr_dl.fields.sdl_addr.type.fields.dl_data.offset + sockaddr_dl.fields.sdl_addr.offset;

/** Length of a `struct sockaddr_in` and `struct sockaddr_in6` in bytes, by family. */
export const socketAddressLength: ReadonlyMap<number, number> = new Map([
  [AF_INET, sockaddr_in.size],
  [AF_INET6, sockaddr_in6.size],
]);

/** The address in network byte order, 4 or 16 bytes, as a socket address without port. */
export function socketAddress(address: Uint8Array): Buffer {
  if (address.length === 4)
    return sockaddr_in.make({
      sin_len: sockaddr_in.size,
      sin_family: AF_INET,
      sin_addr: Buffer.from(address),
    });
  return sockaddr_in6.make({
    sin6_len: sockaddr_in6.size,
    sin6_family: AF_INET6,
    sin6_addr: Buffer.from(address),
  });
}

/** A struct sockaddr_dl; `type` is an if_type, `address` may be empty. Longer than usual if its contents are. */
export function linkSocketAddress(index: number, type: number, name: string, address: Uint8Array): Buffer {
  const nameBytes = Buffer.from(name);
  const length = linkAddressHeader + nameBytes.length + address.length;
  const fixed = sockaddr_dl.make({
    sdl_len: length,
    sdl_family: AF_LINK,
    sdl_index: index & 0xffff,
    sdl_addr: { dl_type: type, dl_nlen: nameBytes.length, dl_alen: address.length },
  });
  const bytes = Buffer.concat([fixed], Math.max(length, fixed.length));
  bytes.set(nameBytes, linkAddressHeader);
  bytes.set(address, linkAddressHeader + nameBytes.length);
  return bytes;
}

/** The address of a struct sockaddr_dl, possibly empty; null if it would lie outside `bytes`. A copy. */
export function linkAddressOf(bytes: Buffer): Uint8Array | null {
  const { dl_nlen, dl_alen } = sockaddr_dl.at(bytes).sdl_addr;
  const start = linkAddressHeader + dl_nlen;
  return start + dl_alen > bytes.length ? null : Uint8Array.from(bytes.subarray(start, start + dl_alen));
}

/** The address of a struct sockaddr_in or sockaddr_in6, network byte order, 4 or 16 bytes. A copy. */
export function hostAddress(bytes: Buffer): Uint8Array {
  const { sin_family } = sockaddr_in.at(bytes);
  return Uint8Array.from(
    sin_family === AF_INET6 ? sockaddr_in6.at(bytes).sin6_addr : sockaddr_in.at(bytes).sin_addr,
  );
}

/** The port of a struct sockaddr_in or sockaddr_in6, host byte order; 0 if it has none. */
export function hostPort(bytes: Buffer): number {
  const { sin_family } = sockaddr_in.at(bytes);
  return sin_family === AF_INET6 ? sockaddr_in6.at(bytes).sin6_port : sockaddr_in.at(bytes).sin_port;
}
