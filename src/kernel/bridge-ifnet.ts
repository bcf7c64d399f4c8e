/**
 * One bridge(4) interface on one bridge of the host.
 *
 * A bridge that this kernel made looks as NetBSD's do: no flags but UP and RUNNING, no link-layer address. One that
 * somebody else made keeps the host's looks, because it may well have addresses of its own.
 */
import { IFF_CANTCHANGE, IFF_RUNNING, IFF_UP, KernelError } from '../../native-structs';
import { BridgeAddresses } from './bridge-addresses';
import { driverSpecific, type BridgeState } from './bridge-commands';
import { BridgeMembers } from './bridge-members';
import { BridgeParameters } from './bridge-parameters';
import { offer, Setting } from './bridge-setting';
import { countersSince } from './counters';
import type { Ifnet, Request } from './driver';
import type { Host, Link, LinkCounters } from './host';

/** IFT_BRIDGE of <net/if_types.h>. */
const IFT_BRIDGE = 209;

export class Bridge implements Ifnet, BridgeState {
  readonly name: string;
  readonly index: number;
  readonly type = IFT_BRIDGE;
  readonly parameters: BridgeParameters;
  readonly members: BridgeMembers;
  readonly addresses: BridgeAddresses;
  readonly #host: Host;
  readonly #looks: 'netbsd' | 'host';
  readonly #mtu = new Setting();
  /** IFF_* bits that SIOCSIFFLAGS changed and the host has no use for. */
  #otherFlags = 0;
  #zero: LinkCounters | null = null;

  private constructor(host: Host, link: Link, looks: 'netbsd' | 'host', isL2tp: (link: Link) => boolean) {
    this.#host = host;
    this.name = link.name;
    this.index = link.index;
    this.#looks = looks;
    this.parameters = new BridgeParameters(host, link.index);
    this.members = new BridgeMembers(host, link.index, this.parameters, isL2tp);
    this.addresses = new BridgeAddresses(host, link.index, this.parameters);
  }

  /** Makes the host's bridge too. Throws EEXIST if the host has a link of that name. */
  static make(host: Host, name: string, isL2tp: (link: Link) => boolean): Bridge {
    const link = host.createBridge(name);
    try {
      const bridge = new Bridge(host, link, 'netbsd', isL2tp);
      bridge.parameters.setDefaults();
      return bridge;
    } catch (error) {
      host.deleteLink(link.index);
      throw error;
    }
  }

  /** For a bridge that the host has already. */
  static adopt(host: Host, link: Link, isL2tp: (link: Link) => boolean): Bridge {
    return new Bridge(host, link, 'host', isL2tp);
  }

  /** Whether the host still has it. */
  get exists(): boolean {
    return this.#find() !== null;
  }

  get flags(): number {
    const { flags } = this.#link();
    const own = this.#looks === 'host' ? flags : (flags & IFF_UP) === 0 ? 0 : IFF_UP | IFF_RUNNING;
    return own | this.#otherFlags;
  }

  get mtu(): number {
    const { mtu } = this.#link();
    return this.#mtu.show(mtu, mtu);
  }

  /** The best of its members', down without any. */
  get linkState(): Link['linkState'] {
    const states = new Set(this.members.list().map(({ link }) => link.linkState));
    return states.has('up') ? 'up' : states.has('unknown') ? 'unknown' : 'down';
  }

  get address(): Uint8Array {
    return this.#looks === 'host' ? this.#link().address : new Uint8Array();
  }

  /** The host's count of frames from and to the machine itself; those that a bridge only passes on are its members'. */
  get counters(): LinkCounters {
    return countersSince(this.#zero, this.#link().counters);
  }

  zeroCounters(): void {
    this.#zero = this.#link().counters;
  }

  // async, so that what goes wrong is a rejection as the contract has it
  // eslint-disable-next-line @typescript-eslint/require-await
  async setFlags(flags: number): Promise<void> {
    const up = (flags & IFF_UP) !== 0;
    const link = this.#link();
    const wasUp = (link.flags & IFF_UP) !== 0;
    if (up !== wasUp) this.#host.setUp(this.index, up);
    if (wasUp && !up) this.addresses.flush('learned');
    const hosts = this.#looks === 'host' ? link.flags : 0;
    this.#otherFlags = flags & ~(IFF_CANTCHANGE | IFF_UP | hosts) & 0xffff;
  }

  /** bridge(4) takes any; a value that the host's bridge cannot hold is only shown. Throws EINVAL below 0. */
  // eslint-disable-next-line @typescript-eslint/require-await
  async setMtu(mtu: number): Promise<void> {
    if (mtu < 0) throw new KernelError('EINVAL');
    offer(() => this.#host.setMtu(this.index, mtu), false);
    this.#mtu.remember(mtu, this.#link().mtu);
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async ioctl(request: Request): Promise<void> {
    if (request.name !== 'SIOCSDRVSPEC' && request.name !== 'SIOCGDRVSPEC') throw new KernelError('ENOTTY');
    this.#link();
    driverSpecific(this, request);
  }

  /** The members leave and the host's bridge goes; nothing to do if it is gone already. */
  destroy(): void {
    if (!this.exists) return;
    this.members.removeAll();
    this.#host.deleteLink(this.index);
  }

  #find(): Link | null {
    const link = this.#host.link(this.name);
    return link?.index === this.index ? link : null;
  }

  /** Throws ENXIO if the host's bridge was deleted behind our back. */
  #link(): Link {
    const link = this.#find();
    if (!link) throw new KernelError('ENXIO');
    return link;
  }
}
