/**
 * A machine made of objects: Host as Linux behaves, without Linux. The scenario of test/kernel/linux/conformance.ts
 * runs on both and holds this one to the truth.
 */
import { randomBytes } from 'node:crypto';
import {
  IFF_BROADCAST,
  IFF_LOOPBACK,
  IFF_MULTICAST,
  IFF_NOARP,
  IFF_POINTOPOINT,
  IFF_PROMISC,
  IFF_RUNNING,
  IFF_SIMPLEX,
  IFF_UP,
  KernelError,
} from '../../native-structs';
import type {
  BridgeParameters,
  BridgePort,
  ForwardingEntry,
  Host,
  Link,
  LinkAddress,
  LinkCounters,
  Tap,
} from '../../src/kernel/host';

export type FakeKind = 'ethernet' | 'loopback' | 'tunnel';

/** A link that the machine has from the start. */
export interface FakeLinkOptions {
  readonly name: string;
  /** Ethernet if not given. */
  readonly kind?: FakeKind;
  readonly mtu?: number;
  /** Link-layer address; random and locally administered if not given. */
  readonly address?: Uint8Array;
  readonly up?: boolean;
  readonly carrier?: boolean;
  /** Addresses besides those that every link of the kind has. */
  readonly addresses?: readonly Omit<LinkAddress, 'index'>[];
  readonly counters?: Partial<LinkCounters>;
}

const noCounters: LinkCounters = {
  ipackets: 0n,
  ierrors: 0n,
  opackets: 0n,
  oerrors: 0n,
  collisions: 0n,
  ibytes: 0n,
  obytes: 0n,
  imcasts: 0n,
  iqdrops: 0n,
};

/** What a kind of link is by itself. */
const kinds = {
  ethernet: {
    flags: IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST,
    type: 6,
    mtu: 1500,
    mtuRange: [68, 65535],
    addressLength: 6,
    linkStateUp: 'up',
  },
  tap: {
    flags: IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST,
    type: 6,
    mtu: 9216,
    mtuRange: [68, 65521],
    addressLength: 6,
    linkStateUp: 'unknown',
  },
  bridge: {
    flags: IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST,
    type: 209,
    mtu: 1500,
    mtuRange: [68, 65535],
    addressLength: 6,
    linkStateUp: 'up',
  },
  loopback: {
    flags: IFF_LOOPBACK,
    type: 24,
    mtu: 65536,
    mtuRange: [0, 2 ** 31 - 1],
    addressLength: 0,
    linkStateUp: 'unknown',
  },
  tunnel: {
    flags: IFF_POINTOPOINT | IFF_NOARP,
    type: 131,
    mtu: 1480,
    mtuRange: [68, 65515],
    addressLength: 0,
    linkStateUp: 'unknown',
  },
} as const;

interface FakeLink {
  readonly index: number;
  readonly name: string;
  readonly kind: keyof typeof kinds;
  up: boolean;
  carrier: boolean;
  noarp: boolean;
  mtu: number;
  address: Uint8Array;
  counters: LinkCounters;
  master: number;
  port: Omit<BridgePort, 'index' | 'state'>;
  parameters: BridgeParameters;
  addresses: LinkAddress[];
  /** Null unless it is a TAP that somebody holds. */
  fd: number | null;
  /** A bridge keeps its first carrier until a port comes and goes. */
  hadPort: boolean;
}

interface FakeForwardingEntry extends ForwardingEntry {
  readonly bridge: number;
}

const newPort: Omit<BridgePort, 'index' | 'state'> = {
  learning: true,
  unicastFlood: true,
  priority: 32,
  pathCost: 2,
};

const newBridge: BridgeParameters = {
  ageing: 300,
  priority: 32768,
  helloTime: 2,
  forwardDelay: 15,
  maxAge: 20,
  stp: false,
};

const forever = 0xffffffff;

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

function localAddress(): Uint8Array {
  const address = randomBytes(6);
  address[0] = ((address[0] ?? 0) & 0xfc) | 0x02;
  return address;
}

function within(value: number | undefined, low: number, high: number): void {
  if (value !== undefined && (value < low || value > high)) throw new KernelError('ERANGE');
}

export class FakeHost implements Host {
  /** False takes CAP_NET_ADMIN away: every change is EPERM. */
  privileged = true;
  /** False takes /dev/net/tun away. */
  tunAvailable = true;
  closed = false;
  readonly #links = new Map<number, FakeLink>();
  #forwarding: FakeForwardingEntry[] = [];
  #nextIndex = 1;
  #nextFd = -2;

  /** A loopback lo comes first unless `links` has one. */
  constructor(links: readonly FakeLinkOptions[] = []) {
    if (!links.some(({ kind }) => kind === 'loopback')) this.plug({ name: 'lo', kind: 'loopback', up: true });
    for (const link of links) this.plug(link);
  }

  links(): readonly Link[] {
    return [...this.#links.values()].map((link) => this.#show(link));
  }

  link(name: string): Link | null {
    const link = this.#named(name);
    return link ? this.#show(link) : null;
  }

  addresses(): readonly LinkAddress[] {
    return [...this.#links.values()].flatMap(({ addresses }) => addresses);
  }

  setUp(index: number, up: boolean): void {
    this.#setUp(this.#change(index), up);
  }

  setMtu(index: number, mtu: number): void {
    const link = this.#change(index);
    const [low, high] = kinds[link.kind].mtuRange;
    if (mtu < low || mtu > high) throw new KernelError('EINVAL');
    link.mtu = mtu;
  }

  setNoArp(index: number, noarp: boolean): void {
    this.#change(index).noarp = noarp;
  }

  setLinkAddress(index: number, address: Uint8Array): void {
    const link = this.#change(index);
    const [first = 0] = address;
    if (first & 1 || address.every((byte) => byte === 0)) throw new KernelError('EADDRNOTAVAIL');
    link.address = Uint8Array.from(address);
  }

  addAddress(address: LinkAddress): void {
    const link = this.#change(address.index);
    if (address.address.length === 16 && link.mtu < 1280) throw new KernelError('EINVAL');
    if (address.prefixLength > address.address.length * 8) throw new KernelError('EINVAL');
    if (link.addresses.some((other) => this.#collides(other, address))) throw new KernelError('EEXIST');
    link.addresses.push(address);
  }

  deleteAddress(address: LinkAddress): void {
    const link = this.#change(address.index);
    const kept = link.addresses.filter(
      (other) =>
        !same(other.address, address.address) ||
        !same(other.peer ?? other.address, address.peer ?? address.address) ||
        other.prefixLength !== address.prefixLength,
    );
    if (kept.length === link.addresses.length) throw new KernelError('EADDRNOTAVAIL');
    link.addresses = kept;
  }

  createTap(name: string): Tap {
    if (!this.tunAvailable) throw new KernelError('ENXIO');
    this.#mustBePrivileged();
    this.#mustBeFree(name);
    const fd = this.#nextFd--;
    return { index: this.#add(name, 'tap', { fd }).index, fd, vnetHeader: 0 };
  }

  closeTaps(taps: readonly Tap[]): void {
    for (const tap of taps) this.closeTap(tap);
  }

  closeTap(tap: Tap): void {
    const link = this.#links.get(tap.index);
    if (link?.fd === tap.fd) this.#remove(link);
  }

  createBridge(name: string): Link {
    this.#mustBePrivileged();
    this.#mustBeFree(name);
    return this.#show(this.#add(name, 'bridge', {}));
  }

  deleteLink(index: number): void {
    const link = this.#change(index);
    if (link.kind === 'loopback') throw new KernelError('EOPNOTSUPP');
    this.#remove(link);
  }

  setMaster(index: number, bridge: number): void {
    const link = this.#change(index);
    if (bridge === link.master) return;
    const master = this.#links.get(bridge);
    if (bridge !== 0 && !master) throw new KernelError('EINVAL');
    this.#leaveBridge(link);
    if (!master) return;
    if (master.kind !== 'bridge') throw new KernelError('EOPNOTSUPP');
    if (link.kind === 'bridge' || this.#hasNoEthernet(link)) throw new KernelError('EINVAL');
    link.master = bridge;
    link.port = newPort;
    master.hadPort = true;
  }

  bridgeParameters(index: number): BridgeParameters {
    return this.#bridge(index).parameters;
  }

  setBridgeParameters(index: number, parameters: Partial<BridgeParameters>): void {
    this.#mustBePrivileged();
    const bridge = this.#bridge(index);
    within(parameters.helloTime, 1, 10);
    within(parameters.maxAge, 6, 40);
    within(parameters.priority, 0, 65535);
    if (bridge.parameters.stp) within(parameters.forwardDelay, 2, 30);
    bridge.parameters = { ...bridge.parameters, ...parameters };
  }

  bridgePorts(bridge: number): readonly BridgePort[] {
    const { up } = this.#bridge(bridge);
    return this.#ports(bridge).map((link) => ({
      index: link.index,
      state: up && link.up && link.carrier ? 3 : 0,
      ...link.port,
    }));
  }

  setBridgePort(index: number, changes: Partial<Omit<BridgePort, 'index' | 'state'>>): void {
    const link = this.#change(index);
    if (link.master === 0) throw new KernelError('EOPNOTSUPP');
    within(changes.priority, 0, 63);
    within(changes.pathCost, 1, 65535);
    link.port = { ...link.port, ...changes };
  }

  forwardingTable(bridge: number): readonly ForwardingEntry[] {
    this.#bridge(bridge);
    return this.#forwarding
      .filter((entry) => entry.bridge === bridge)
      .map(({ address, port, static: fixed, age }) => ({ address, port, static: fixed, age }));
  }

  addForwardingEntry(port: number, address: Uint8Array): void {
    const link = this.#change(port);
    if (address.length !== 6 || address.every((byte) => byte === 0)) throw new KernelError('EINVAL');
    if (link.master === 0) throw new KernelError('EOPNOTSUPP');
    this.#enter({ bridge: link.master, port, address, static: true, age: 0 });
  }

  deleteForwardingEntry(port: number, address: Uint8Array): void {
    if (this.#change(port).master === 0) throw new KernelError('EOPNOTSUPP');
    const kept = this.#forwarding.filter((entry) => entry.port !== port || !same(entry.address, address));
    if (kept.length === this.#forwarding.length) throw new KernelError('ENOENT');
    this.#forwarding = kept;
  }

  close(): void {
    this.closed = true;
    for (const link of [...this.#links.values()]) if (link.fd !== null) this.#remove(link);
  }

  // What somebody else does to the machine; EPERM does not apply to them.

  /** A new link, as if a card were plugged in. */
  plug(options: FakeLinkOptions): Link {
    const { name, kind = 'ethernet', addresses = [], counters, ...rest } = options;
    this.#mustBeFree(name);
    const link = this.#add(name, kind, {
      ...rest,
      counters: { ...noCounters, ...counters },
    });
    link.addresses = [
      ...this.#ownAddresses(link),
      ...addresses.map((one) => ({ ...one, index: link.index })),
    ];
    return this.#show(link);
  }

  /** `ip link del`, or the card unplugged. */
  removeLink(name: string): void {
    this.#remove(this.#mustBeNamed(name));
  }

  /** `ip link set NAME up|down`. */
  setUpBehind(name: string, up: boolean): void {
    this.#setUp(this.#mustBeNamed(name), up);
  }

  /** The cable plugged in or out. */
  setCarrier(name: string, carrier: boolean): void {
    this.#mustBeNamed(name).carrier = carrier;
  }

  /** `ip link set NAME nomaster`. */
  nomaster(name: string): void {
    this.#leaveBridge(this.#mustBeNamed(name));
  }

  setCounters(name: string, counters: Partial<LinkCounters>): void {
    const link = this.#mustBeNamed(name);
    link.counters = { ...link.counters, ...counters };
  }

  /** A frame from `address` was seen on a bridge's port, `age` seconds ago. */
  learn(port: string, address: Uint8Array, age = 0): void {
    const link = this.#mustBeNamed(port);
    if (link.master === 0) throw new Error(`${port} is in no bridge`);
    this.#enter({ bridge: link.master, port: link.index, address, static: false, age });
  }

  #show(link: FakeLink): Link {
    const kind = kinds[link.kind];
    const running = link.up && this.#hasCarrier(link);
    return {
      index: link.index,
      name: link.name,
      flags:
        kind.flags |
        (link.up ? IFF_UP : 0) |
        (running ? IFF_RUNNING : 0) |
        (link.noarp ? IFF_NOARP : 0) |
        (link.master === 0 ? 0 : IFF_PROMISC),
      mtu: link.mtu,
      address: link.address,
      type: kind.type,
      ethernet: !this.#hasNoEthernet(link),
      bridge: link.kind === 'bridge',
      master: link.master,
      linkState: running ? this.#linkStateUp(link) : 'down',
      counters: link.counters,
    };
  }

  #linkStateUp(link: FakeLink): Link['linkState'] {
    if (link.kind === 'bridge' && !link.hadPort) return 'unknown';
    return kinds[link.kind].linkStateUp;
  }

  #hasCarrier(link: FakeLink): boolean {
    if (link.kind !== 'bridge') return link.carrier;
    return !link.hadPort || this.#ports(link.index).some((port) => port.up && port.carrier);
  }

  #hasNoEthernet(link: FakeLink): boolean {
    return link.kind === 'loopback' || link.kind === 'tunnel';
  }

  #ports(bridge: number): readonly FakeLink[] {
    return [...this.#links.values()].filter(({ master }) => master === bridge);
  }

  #named(name: string): FakeLink | undefined {
    return [...this.#links.values()].find((link) => link.name === name);
  }

  #mustBeNamed(name: string): FakeLink {
    const link = this.#named(name);
    if (!link) throw new Error(`no link ${name}`);
    return link;
  }

  #mustBeFree(name: string): void {
    if (this.#named(name)) throw new KernelError('EEXIST');
  }

  #mustBePrivileged(): void {
    if (!this.privileged) throw new KernelError('EPERM');
  }

  #change(index: number): FakeLink {
    this.#mustBePrivileged();
    const link = this.#links.get(index);
    if (!link) throw new KernelError('ENXIO');
    return link;
  }

  #bridge(index: number): FakeLink {
    const link = this.#links.get(index);
    if (!link) throw new KernelError('ENXIO');
    if (link.kind !== 'bridge') throw new KernelError('EINVAL');
    return link;
  }

  #add(
    name: string,
    kind: keyof typeof kinds,
    values: Partial<Pick<FakeLink, 'fd' | 'up' | 'carrier' | 'mtu' | 'address' | 'counters'>>,
  ): FakeLink {
    const { mtu, addressLength } = kinds[kind];
    const link: FakeLink = {
      index: this.#nextIndex++,
      name,
      kind,
      up: false,
      carrier: true,
      noarp: false,
      mtu,
      address: addressLength === 0 ? new Uint8Array() : localAddress(),
      counters: noCounters,
      master: 0,
      port: newPort,
      parameters: newBridge,
      addresses: [],
      fd: null,
      hadPort: false,
      ...values,
    };
    this.#links.set(link.index, link);
    return link;
  }

  #remove(link: FakeLink): void {
    this.#leaveBridge(link);
    for (const port of this.#ports(link.index)) this.#leaveBridge(port);
    this.#links.delete(link.index);
  }

  #leaveBridge(link: FakeLink): void {
    this.#forwarding = this.#forwarding.filter(({ port }) => port !== link.index);
    link.master = 0;
    link.port = newPort;
  }

  /** Linux drops IPv6 addresses and what was learned on the way down. */
  #setUp(link: FakeLink, up: boolean): void {
    link.up = up;
    if (up) return;
    link.addresses = link.addresses.filter(({ address }) => address.length === 4);
    for (const port of [link, ...this.#ports(link.index)]) this.#forgetLearned(port.index);
  }

  #forgetLearned(port: number): void {
    this.#forwarding = this.#forwarding.filter((entry) => entry.static || entry.port !== port);
  }

  #enter(entry: FakeForwardingEntry): void {
    this.#forwarding = this.#forwarding.filter(
      (other) => other.bridge !== entry.bridge || !same(other.address, entry.address),
    );
    this.#forwarding.push(entry);
  }

  #collides(a: LinkAddress, b: LinkAddress): boolean {
    if (!same(a.address, b.address)) return false;
    return a.address.length === 16 || a.prefixLength === b.prefixLength;
  }

  #ownAddresses(link: FakeLink): readonly LinkAddress[] {
    if (link.kind !== 'loopback' || !link.up) return [];
    const v6 = new Uint8Array(16);
    v6[15] = 1;
    return [
      { address: Uint8Array.of(127, 0, 0, 1), prefixLength: 8 },
      { address: v6, prefixLength: 128 },
    ].map((address) => ({
      ...address,
      index: link.index,
      broadcast: null,
      peer: null,
      flags: 0,
      validLifetime: forever,
      preferredLifetime: forever,
    }));
  }
}
