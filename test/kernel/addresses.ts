/** Socket addresses for arguments, by their text, as a command would build them. */
import { isIPv6 } from 'node:net';
import { AF_INET, AF_INET6, structs } from '../../native-structs';
import { amd64 } from './process';

const sockaddr_in = structs(amd64, 'sockaddr_in');
const sockaddr_in6 = structs(amd64, 'sockaddr_in6');

/** Network order, 4 or 16 bytes. */
export function bytesOf(text: string): Buffer {
  if (!isIPv6(text)) return Buffer.from(text.split('.').map(Number));
  const [head = '', tail] = text.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));
  const [front, back] = [groups(head), groups(tail ?? '')];
  const all = [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

export function socketAddress(text: string, port = 0): Buffer {
  return isIPv6(text)
    ? sockaddr_in6.make({
        sin6_len: sockaddr_in6.size,
        sin6_family: AF_INET6,
        sin6_port: port,
        sin6_addr: bytesOf(text),
      })
    : sockaddr_in.make({
        sin_len: sockaddr_in.size,
        sin_family: AF_INET,
        sin_port: port,
        sin_addr: bytesOf(text),
      });
}

/** The address of a socket address as text; IPv6 without its scope's name. */
export function textOf(socketAddressBytes: Buffer): string {
  if (socketAddressBytes[1] === AF_INET) return sockaddr_in.at(socketAddressBytes).sin_addr.join('.');
  const { sin6_addr } = sockaddr_in6.at(socketAddressBytes);
  const groups = Array.from({ length: 8 }, (_, place) => sin6_addr.readUInt16BE(2 * place).toString(16));
  return groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::');
}

/** `name`, then the socket addresses at their offsets, in an argument of `size` bytes. */
export function named(size: number, name: string, parts: readonly (readonly [number, Buffer])[]): Buffer {
  const argument = Buffer.alloc(size);
  argument.write(name, 'latin1');
  for (const [offset, bytes] of parts) bytes.copy(argument, offset);
  return argument;
}
