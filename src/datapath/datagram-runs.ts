/** Which datagrams of a batch leave as one message that the kernel cuts up again (UDP_SEGMENT of udp(7)). */

/** Datagrams that one message may become; Linux takes as many (UDP_MAX_SEGMENTS). */
export const longestRun = 64;

/** Bytes of a message, so that with UDP and IP headers it is no longer than an IPv4 or an IPv6 packet can be. */
export const largestRun = 65535 - 40 - 8;

/**
 * The place behind the last datagram that can leave together with the one at `from`: all are of its length, only the last
 * may be shorter; none is empty. `length` tells the length of the datagram at a place, which is below `to` and has the
 * destination of the one at `from`.
 */
export function endOfRun(length: (place: number) => number, from: number, to: number): number {
  const size = length(from);
  const end = Math.min(to, from + longestRun);
  let total = size;
  let next = from + 1;
  while (next < end) {
    const more = length(next);
    total += more;
    if (more === 0 || more > size || total > largestRun) break;
    next += 1;
    if (more < size) break;
  }
  return next;
}
