/**
 * What the emulated kernel asks of whatever moves frames. The session table behind it is the one source of truth:
 * a mover reads it, only the kernel changes it, and a change replaces one pseudowire's whole description.
 */
import type { DropCause } from './drop-causes';

/** UDP ports in host byte order, 0 where none is given; not both are. */
export interface TunnelPorts {
  /** 0: one that the host chooses. */
  readonly local: number;
  /** 0: the peer is behind a NAT, and both its address and its port are those of its last good message. */
  readonly remote: number;
}

/** Addresses in network byte order: 4 bytes for IPv4, 16 for IPv6. */
export interface TunnelAddresses {
  readonly local: Uint8Array;
  readonly remote: Uint8Array;
  /** Interface index of a link-local address's scope; 0 if none. */
  readonly scope: number;
  /** Messages travel in UDP between these; absent: in IP, protocol 115. */
  readonly udp?: TunnelPorts;
}

/** Everything that decides how one interface's frames travel. Never changed, only replaced. */
export interface Pseudowire {
  /** The interface's handle: unique for the daemon's life, never used again. */
  readonly id: number;
  /** Name, for messages. */
  readonly name: string;
  /** Descriptor of its TAP device (IFF_TAP | IFF_NO_PI, perhaps IFF_VNET_HDR), owned by whoever opened it; the mover makes it non-blocking. */
  readonly tap: number;
  /**
   * Bytes of struct virtio_net_hdr (linux/virtio_net.h) before each frame of the TAP device: 10 if it was opened with
   * IFF_VNET_HDR, 12 if TUNSETVNETHDRSZ said so after that, 0 without. Not 0 means segmentation offload where the host
   * has it. Constant for the life of the descriptor.
   */
  readonly vnetHeader: 0 | 10 | 12;
  readonly tunnel: TunnelAddresses | null;
  /** Session ids, host byte order; 0 if none. Data for `localSession` is ours, `remoteSession` goes out. */
  readonly localSession: number;
  readonly remoteSession: number;
  /** Cookies as on the wire (RFC 3931, section 4.1.1): 0, 4 or 8 bytes. */
  readonly localCookie: Uint8Array;
  readonly remoteCookie: Uint8Array;
  /** False drops what arrives (l2tp(4)'s state). */
  readonly receiving: boolean;
}

/** Counters since the pseudowire was added; bytes are those of the inner frames. */
export interface PseudowireCounters {
  readonly ipackets: bigint;
  readonly ibytes: bigint;
  readonly opackets: bigint;
  readonly obytes: bigint;
  /** Those of opackets that went by a packet socket, past the host's IP output. */
  readonly odirect: bigint;
  /** Frames lost on the way out, each also under its cause. */
  readonly oerrors: bigint;
  readonly drops: Readonly<Partial<Record<DropCause, bigint>>>;
}

/**
 * How packets leave the host: `raw` by a raw socket alone; `packet` by a packet socket where the next hop is a known
 * neighbour on an Ethernet, and by the raw socket everywhere else.
 */
export const transmissions = ['raw', 'packet'] as const;
export type Transmission = (typeof transmissions)[number];

export interface DatapathEvents {
  /** The TAP device of `id` has gone from under us (`ip link del`). */
  gone(id: number): void;
  /** Something worth a log line; `id` is the pseudowire it concerns, if any. */
  warning(message: string, id?: number): void;
  /** The mover of frames died; nothing passes any more. */
  failed(error: Error): void;
}

export interface Datapath {
  /** Adds or replaces one pseudowire. In force when the promise resolves. */
  set(pseudowire: Pseudowire): Promise<void>;
  /** After it resolves the mover no longer touches the TAP descriptor. Unknown ids are ignored. */
  remove(id: number): Promise<void>;
  /** Zeros if `id` is unknown. */
  counters(id: number): PseudowireCounters;
  /** Drops that belong to no pseudowire, such as data for an unknown session. */
  globalDrops(): Readonly<Partial<Record<DropCause, bigint>>>;
  close(): Promise<void>;
}
