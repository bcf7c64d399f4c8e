/**
 * The system calls of the packet loop, declared to take addresses as numbers, which is what costs koffi least. They
 * return -1 and leave the reason to errno().
 */
import koffi from 'koffi';
import { libc } from '../linux/libc';

/** read(2): TAP frames; `address` as Arena.address() gives it. */
export const read: (fd: number, address: bigint, size: number) => number = libc.func(
  'int read(int fd, uintptr_t address, size_t size)',
);

/** write(2). */
export const write: (fd: number, address: bigint, size: number) => number = libc.func(
  'int write(int fd, uintptr_t address, size_t size)',
);

/** writev(2); `vectors` is the address of an array of struct iovec. */
export const writev: (fd: number, vectors: bigint, count: number) => number = libc.func(
  'int writev(int fd, uintptr_t vectors, int count)',
);

/** recvmmsg(2) without time-out. */
export const recvmmsg: (fd: number, messages: bigint, count: number, flags: number, timeout: null) => number =
  libc.func('int recvmmsg(int fd, uintptr_t messages, unsigned int count, int flags, void *timeout)');

/** sendmmsg(2). */
export const sendmmsg: (fd: number, messages: bigint, count: number, flags: number) => number = libc.func(
  'int sendmmsg(int fd, uintptr_t messages, unsigned int count, int flags)',
);

/** send(2). */
export const send: (fd: number, bytes: Uint8Array, size: number, flags: number) => number = libc.func(
  'int send(int fd, void *bytes, size_t size, int flags)',
);

/** recv(2). */
export const recv: (fd: number, bytes: Uint8Array, size: number, flags: number) => number = libc.func(
  'int recv(int fd, void *bytes, size_t size, int flags)',
);

/** epoll_create1(2). */
export const epoll_create1: (flags: number) => number = libc.func('int epoll_create1(int flags)');

/** epoll_ctl(2). */
export const epoll_ctl: (epoll: number, operation: number, fd: number, event: Uint8Array | null) => number =
  libc.func('int epoll_ctl(int epoll, int operation, int fd, void *event)');

/** epoll_wait(2); the time-out is in milliseconds, -1 for none. */
export const epoll_wait: (epoll: number, events: bigint, count: number, timeout: number) => number =
  libc.func('int epoll_wait(int epoll, uintptr_t events, int count, int timeout)');

/** poll(2); the time-out is in milliseconds. */
export const poll: (descriptors: bigint, count: number, timeout: number) => number = libc.func(
  'int poll(uintptr_t descriptors, unsigned long count, int timeout)',
);

/** socket(2). */
export const socket: (family: number, type: number, protocol: number) => number = libc.func(
  'int socket(int family, int type, int protocol)',
);

/** bind(2). */
export const bind: (fd: number, name: Uint8Array, length: number) => number = libc.func(
  'int bind(int fd, void *name, unsigned int length)',
);

/** setsockopt(2). */
export const setsockopt: (
  fd: number,
  level: number,
  option: number,
  value: Uint8Array | Int32Array,
  length: number,
) => number = libc.func('int setsockopt(int fd, int level, int option, void *value, unsigned int length)');

/** close(2). */
export const close: (fd: number) => number = libc.func('int close(int fd)');

/** eventfd(2). */
export const eventfd: (initial: number, flags: number) => number = libc.func(
  'int eventfd(unsigned int initial, int flags)',
);

/** fcntl(2) with an int argument. */
export const fcntl: (fd: number, command: number, type: 'int', argument: number) => number = libc.func(
  'int fcntl(int fd, int command, ...)',
);

/** ioctl(2) with an unsigned long argument. */
export const ioctl: (fd: number, request: number, type: 'unsigned long', argument: number) => number =
  libc.func('int ioctl(int fd, unsigned long request, ...)');

/** errno as the last failed call left it; to be asked directly after it. */
export function errno(): number {
  return koffi.errno();
}
