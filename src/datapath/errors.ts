/** What the loop makes of errno: which counter a refused packet belongs to, and what a TAP device's answers mean. */
import { constants } from 'node:os';
import { dropCounters } from './counters';
import type { DropCause } from './drop-causes';

export const { EAGAIN, EINTR, EINVAL, EIO, EMSGSIZE, ENOBUFS } = constants.errno;
/** A TAP descriptor whose device has been deleted; node:os does not name it. */
export const EBADFD = 77;

const causes: readonly (readonly [errno: number, cause: DropCause])[] = [
  [constants.errno.ENETUNREACH, 'no-route'],
  [constants.errno.EHOSTUNREACH, 'no-route'],
  [constants.errno.ENETDOWN, 'no-route'],
  [constants.errno.ENODEV, 'no-route'],
  // ip_route_output_key() says EINVAL for a source that is not on this host, IPv6 EINVAL or EADDRNOTAVAIL.
  [EINVAL, 'bad-source'],
  [constants.errno.EADDRNOTAVAIL, 'bad-source'],
  [constants.errno.EPERM, 'not-permitted'],
  [constants.errno.EACCES, 'not-permitted'],
  [EAGAIN, 'send-queue-full'],
  [ENOBUFS, 'send-queue-full'],
];

const sendCounters = new Map(causes.map(([errno, cause]) => [errno, dropCounters[cause]]));

/** Number of the drop counter for an error of sendmmsg(2). */
export function sendErrorCounter(errno: number): number {
  return sendCounters.get(errno) ?? dropCounters['send-failed'];
}
