/** The system calls of the Linux host; they return -1 and leave the reason to errno. */
import { libc } from '../../linux/libc';

/** open(2) without creating. */
export const open: (path: string, flags: number) => number = libc.func(
  'int open(const char *path, int flags)',
);

/** close(2). */
export const close: (fd: number) => number = libc.func('int close(int fd)');

/** ioctl(2) with a pointer. */
export const ioctl: (fd: number, request: number, type: 'void *', argument: Uint8Array) => number = libc.func(
  'int ioctl(int fd, unsigned long request, ...)',
);

/** socket(2). */
export const socket: (family: number, type: number, protocol: number) => number = libc.func(
  'int socket(int family, int type, int protocol)',
);

/** bind(2). */
export const bind: (fd: number, address: Uint8Array, length: number) => number = libc.func(
  'int bind(int fd, void *address, unsigned int length)',
);

/** setsockopt(2). */
export const setsockopt: (
  fd: number,
  level: number,
  option: number,
  value: Uint8Array,
  length: number,
) => number = libc.func('int setsockopt(int fd, int level, int option, void *value, unsigned int length)');

/** send(2). */
export const send: (fd: number, bytes: Uint8Array, length: number, flags: number) => number = libc.func(
  'intptr_t send(int fd, void *bytes, size_t length, int flags)',
);

/** recv(2). */
export const recv: (fd: number, bytes: Uint8Array, length: number, flags: number) => number = libc.func(
  'intptr_t recv(int fd, void *bytes, size_t length, int flags)',
);

/** poll(2); the time-out is in milliseconds. */
export const poll: (descriptors: Uint8Array, count: number, timeout: number) => number = libc.func(
  'int poll(void *descriptors, unsigned long count, int timeout)',
);
