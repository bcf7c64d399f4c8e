/** What every socket of a tunnel is set to, whatever its messages travel in. */
import { check } from '../linux/libc';
import { AF_INET } from './socket-address';
import * as system from './system-calls';

const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;

const IPPROTO_IP = 0;
const IP_TOS = 1;
const IP_TTL = 2;
const IP_MTU_DISCOVER = 10;
const IP_PMTUDISC_DONT = 0;

const IPPROTO_IPV6 = 41;
const IPV6_UNICAST_HOPS = 16;
const IPV6_MTU_DISCOVER = 23;
const IPV6_PMTUDISC_DONT = 0;
const IPV6_TCLASS = 67;
const IPV6_AUTOFLOWLABEL = 70;

/** Bytes that may wait in the kernel in each direction: some milliseconds of a fast link. */
const bufferSize = 8 << 20;

/**
 * TTL or hop limit 64, type of service 0, no flow label; Don't Fragment clear, so that the kernel fragments what does not
 * fit the path, as ip_output() does on NetBSD.
 */
const outerHeader: Readonly<Record<'ipv4' | 'ipv6', readonly (readonly [number, number, number])[]>> = {
  ipv4: [
    [IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT],
    [IPPROTO_IP, IP_TTL, 64],
    [IPPROTO_IP, IP_TOS, 0],
  ],
  ipv6: [
    [IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT],
    [IPPROTO_IPV6, IPV6_UNICAST_HOPS, 64],
    [IPPROTO_IPV6, IPV6_TCLASS, 0],
    [IPPROTO_IPV6, IPV6_AUTOFLOWLABEL, 0],
  ],
};

/** Makes packets leave as NetBSD's do. Throws SystemCallError. */
export function setOuterHeader(fd: number, family: number): void {
  for (const [level, option, value] of outerHeader[family === AF_INET ? 'ipv4' : 'ipv6']) {
    check('setsockopt', setNumber(fd, level, option, value));
  }
}

/** Beyond the host's limit where CAP_NET_ADMIN allows it, else as far as the limit. Throws SystemCallError. */
export function enlargeBuffers(fd: number): void {
  enlarge(fd, SO_RCVBUFFORCE, SO_RCVBUF);
  enlargeSendBuffer(fd);
}

/** The same for a socket that only sends. Throws SystemCallError. */
export function enlargeSendBuffer(fd: number): void {
  enlarge(fd, SO_SNDBUFFORCE, SO_SNDBUF);
}

/** setsockopt(2) of an int; -1 if it is refused. */
export function setNumber(fd: number, level: number, option: number, value: number): number {
  return system.setsockopt(fd, level, option, Int32Array.of(value), Int32Array.BYTES_PER_ELEMENT);
}

function enlarge(fd: number, force: number, ordinary: number): void {
  if (setNumber(fd, SOL_SOCKET, force, bufferSize) < 0) {
    check('setsockopt', setNumber(fd, SOL_SOCKET, ordinary, bufferSize));
  }
}
