/** A raw IP socket for L2TPv3 (protocol 115), whose packets leave as NetBSD's do. */
import { check, SystemCallError } from '../linux/libc';
import { SOCK_RAW } from '../linux/uapi';
import { Arena } from './memory';
import { dataMessagesOnly } from './packet-filter';
import { openSocket } from './socket';
import { enlargeBuffers, setOuterHeader } from './socket-options';
import * as system from './system-calls';
import { IPPROTO_L2TP } from './wire';

const SOL_SOCKET = 1;
const SO_ATTACH_FILTER = 26;

/**
 * Opens it: non-blocking, closed on exec, control messages filtered out. SystemCallError: EPERM without CAP_NET_RAW,
 * EAFNOSUPPORT where the host lacks the family.
 */
export function openRawSocket(family: number): number {
  return openSocket(family, SOCK_RAW, IPPROTO_L2TP, (fd) => {
    attachFilter(fd, family);
    setOuterHeader(fd, family);
    enlargeBuffers(fd);
    return fd;
  });
}

/** Whether the host has no such address family, as opposed to not letting us use it. */
export function isFamilyMissing(error: unknown): boolean {
  return error instanceof SystemCallError && error.code === 'EAFNOSUPPORT';
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
