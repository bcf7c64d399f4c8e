/** A raw IP socket for L2TPv3 (protocol 115), whose packets leave as NetBSD's do. */
import { check, SystemCallError } from '../linux/libc';
import { Arena } from './memory';
import { dataMessagesOnly } from './packet-filter';
import { AF_INET } from './socket-address';
import * as system from './system-calls';

/** L2TP's protocol number (IANA). */
const IPPROTO_L2TP = 115;

const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;

const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_ATTACH_FILTER = 26;
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

/**
 * Opens it: non-blocking, closed on exec, control messages filtered out. SystemCallError: EPERM without CAP_NET_RAW,
 * EAFNOSUPPORT where the host lacks the family.
 */
export function openRawSocket(family: number): number {
  const fd = check('socket', system.socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_L2TP));
  try {
    attachFilter(fd, family);
    for (const [level, option, value] of outerHeader[family === AF_INET ? 'ipv4' : 'ipv6']) {
      check('setsockopt', setNumber(fd, level, option, value));
    }
    enlarge(fd, SO_RCVBUFFORCE, SO_RCVBUF);
    enlarge(fd, SO_SNDBUFFORCE, SO_SNDBUF);
  } catch (error) {
    system.close(fd);
    throw error;
  }
  return fd;
}

/** Whether the host has no such address family, as opposed to not letting us use it. */
export function isFamilyMissing(error: unknown): boolean {
  return error instanceof SystemCallError && error.code === 'EAFNOSUPPORT';
}

function setNumber(fd: number, level: number, option: number, value: number): number {
  return system.setsockopt(fd, level, option, Int32Array.of(value), Int32Array.BYTES_PER_ELEMENT);
}

/** Beyond the host's limit where CAP_NET_ADMIN allows it, else as far as the limit. */
function enlarge(fd: number, force: number, ordinary: number): void {
  if (setNumber(fd, SOL_SOCKET, force, bufferSize) < 0) {
    check('setsockopt', setNumber(fd, SOL_SOCKET, ordinary, bufferSize));
  }
}

function attachFilter(fd: number, family: number): void {
  const { code, count } = dataMessagesOnly(family);
  const arena = new Arena(16 + code.length);
  // struct sock_fprog: unsigned short len, then a pointer to the instructions.
  const program = arena.reserve(16);
  const instructions = arena.reserve(code.length);
  arena.bytes.set(code, instructions);
  arena.setWord(program, 0);
  new Uint16Array(arena.bytes.buffer, program, 1)[0] = count;
  arena.point(program + 8, arena, instructions);
  check('setsockopt', system.setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, arena.bytes.subarray(0, 16), 16));
}
