/** A packet socket (packet(7)) that takes IP packets and the next hop's hardware address, and receives nothing. */
import { AF_PACKET, SOCK_DGRAM } from '../linux/uapi';
import { openSocket } from './socket';
import { enlargeSendBuffer } from './socket-options';

/**
 * Opens it: non-blocking, closed on exec. SystemCallError: EPERM without CAP_NET_RAW, EAFNOSUPPORT where the host has no packet
 * sockets.
 */
export function openPacketSocket(): number {
  // Protocol 0: it receives nothing.
  return openSocket(AF_PACKET, SOCK_DGRAM, 0, (fd) => {
    enlargeSendBuffer(fd);
    return fd;
  });
}
