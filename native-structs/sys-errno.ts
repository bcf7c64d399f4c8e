/** <sys/errno.h>: NetBSD's error numbers and the words of strerror(3) for them. */

const table = {
  EPERM: [1, 'Operation not permitted'],
  ENOENT: [2, 'No such file or directory'],
  EIO: [5, 'Input/output error'],
  ENXIO: [6, 'Device not configured'],
  EBADF: [9, 'Bad file descriptor'],
  ENOMEM: [12, 'Cannot allocate memory'],
  EACCES: [13, 'Permission denied'],
  EFAULT: [14, 'Bad address'],
  EBUSY: [16, 'Device busy'],
  EEXIST: [17, 'File exists'],
  ENODEV: [19, 'Operation not supported by device'],
  EINVAL: [22, 'Invalid argument'],
  EMFILE: [24, 'Too many open files'],
  ENOTTY: [25, 'Inappropriate ioctl for device'],
  ENOSPC: [28, 'No space left on device'],
  ERANGE: [34, 'Result too large or too small'],
  EOPNOTSUPP: [45, 'Operation not supported'],
  EAFNOSUPPORT: [47, 'Address family not supported by protocol family'],
  EADDRINUSE: [48, 'Address already in use'],
  EADDRNOTAVAIL: [49, "Can't assign requested address"],
  ENETDOWN: [50, 'Network is down'],
  ENETUNREACH: [51, 'Network is unreachable'],
  ENOBUFS: [55, 'No buffer space available'],
  ETIMEDOUT: [60, 'Connection timed out'],
  ECONNREFUSED: [61, 'Connection refused'],
  ENAMETOOLONG: [63, 'File name too long'],
  ENOMSG: [83, 'No message of desired type'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type Errno = keyof typeof table;

const names = new Map<number, string>(Object.entries(table).map(([name, [number]]) => [number, name]));

function isErrno(name: string | undefined): name is Errno {
  return name !== undefined && name in table;
}

/** NetBSD's number of `name`. */
export const errnoNumber = (name: Errno): number => table[name][0];

/** The name of NetBSD's error number, undefined if this project knows none. */
export function errnoName(number: number): Errno | undefined {
  const name = names.get(number);
  return isErrno(name) ? name : undefined;
}

/** strerror(3)'s words for an error number or name. */
export function strerror(error: number | Errno): string {
  const name = typeof error === 'number' ? errnoName(error) : error;
  return name ? table[name][1] : `Unknown error: ${error}`;
}
