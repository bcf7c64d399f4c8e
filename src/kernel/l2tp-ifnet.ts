/** An l2tp interface as the kernel's dispatch sees it: its softc together with the host's TAP device. */
import {
  IFF_MULTICAST,
  IFF_NOARP,
  IFF_POINTOPOINT,
  IFF_PROMISC,
  IFF_RUNNING,
  IFF_SIMPLEX,
  IFF_UP,
  KernelError,
  L2TP_STATE_UP,
} from '../../native-structs';
import { countersSince } from './counters';
import type { Ifnet, Request } from './driver';
import type { Host, Link, LinkCounters } from './host';
import type { L2tp } from './l2tp';
import { l2tpIoctl } from './l2tp-ioctl';
import { linkCounters, type Softc } from './l2tp-softc';

/** IFT_L2TP of <net/if_types.h>. */
const IFT_L2TP = 0xf7;
/** L2TP_MTU_MIN and L2TP_MTU_MAX of <net/if_l2tp.h>. */
const smallestMtu = 1280;
const largestMtu = 8192;

/** What the TAP device itself is asked for. */
const hostFlags = IFF_UP | IFF_NOARP | IFF_PROMISC;

/** Shows the link as it was when it was looked up, and the softc as it is. */
export class L2tpIfnet implements Ifnet {
  readonly name: string;
  readonly index: number;
  readonly type = IFT_L2TP;
  readonly address = new Uint8Array();
  readonly softc: Softc;
  readonly driver: L2tp;
  readonly #host: Host;
  readonly #link: Link;

  constructor(driver: L2tp, host: Host, softc: Softc, link: Link) {
    this.name = link.name;
    this.index = link.index;
    this.softc = softc;
    this.driver = driver;
    this.#host = host;
    this.#link = link;
  }

  get mtu(): number {
    return this.softc.mtu;
  }

  /** RUNNING means that there is a tunnel, and nothing else. */
  get flags(): number {
    return (
      IFF_POINTOPOINT |
      IFF_SIMPLEX |
      IFF_MULTICAST |
      (this.#link.flags & hostFlags) |
      (this.softc.variant.tunnel ? IFF_RUNNING : 0) |
      this.softc.flags
    );
  }

  get linkState(): Ifnet['linkState'] {
    return this.softc.variant.state === L2TP_STATE_UP ? 'up' : 'down';
  }

  get counters(): LinkCounters {
    return countersSince(this.softc.zero, this.#counted());
  }

  zeroCounters(): void {
    this.softc.zero = this.#counted();
  }

  // async, so that what goes wrong is a rejection as the contract has it
  // eslint-disable-next-line @typescript-eslint/require-await
  async setFlags(flags: number): Promise<void> {
    const changed = flags ^ this.#link.flags;
    if (changed & IFF_NOARP) this.#host.setNoArp(this.index, (flags & IFF_NOARP) !== 0);
    if (changed & IFF_UP) this.setUp((flags & IFF_UP) !== 0);
    this.softc.flags = flags & ~hostFlags;
  }

  setUp(up: boolean): void {
    this.#host.setUp(this.index, up);
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async setMtu(mtu: number): Promise<void> {
    if (mtu < smallestMtu || mtu > largestMtu) throw new KernelError('EINVAL');
    this.softc.mtu = mtu;
  }

  ioctl(request: Request): Promise<void> {
    return l2tpIoctl(this, request);
  }

  #counted(): LinkCounters {
    return linkCounters(this.driver.datapath.counters(this.softc.id));
  }
}
