/** The system calls and library functions that the daemon takes from libc. They return -1 and leave errno. */
import { libc } from '../linux/libc';

/** flock(2), on a thread of its own, for it may have to wait; `done` gets its result. */
export const flock: (fd: number, operation: number, done: (error: unknown, result: number) => void) => void =
  libc.func('int flock(int fd, int operation)').async;

/** getsockopt(2); `length` is one int, the room in `value` before and its length in bytes after. */
export const getsockopt: (
  fd: number,
  level: number,
  option: number,
  value: Uint8Array,
  length: Uint32Array,
) => number = libc.func('int getsockopt(int fd, int level, int option, void *value, void *length)');

/** socket(2). */
export const socket: (domain: number, type: number, protocol: number) => number = libc.func(
  'int socket(int domain, int type, int protocol)',
);

/** sendto(2); `address` is a struct sockaddr of `addressLength` bytes. */
export const sendto: (
  fd: number,
  message: Uint8Array,
  length: number,
  flags: number,
  address: Uint8Array,
  addressLength: number,
) => number = libc.func(
  'intptr_t sendto(int fd, void *message, size_t length, int flags, void *address, uint32_t addressLength)',
);

/** dup2(2). */
export const dup2: (from: number, to: number) => number = libc.func('int dup2(int from, int to)');

/** openlog(3), which keeps the address of `ident`: text that ends in NUL, in memory that stays. */
export const openlog: (ident: Uint8Array, option: number, facility: number) => void = libc.func(
  'void openlog(void *ident, int option, int facility)',
);

/** syslog(3) with a format of "%s". */
export const syslog: (priority: number, format: '%s', type: 'str', message: string) => void = libc.func(
  'void syslog(int priority, const char *format, ...)',
);
