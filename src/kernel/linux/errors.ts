/** Linux's errors as NetBSD's, and the exceptions that the Linux host throws. */
import { KernelError, type Errno } from '../../../native-structs';

/** By Linux's name; what is not here is EIO. */
const netbsdErrno: Readonly<Record<string, Errno>> = {
  EPERM: 'EPERM',
  EACCES: 'EPERM',
  ENOENT: 'ENOENT',
  EIO: 'EIO',
  ENXIO: 'ENXIO',
  ENODEV: 'ENXIO',
  EBADF: 'EBADF',
  ENOMEM: 'ENOMEM',
  EFAULT: 'EFAULT',
  EBUSY: 'EBUSY',
  EEXIST: 'EEXIST',
  ENOTUNIQ: 'EEXIST',
  EINVAL: 'EINVAL',
  ELOOP: 'EINVAL',
  EMSGSIZE: 'EINVAL',
  EMFILE: 'EMFILE',
  ENFILE: 'EMFILE',
  ENOTTY: 'ENOTTY',
  ENOSPC: 'ENOSPC',
  ERANGE: 'ERANGE',
  EOPNOTSUPP: 'EOPNOTSUPP',
  ENOTSUP: 'EOPNOTSUPP',
  EPROTONOSUPPORT: 'EOPNOTSUPP',
  EAFNOSUPPORT: 'EAFNOSUPPORT',
  EADDRINUSE: 'EADDRINUSE',
  EADDRNOTAVAIL: 'EADDRNOTAVAIL',
  ENETDOWN: 'ENETDOWN',
  ENETUNREACH: 'ENETUNREACH',
  ENOBUFS: 'ENOBUFS',
  ETIMEDOUT: 'ETIMEDOUT',
  ENAMETOOLONG: 'ENAMETOOLONG',
};

/** Linux refused; `errno` and `code` are NetBSD's, `reason` and `linuxCode` are for a log. */
export class HostError extends KernelError {
  /** Linux's name of the error. */
  readonly linuxCode: string;
  /** What was tried and what Linux said, such as "/dev/net/tun: ENOENT (modprobe tun)". */
  readonly reason: string;

  constructor(linuxCode: string, reason: string) {
    super(netbsdErrno[linuxCode] ?? 'EIO');
    this.linuxCode = linuxCode;
    this.reason = reason;
    this.cause = reason;
  }
}

export { MalformedMessageError } from '../../linux/netlink/errors';

/** Runs `attempt`; its HostError with one of `codes` gives `otherwise`. */
export function unless<T>(codes: readonly string[], attempt: () => T, otherwise: (error: HostError) => T): T {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof HostError && codes.includes(error.linuxCode)) return otherwise(error);
    throw error;
  }
}
