/** One l2tp interface's own state (NetBSD's struct l2tp_softc), which lives from create to destroy. */
import type { PseudowireCounters } from '../datapath/datapath';
import type { LinkCounters, Tap } from './host';
import { nothingConfigured, type Variant } from './l2tp-variant';

/** L2TP_MTU of <net/if_l2tp.h>. */
const L2TP_MTU = 1280;

export class Softc {
  /** The data path's handle. */
  readonly id: number;
  readonly tap: Tap;
  /** The name that the interface was created under; the host's device may have another by now. */
  readonly name: string;
  variant: Variant = nothingConfigured;
  /** What SIOCSIFMTU sets and SIOCGIFMTU shows; no frame is measured by it. */
  mtu = L2TP_MTU;
  /** IFF_* bits of SIOCSIFFLAGS that are neither the host's nor follow from the variant. */
  flags = 0;
  /** The counters when SIOCZIFDATA zeroed them; null if it never did. */
  zero: LinkCounters | null = null;

  constructor(id: number, tap: Tap, name: string) {
    this.id = id;
    this.tap = tap;
    this.name = name;
  }
}

/** As the interface shows them: packets that are dropped on arrival count as no interface's error. */
export function linkCounters(counters: PseudowireCounters): LinkCounters {
  const { ipackets, ibytes, opackets, obytes, oerrors } = counters;
  return {
    ipackets,
    ibytes,
    opackets,
    obytes,
    oerrors,
    ierrors: 0n,
    collisions: 0n,
    imcasts: 0n,
    iqdrops: 0n,
  };
}
