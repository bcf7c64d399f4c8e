/** Packet sockets (packet(7)) bound to a device, for tests that see or move all of its frames. */
import { readFileSync } from 'node:fs';
import { check, libc } from '../../src/linux/libc';
import * as system from '../../src/datapath/system-calls';

const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
/** All protocols, in network byte order. */
const ETH_P_ALL = Buffer.of(0x00, 0x03);

const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const SOL_PACKET = 263;
const PACKET_STATISTICS = 6;
const PACKET_VNET_HDR = 15;
const PACKET_IGNORE_OUTGOING = 23;

/** Received bytes that may wait: more than a test sends. */
const bufferSize = 400 << 20;

const getsockopt: (
  fd: number,
  level: number,
  option: number,
  value: Uint32Array,
  length: Uint32Array,
) => number = libc.func(
  'int getsockopt(int fd, int level, int option, _Out_ void *value, _Inout_ void *length)',
);

/** struct sockaddr_ll of a device in this network namespace; numbers in the host's order but for the protocol. */
export function linkAddress(name: string): Buffer {
  const address = Buffer.alloc(20);
  new Uint16Array(address.buffer, address.byteOffset, 1)[0] = AF_PACKET;
  ETH_P_ALL.copy(address, 2);
  new Int32Array(address.buffer, address.byteOffset + 4, 1)[0] = Number(
    readFileSync(`/sys/class/net/${name}/ifindex`, 'ascii'),
  );
  return address;
}

/**
 * Opens one, non-blocking. `vnetHeader`: frames have a virtio_net header of 10 bytes before them; `own`: it also gets what
 * this host sends.
 */
export function openPacketSocket(
  name: string,
  { vnetHeader, own }: { readonly vnetHeader: boolean; readonly own: boolean },
): number {
  const fd = check('socket', system.socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0));
  const set = (level: number, option: number, value: number) =>
    check('setsockopt', system.setsockopt(fd, level, option, Int32Array.of(value), 4));
  set(SOL_SOCKET, SO_RCVBUFFORCE, bufferSize);
  if (vnetHeader) set(SOL_PACKET, PACKET_VNET_HDR, 1);
  if (!own) set(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
  const address = linkAddress(name);
  check('bind', system.bind(fd, address, address.length));
  return fd;
}

/** Frames that the socket had no room for. */
export function lostFrames(fd: number): number {
  const statistics = new Uint32Array(2);
  check('getsockopt', getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, statistics, Uint32Array.of(8)));
  return statistics[1] ?? 0;
}
