/** Links in rtnetlink: struct ifinfomsg and IFLA_* (rtnetlink(7), <linux/if_link.h>). */
import * as netbsd from '../../../native-structs';
import type { Link, LinkCounters } from '../host';
import {
  Attributes,
  encodeAttributes,
  nestedAttribute,
  textAttribute,
  type Attribute,
} from '../../linux/netlink/attributes';
import { HostError, MalformedMessageError } from './errors';
import { readS32, readU16, readU32, readU64, writeU32 } from '../../linux/netlink/host-order';
import * as linux from '../../linux/uapi';

const headerLength = 16;

/** A link as Linux describes it, more than Host tells of it. */
export interface LinkRecord {
  readonly link: Link;
  /** The driver's name of the kind, such as "bridge"; empty for hardware. */
  readonly kind: string;
  readonly maxMtu: number;
  /** Links of a group can be deleted at once; 0 is everybody's. */
  readonly group: number;
  /** IFLA_BR_* if it is a bridge. */
  readonly bridge: Attributes;
  /** IFLA_BRPORT_* if it is a port of a bridge; null if not. */
  readonly port: Attributes | null;
}

export interface LinkRequest {
  /** AF_UNSPEC if not given. */
  readonly family?: number;
  /** 0 where the name, or nothing, says which. */
  readonly index?: number;
  /** Linux's IFF_*. */
  readonly flags?: number;
  /** Which of the flags are meant. */
  readonly change?: number;
  readonly attributes?: readonly Attribute[];
}

export function encodeLink(request: LinkRequest): Uint8Array {
  const { family = linux.AF_UNSPEC, index = 0, flags = 0, change = 0, attributes = [] } = request;
  const header = new Uint8Array(headerLength);
  header[0] = family;
  writeU32(header, 4, index);
  writeU32(header, 8, flags);
  writeU32(header, 12, change);
  return Buffer.concat([header, encodeAttributes(attributes)]);
}

/** What a driver of `kind` is to be told. */
export const linkInfo = (kind: string, data: readonly Attribute[]): Attribute =>
  nestedAttribute(linux.IFLA_LINKINFO, [
    textAttribute(linux.IFLA_INFO_KIND, kind),
    nestedAttribute(linux.IFLA_INFO_DATA, data),
  ]);

/** Refuses names that Linux would take for a pattern or not take at all: EINVAL. */
export function linkName(name: string): Attribute {
  const length = Buffer.byteLength(name);
  if (length === 0 || length >= linux.IFNAMSIZ || /[\s/:%\0]|^\.\.?$/.test(name)) {
    throw new HostError('EINVAL', `link name "${name}"`);
  }
  return textAttribute(linux.IFLA_IFNAME, name);
}

/** Throws MalformedMessageError. */
export function decodeLink(payload: Uint8Array): LinkRecord {
  if (payload.length < headerLength) throw new MalformedMessageError(`ifinfomsg of ${payload.length} bytes`);
  const hardware = readU16(payload, 2);
  const flags = readU32(payload, 8);
  const attributes = new Attributes(payload.subarray(headerLength));
  const info = attributes.nested(linux.IFLA_LINKINFO);
  const kind = info.text(linux.IFLA_INFO_KIND) ?? '';
  const bridge = kind === 'bridge';
  return {
    link: {
      index: readS32(payload, 4),
      name: attributes.text(linux.IFLA_IFNAME) ?? '',
      flags: netbsdFlags(flags, hardware, attributes.u32(linux.IFLA_PROMISCUITY) ?? 0),
      mtu: attributes.u32(linux.IFLA_MTU) ?? 0,
      address: linkLayerAddress(hardware, attributes),
      type: bridge ? IFT_BRIDGE : (interfaceTypes.get(hardware) ?? IFT_OTHER),
      ethernet: hardware === linux.ARPHRD_ETHER,
      bridge,
      master: attributes.u32(linux.IFLA_MASTER) ?? 0,
      linkState: linkState(attributes.u8(linux.IFLA_OPERSTATE) ?? linux.IF_OPER_UNKNOWN),
      counters: decodeCounters(attributes.struct(linux.IFLA_STATS64, statisticsLength)),
    },
    kind,
    group: attributes.u32(linux.IFLA_GROUP) ?? 0,
    maxMtu: attributes.u32(linux.IFLA_MAX_MTU) ?? 0,
    bridge: info.nested(linux.IFLA_INFO_DATA),
    port: info.text(linux.IFLA_INFO_SLAVE_KIND) === 'bridge' ? info.nested(linux.IFLA_INFO_SLAVE_DATA) : null,
  };
}

// NetBSD's <net/if_types.h>
const IFT_OTHER = 1;
const IFT_ETHER = 6;
const IFT_LOOP = 24;
const IFT_TUNNEL = 131;
const IFT_BRIDGE = 209;

const interfaceTypes: ReadonlyMap<number, number> = new Map([
  [linux.ARPHRD_ETHER, IFT_ETHER],
  [linux.ARPHRD_LOOPBACK, IFT_LOOP],
  [linux.ARPHRD_TUNNEL, IFT_TUNNEL],
  [linux.ARPHRD_TUNNEL6, IFT_TUNNEL],
  [linux.ARPHRD_SIT, IFT_TUNNEL],
  [linux.ARPHRD_IPGRE, IFT_TUNNEL],
  [linux.ARPHRD_IP6GRE, IFT_TUNNEL],
  [linux.ARPHRD_NONE, IFT_TUNNEL],
]);

/** Linux's flag and NetBSD's. */
const flagPairs: readonly (readonly [number, number])[] = [
  [linux.IFF_UP, netbsd.IFF_UP],
  [linux.IFF_BROADCAST, netbsd.IFF_BROADCAST],
  [linux.IFF_LOOPBACK, netbsd.IFF_LOOPBACK],
  [linux.IFF_POINTOPOINT, netbsd.IFF_POINTOPOINT],
  [linux.IFF_RUNNING, netbsd.IFF_RUNNING],
  [linux.IFF_NOARP, netbsd.IFF_NOARP],
  [linux.IFF_PROMISC, netbsd.IFF_PROMISC],
  [linux.IFF_ALLMULTI, netbsd.IFF_ALLMULTI],
  [linux.IFF_MULTICAST, netbsd.IFF_MULTICAST],
];

/**
 * Linux's IFF_PROMISC is only what an administrator asked for; that a bridge or a sniffer has made the device
 * promiscuous shows in its promiscuity.
 */
function netbsdFlags(flags: number, hardware: number, promiscuity: number): number {
  const simplex = hardware === linux.ARPHRD_ETHER ? netbsd.IFF_SIMPLEX : 0;
  const promiscuous = promiscuity > 0 ? netbsd.IFF_PROMISC : 0;
  return flagPairs.reduce(
    (result, [from, to]) => (flags & from ? result | to : result),
    simplex | promiscuous,
  );
}

/** The loopback's is zeros, which is none. */
function linkLayerAddress(hardware: number, attributes: Attributes): Uint8Array {
  if (hardware === linux.ARPHRD_LOOPBACK) return new Uint8Array();
  return attributes.bytes(linux.IFLA_ADDRESS) ?? new Uint8Array();
}

/** From RFC 2863's operational state: everything that is neither up nor untold passes no packets. */
function linkState(operational: number): Link['linkState'] {
  if (operational === linux.IF_OPER_UNKNOWN) return 'unknown';
  return operational === linux.IF_OPER_UP ? 'up' : 'down';
}

/** The fields of struct rtnl_link_stats64 up to rx_missed_errors, which every kernel has. */
const statistics = [
  'rx_packets',
  'tx_packets',
  'rx_bytes',
  'tx_bytes',
  'rx_errors',
  'tx_errors',
  'rx_dropped',
  'tx_dropped',
  'multicast',
  'collisions',
  'rx_length_errors',
  'rx_over_errors',
  'rx_crc_errors',
  'rx_frame_errors',
  'rx_fifo_errors',
  'rx_missed_errors',
] as const;
const statisticsLength = statistics.length * 8;

function decodeCounters(bytes: Uint8Array | undefined): LinkCounters {
  const counter = (name: (typeof statistics)[number]): bigint =>
    bytes ? readU64(bytes, statistics.indexOf(name) * 8) : 0n;
  return {
    ipackets: counter('rx_packets'),
    ierrors: counter('rx_errors'),
    opackets: counter('tx_packets'),
    oerrors: counter('tx_errors'),
    collisions: counter('collisions'),
    ibytes: counter('rx_bytes'),
    obytes: counter('tx_bytes'),
    imcasts: counter('multicast'),
    iqdrops: counter('rx_dropped') + counter('rx_missed_errors'),
  };
}
