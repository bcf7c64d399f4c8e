/**
 * What the emulated kernel asks of the machine that it runs on: links, addresses, TAP devices and bridges.
 * Linux answers by rtnetlink; the unit tests have a machine made of objects.
 *
 * Errors are KernelError with NetBSD's errno.
 */

/** A network device of the host. Flags are Linux's IFF_* (netdevice(7)) translated to NetBSD's. */
export interface Link {
  readonly index: number;
  readonly name: string;
  /** NetBSD's IFF_*; UP, BROADCAST, LOOPBACK, POINTOPOINT, RUNNING, NOARP, PROMISC, ALLMULTI, SIMPLEX, MULTICAST. */
  readonly flags: number;
  readonly mtu: number;
  /** Link-layer address; empty if none. */
  readonly address: Uint8Array;
  /** NetBSD's if_type: 6 Ethernet, 24 loopback, 209 bridge, 131 tunnel, 1 other. */
  readonly type: number;
  /** Whether it is Ethernet (ARPHRD_ETHER) and so can be in a bridge. */
  readonly ethernet: boolean;
  readonly bridge: boolean;
  /** Index of the bridge it is a member of; 0 if none. */
  readonly master: number;
  readonly linkState: 'up' | 'down' | 'unknown';
  readonly counters: LinkCounters;
}

export interface LinkCounters {
  readonly ipackets: bigint;
  readonly ierrors: bigint;
  readonly opackets: bigint;
  readonly oerrors: bigint;
  readonly collisions: bigint;
  readonly ibytes: bigint;
  readonly obytes: bigint;
  readonly imcasts: bigint;
  readonly iqdrops: bigint;
}

/** An address of a link. 4 or 16 bytes, network order. */
export interface LinkAddress {
  readonly index: number;
  readonly address: Uint8Array;
  readonly prefixLength: number;
  /** IPv4 broadcast address; null if none. */
  readonly broadcast: Uint8Array | null;
  /** The other end of a point-to-point link; null if none. */
  readonly peer: Uint8Array | null;
  /** NetBSD's IN6_IFF_* bits; 0 for IPv4. */
  readonly flags: number;
  /** Seconds; 0xffffffff for ever. */
  readonly validLifetime: number;
  readonly preferredLifetime: number;
}

export interface Tap {
  readonly index: number;
  readonly fd: number;
  /** Bytes of struct virtio_net_hdr before each frame (IFF_VNET_HDR); 0 where the host's TAP devices have none. */
  readonly vnetHeader: 0 | 10;
}

/** Spanning tree and ageing parameters of a bridge; times in seconds. */
export interface BridgeParameters {
  readonly ageing: number;
  readonly priority: number;
  readonly helloTime: number;
  readonly forwardDelay: number;
  readonly maxAge: number;
  readonly stp: boolean;
}

export interface BridgePort {
  readonly index: number;
  readonly learning: boolean;
  /** Unknown unicast is flooded to it; NetBSD's DISCOVER. */
  readonly unicastFlood: boolean;
  /** 0 disabled, 1 listening, 2 learning, 3 forwarding, 4 blocking: as both systems number them. */
  readonly state: number;
  /** Linux's own 6-bit port priority and its path cost. */
  readonly priority: number;
  readonly pathCost: number;
}

/** A learned or static entry of a bridge's address table. */
export interface ForwardingEntry {
  readonly address: Uint8Array;
  readonly port: number;
  readonly static: boolean;
  /** Seconds since it was last seen. */
  readonly age: number;
}

export interface Host {
  /** All links by index. Read afresh each time: whoever changed them, this is how they are. */
  links(): readonly Link[];
  /** null if there is none of that name. */
  link(name: string): Link | null;
  addresses(): readonly LinkAddress[];
  setUp(index: number, up: boolean): void;
  setMtu(index: number, mtu: number): void;
  setNoArp(index: number, noarp: boolean): void;
  /** EADDRNOTAVAIL for a multicast or all-zero one; EBUSY from a driver that takes none while the link is up. */
  setLinkAddress(index: number, address: Uint8Array): void;
  addAddress(address: LinkAddress): void;
  deleteAddress(address: LinkAddress): void;
  /** A TAP device that lives as long as its descriptor; EEXIST if the name is taken, EPERM without the right to. */
  createTap(name: string): Tap;
  /** Closes the descriptor, and the device goes with it. */
  closeTap(tap: Tap): void;
  /** The same for many, in less time than one by one. */
  closeTaps(taps: readonly Tap[]): void;
  /** A bridge without spanning tree and multicast snooping, address-less. EEXIST if the name is taken. */
  createBridge(name: string): Link;
  deleteLink(index: number): void;
  /** `bridge` 0 takes the link out of its bridge. */
  setMaster(index: number, bridge: number): void;
  bridgeParameters(index: number): BridgeParameters;
  setBridgeParameters(index: number, parameters: Partial<BridgeParameters>): void;
  bridgePorts(bridge: number): readonly BridgePort[];
  setBridgePort(index: number, changes: Partial<Omit<BridgePort, 'index' | 'state'>>): void;
  forwardingTable(bridge: number): readonly ForwardingEntry[];
  addForwardingEntry(port: number, address: Uint8Array): void;
  deleteForwardingEntry(port: number, address: Uint8Array): void;
  close(): void;
}
