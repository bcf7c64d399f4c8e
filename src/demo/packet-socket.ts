/** Packets of one interface as they leave and arrive, by a packet socket (packet(7)). Needs CAP_NET_RAW. */
import { check, libc } from '../linux/libc';

const AF_PACKET = 17;
const SOCK_RAW = 3;
/** All protocols, in network byte order: only these sockets see outgoing packets. */
const ETH_P_ALL = Buffer.of(0x00, 0x03);
/** Length in bytes of an Ethernet header. */
const linkHeaderLength = 14;
/** Longer than any packet of the demonstration. */
const bufferLength = 65536;

const socket: (domain: number, type: number, protocol: number) => number = libc.func(
  'int socket(int domain, int type, int protocol)',
);
const bind: (fd: number, address: Buffer, length: number) => number = libc.func(
  'int bind(int fd, const void *address, unsigned int length)',
);
const recv: (fd: number, buffer: Buffer, length: number, flags: number) => number = libc.func(
  'intptr_t recv(int fd, _Out_ void *buffer, size_t length, int flags)',
);
const interfaceIndex: (name: string) => number = libc.func('unsigned int if_nametoindex(const char *name)');

/** struct sockaddr_ll of linux/if_packet.h for an interface; numbers in the host's order but for the protocol. */
function linkAddress(index: number): Buffer {
  const address = Buffer.alloc(20);
  new Uint16Array(address.buffer, address.byteOffset, 1)[0] = AF_PACKET;
  ETH_P_ALL.copy(address, 2);
  new Int32Array(address.buffer, address.byteOffset + 4, 1)[0] = index;
  return address;
}

/**
 * Opens the socket on interface `name` and returns a function that blocks until the next packet and returns it without its
 * link header. Throws SystemCallError.
 */
export function openPacketSocket(name: string): () => Buffer {
  const index = interfaceIndex(name);
  if (index === 0) check('if_nametoindex', -1);
  const fd = check('socket', socket(AF_PACKET, SOCK_RAW, 0));
  const address = linkAddress(index);
  check('bind', bind(fd, address, address.length));
  const buffer = Buffer.alloc(bufferLength);
  return () => {
    const length = check('recv', recv(fd, buffer, buffer.length, 0));
    return Buffer.from(buffer.subarray(linkHeaderLength, length));
  };
}
