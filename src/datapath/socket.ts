/** Opening the sockets of the packet loop. */
import { check } from '../linux/libc';
import { SOCK_CLOEXEC, SOCK_NONBLOCK } from '../linux/uapi';
import * as system from './system-calls';

/**
 * Opens one, non-blocking and closed on exec, and returns what `prepare` makes of its descriptor; if that throws, it is closed
 * again. SystemCallError: EPERM without CAP_NET_RAW, EAFNOSUPPORT or EPROTONOSUPPORT where the host lacks the kind.
 */
export function openSocket<T>(domain: number, type: number, protocol: number, prepare: (fd: number) => T): T {
  const fd = check('socket', system.socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
  try {
    return prepare(fd);
  } catch (error) {
    system.close(fd);
    throw error;
  }
}
