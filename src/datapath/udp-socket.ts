/** A UDP socket for L2TPv3, with segmentation and coalescing of datagrams by the kernel where it has them (udp(7)). */
import { check } from '../linux/libc';
import { SOCK_DGRAM } from '../linux/uapi';
import { openSocket } from './socket';
import { AF_INET, ipv4Layout, ipv6Layout, writePort } from './socket-address';
import { enlargeBuffers, setNumber, setOuterHeader } from './socket-options';
import * as system from './system-calls';

const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;

/** linux/udp.h: the level of its options and control messages, and two of them. */
export const SOL_UDP = 17;
export const UDP_SEGMENT = 103;
export const UDP_GRO = 104;

export interface UdpSocket {
  readonly fd: number;
  /** One message may be cut into several datagrams (Linux 4.18). */
  readonly segmentation: boolean;
  /** Several datagrams may arrive as one message (Linux 5.0). */
  readonly coalescing: boolean;
}

/**
 * Opens it: non-blocking, closed on exec, bound to the port at all addresses of the family, those included that the host
 * will only have later; port 0 is one that the host chooses. SystemCallError: EADDRINUSE if another process has the port.
 */
export function openUdpSocket(family: number, port: number): UdpSocket {
  return openSocket(family, SOCK_DGRAM, 0, (fd) => {
    if (family !== AF_INET) check('setsockopt', setNumber(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1));
    setOuterHeader(fd, family);
    enlargeBuffers(fd);
    const segmentation = setNumber(fd, SOL_UDP, UDP_SEGMENT, 0) === 0;
    const coalescing = setNumber(fd, SOL_UDP, UDP_GRO, 1) === 0;
    bind(fd, family, port);
    return { fd, segmentation, coalescing };
  });
}

function bind(fd: number, family: number, port: number): void {
  const { nameLength } = family === AF_INET ? ipv4Layout : ipv6Layout;
  const name = new Uint8Array(nameLength);
  new Uint16Array(name.buffer, 0, 1)[0] = family;
  writePort(new DataView(name.buffer), 0, port);
  check('bind', system.bind(fd, name, nameLength));
}
