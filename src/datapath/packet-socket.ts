/** A packet socket (packet(7)) that takes IP packets and the next hop's hardware address, and receives nothing. */
import { check } from '../linux/libc';
import { AF_PACKET } from './next-hop';
import { enlargeSendBuffer } from './socket-options';
import * as system from './system-calls';

const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;

/**
 * Opens it: non-blocking, closed on exec. SystemCallError: EPERM without CAP_NET_RAW, EAFNOSUPPORT where the host has no packet
 * sockets.
 */
export function openPacketSocket(): number {
  // Protocol 0: it receives nothing.
  const fd = check('socket', system.socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  try {
    enlargeSendBuffer(fd);
  } catch (error) {
    system.close(fd);
    throw error;
  }
  return fd;
}
