/** An interface of the host's own: what the host knows of it is asked of the host, the rest is remembered here. */
import { IFF_NOARP, IFF_UP, KernelError } from '../../native-structs';
import { countersSince } from './counters';
import type { Ifnet } from './driver';
import type { Host, Link, LinkCounters } from './host';
import type { InterfaceMemory } from './interface-memory';

/** Shows the link as it was when it was looked up. */
export class HostIfnet implements Ifnet {
  readonly name: string;
  readonly index: number;
  readonly mtu: number;
  readonly type: number;
  readonly linkState: Link['linkState'];
  readonly address: Uint8Array;
  readonly #host: Host;
  readonly #link: Link;
  readonly #memory: InterfaceMemory;

  constructor(host: Host, link: Link, memory: InterfaceMemory) {
    this.name = link.name;
    this.index = link.index;
    this.mtu = link.mtu;
    this.type = link.type;
    this.linkState = link.linkState;
    this.address = link.address;
    this.#host = host;
    this.#link = link;
    this.#memory = memory;
  }

  get flags(): number {
    return this.#link.flags | this.#memory.flags;
  }

  get counters(): LinkCounters {
    return countersSince(this.#memory.zero, this.#link.counters);
  }

  zeroCounters(): void {
    this.#memory.zero = this.#link.counters;
  }

  // async, so that what goes wrong is a rejection as the contract has it
  // eslint-disable-next-line @typescript-eslint/require-await
  async setFlags(flags: number): Promise<void> {
    const changed = flags ^ this.#link.flags;
    if (changed & IFF_NOARP) this.#host.setNoArp(this.index, (flags & IFF_NOARP) !== 0);
    if (changed & IFF_UP) this.#host.setUp(this.index, (flags & IFF_UP) !== 0);
    this.#memory.flags = flags & ~(IFF_UP | IFF_NOARP | this.#link.flags);
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async setMtu(mtu: number): Promise<void> {
    if (mtu < 0) throw new KernelError('EINVAL');
    this.#host.setMtu(this.index, mtu);
  }

  /** NetBSD's drivers bring their interface up for its address. */
  initAddress(): void {
    if ((this.#link.flags & IFF_UP) === 0) this.#host.setUp(this.index, true);
  }

  ioctl(): Promise<void> {
    return Promise.reject(new KernelError('ENOTTY'));
  }
}
