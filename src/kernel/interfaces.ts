/** All interfaces: each link of the host as the kind of interface that it is. */
import { KernelError } from '../../native-structs';
import type { BridgeCloner } from './bridge';
import type { Ifnet } from './driver';
import { HostIfnet } from './host-ifnet';
import type { Host, Link } from './host';
import { InterfaceMemories, type InterfaceMemory } from './interface-memory';
import type { L2tp } from './l2tp';

export interface InterfacesOptions {
  readonly host: Host;
  readonly l2tp: L2tp;
  readonly bridge: BridgeCloner;
}

export class Interfaces {
  readonly #host: Host;
  readonly #l2tp: L2tp;
  readonly #bridge: BridgeCloner;
  readonly #memories = new InterfaceMemories();

  constructor({ host, l2tp, bridge }: InterfacesOptions) {
    this.#host = host;
    this.#l2tp = l2tp;
    this.#bridge = bridge;
  }

  /** null if there is none of that name. */
  find(name: string): Ifnet | null {
    const link = this.#host.link(name);
    return link && this.#ifnet(link);
  }

  /** Throws ENXIO if there is none of that name. */
  get(name: string): Ifnet {
    const ifnet = this.find(name);
    if (!ifnet) throw new KernelError('ENXIO');
    return ifnet;
  }

  /** By index. */
  list(): readonly Ifnet[] {
    const links = [...this.#host.links()].sort((a, b) => a.index - b.index);
    this.#memories.keep(new Set(links.map(({ index }) => index)));
    return links.map((link) => this.#ifnet(link));
  }

  memory(ifnet: Ifnet): InterfaceMemory {
    return this.#memories.of(ifnet.index);
  }

  #ifnet(link: Link): Ifnet {
    const l2tp = this.#l2tp.ifnet(link);
    if (l2tp) return l2tp;
    if (link.bridge) return this.#bridge.ifnet(link);
    return new HostIfnet(this.#host, link, this.#memories.of(link.index));
  }
}
