/**
 * The members of one bridge: who they are is the host's to say, whoever enslaved them; what NetBSD knows of a member
 * beyond that is kept here.
 *
 * Linux has one spanning tree switch for the whole bridge. It is on while any member has IFBIF_STP, and then every
 * port takes part in the protocol.
 */
import { IFBIF_DISCOVER, IFBIF_LEARNING, IFBIF_STP, KernelError } from '../../native-structs';
import type { BridgeParameters } from './bridge-parameters';
import { offer, Setting } from './bridge-setting';
import type { BridgePort, Host, Link } from './host';

/** BSTP_DEFAULT_PORT_PRIORITY and BSTP_DEFAULT_PATH_COST of bridge(4). */
const DEFAULT_PRIORITY = 128;
const DEFAULT_PATH_COST = 55;
/** NetBSD's port priority has 8 bits, Linux's is the upper 6 of them. */
const PRIORITY_SHIFT = 2;
const LARGEST_PATH_COST = 0xff;
const DISABLED = 0;

const HOST_FLAGS = IFBIF_LEARNING | IFBIF_DISCOVER | IFBIF_STP;

/** One member as struct ifbreq shows it. */
export interface Member {
  readonly link: Link;
  readonly flags: number;
  readonly state: number;
  readonly priority: number;
  readonly pathCost: number;
}

interface Memory {
  stp: boolean;
  /** IFBIF_* bits that the host's bridge has no word for. */
  otherFlags: number;
  readonly priority: Setting;
  readonly pathCost: Setting;
}

export class BridgeMembers {
  readonly #host: Host;
  readonly #bridge: number;
  readonly #parameters: BridgeParameters;
  readonly #isL2tp: (link: Link) => boolean;
  /** By the member's index, newest first. */
  #memories = new Map<number, Memory>();

  /** `bridge` is the host's index of it. */
  constructor(host: Host, bridge: number, parameters: BridgeParameters, isL2tp: (link: Link) => boolean) {
    this.#host = host;
    this.#bridge = bridge;
    this.#parameters = parameters;
    this.#isL2tp = isL2tp;
  }

  /** Newest first, as NetBSD's list is. */
  list(): readonly Member[] {
    const links = this.#links();
    const ports = new Map(this.#host.bridgePorts(this.#bridge).map((port) => [port.index, port]));
    const treeRuns = this.#parameters.spanningTree;
    const asked = [...this.#memories.values()].some(({ stp }) => stp);
    return [...this.#memories].flatMap(([index, memory]) => {
      const link = links.get(index);
      const port = ports.get(index);
      const stp = treeRuns && (memory.stp || !asked);
      return link && port ? [show(link, port, memory, stp)] : [];
    });
  }

  /** Throws ENOENT if there is no member of that name. */
  find(name: string): Member {
    const found = this.list().find(({ link }) => link.name === name);
    if (!found) throw new KernelError('ENOENT');
    return found;
  }

  /**
   * BRDGADD. `mtu` is the bridge's, which an Ethernet member takes over. Throws ENOENT, EEXIST if it is a member of
   * this bridge, EBUSY if of another, EINVAL for what cannot be bridged.
   */
  add(name: string, mtu: number): void {
    const link = this.#host.link(name);
    if (!link) throw new KernelError('ENOENT');
    if (link.master === this.#bridge) throw new KernelError('EEXIST');
    if (link.master !== 0) throw new KernelError(this.#isBridge(link.master) ? 'EBUSY' : 'EINVAL');
    if (!link.ethernet || link.bridge) throw new KernelError('EINVAL');
    if (link.mtu !== mtu && !this.#isL2tp(link)) this.#host.setMtu(link.index, mtu);
    this.#host.setMaster(link.index, this.#bridge);
    this.#links();
    this.setPriority(name, DEFAULT_PRIORITY);
    this.setPathCost(name, DEFAULT_PATH_COST);
  }

  /** BRDGDEL. Throws ENOENT. */
  remove(name: string): void {
    const { link } = this.find(name);
    this.#host.setMaster(link.index, 0);
    const stp = this.#memories.get(link.index)?.stp === true;
    this.#memories.delete(link.index);
    if (stp && ![...this.#memories.values()].some((other) => other.stp))
      this.#parameters.spanningTree = false;
  }

  removeAll(): void {
    for (const { index } of this.#links().values()) this.#host.setMaster(index, 0);
    this.#memories.clear();
  }

  /** BRDGSIFFLGS. Throws ENOENT; EINVAL if spanning tree cannot start (see BridgeParameters). */
  setFlags(name: string, flags: number): void {
    const all = this.list();
    const { link } = this.find(name);
    const inTree = new Map(all.map((member) => [member.link.index, (member.flags & IFBIF_STP) !== 0]));
    inTree.set(link.index, (flags & IFBIF_STP) !== 0);
    this.#parameters.spanningTree = [...inTree.values()].includes(true);
    for (const [index, stp] of inTree) this.#memory(index).stp = stp;
    this.#memory(link.index).otherFlags = flags & ~HOST_FLAGS;
    this.#host.setBridgePort(link.index, {
      learning: (flags & IFBIF_LEARNING) !== 0,
      unicastFlood: (flags & IFBIF_DISCOVER) !== 0,
    });
  }

  /** BRDGSIFPRIO. Throws ENOENT. */
  setPriority(name: string, priority: number): void {
    const { link } = this.find(name);
    this.#host.setBridgePort(link.index, { priority: priority >> PRIORITY_SHIFT });
    this.#memory(link.index).priority.remember(priority, this.#port(link.index).priority);
  }

  /** BRDGSIFCOST. Throws ENOENT; EINVAL for 0 while spanning tree runs, which Linux cannot hold. */
  setPathCost(name: string, pathCost: number): void {
    const { link } = this.find(name);
    offer(() => this.#host.setBridgePort(link.index, { pathCost }), this.#parameters.spanningTree);
    this.#memory(link.index).pathCost.remember(pathCost, this.#port(link.index).pathCost);
  }

  /** The members' links by index. Forgets who has left and puts who has come, by their index, in front. */
  #links(): ReadonlyMap<number, Link> {
    const links = new Map(
      this.#host
        .links()
        .filter(({ master }) => master === this.#bridge)
        .map((link) => [link.index, link]),
    );
    for (const index of [...this.#memories.keys()]) if (!links.has(index)) this.#memories.delete(index);
    const come = [...links.keys()].filter((index) => !this.#memories.has(index)).sort((a, b) => b - a);
    this.#memories = new Map([...come.map((index) => [index, newMemory()] as const), ...this.#memories]);
    return links;
  }

  #memory(index: number): Memory {
    const memory = this.#memories.get(index);
    if (!memory) throw new KernelError('ENOENT');
    return memory;
  }

  #port(index: number): BridgePort {
    const port = this.#host.bridgePorts(this.#bridge).find((one) => one.index === index);
    if (!port) throw new KernelError('ENOENT');
    return port;
  }

  #isBridge(index: number): boolean {
    return this.#host.links().some((link) => link.index === index && link.bridge);
  }
}

function newMemory(): Memory {
  return { stp: false, otherFlags: 0, priority: new Setting(), pathCost: new Setting() };
}

function show(link: Link, port: BridgePort, memory: Memory, stp: boolean): Member {
  return {
    link,
    flags:
      memory.otherFlags |
      (port.learning ? IFBIF_LEARNING : 0) |
      (port.unicastFlood ? IFBIF_DISCOVER : 0) |
      (stp ? IFBIF_STP : 0),
    state: stp ? port.state : DISABLED,
    priority: memory.priority.show(port.priority, port.priority << PRIORITY_SHIFT),
    pathCost: memory.pathCost.show(port.pathCost, Math.min(port.pathCost, LARGEST_PATH_COST)),
  };
}
