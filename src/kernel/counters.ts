/** Interface counters that can be zeroed though the host's cannot: the difference to a remembered count. */
import type { LinkCounters } from './host';

/** What was counted since `zero`; null is the beginning. */
export function countersSince(zero: LinkCounters | null, now: LinkCounters): LinkCounters {
  if (!zero) return now;
  return {
    ipackets: now.ipackets - zero.ipackets,
    ierrors: now.ierrors - zero.ierrors,
    opackets: now.opackets - zero.opackets,
    oerrors: now.oerrors - zero.oerrors,
    collisions: now.collisions - zero.collisions,
    ibytes: now.ibytes - zero.ibytes,
    obytes: now.obytes - zero.obytes,
    imcasts: now.imcasts - zero.imcasts,
    iqdrops: now.iqdrops - zero.iqdrops,
  };
}
