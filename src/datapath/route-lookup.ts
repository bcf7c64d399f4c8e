/** Asks rtnetlink(7) how a packet would leave the host: route, interface, neighbour. */
import { Attributes, bytesAttribute, encodeAttributes } from '../linux/netlink/attributes';
import { readS32, readU16, readU32, writeU16, writeU32 } from '../linux/netlink/host-order';
import type { Message } from '../linux/netlink/messages';
import {
  AF_INET,
  ARPHRD_ETHER,
  IFF_LOWER_UP,
  IFF_UP,
  IFLA_MTU,
  NDA_DST,
  NDA_LLADDR,
  NLM_F_REPLACE,
  NUD_PERMANENT,
  NUD_PROBE,
  NUD_REACHABLE,
  NUD_STALE,
  RTA_DST,
  RTA_ENCAP_TYPE,
  RTA_GATEWAY,
  RTA_METRICS,
  RTA_OIF,
  RTA_SRC,
  RTA_VIA,
  RTAX_MTU,
  RTM_DELNEIGH,
  RTM_GETLINK,
  RTM_GETNEIGH,
  RTM_GETROUTE,
  RTM_NEWNEIGH,
  RTN_UNICAST,
} from '../linux/uapi';
import type { NetlinkQuery } from './netlink-query';
import { hardwareAddressLength } from './next-hop';

/** struct rtmsg, struct ifinfomsg and struct ndmsg. */
const routeLength = 12;
const linkLength = 16;
const neighbourLength = 12;

export interface Route {
  readonly interfaceIndex: number;
  /** IPv4 address of the router, or of the destination. */
  readonly neighbour: Uint8Array;
  /** Bytes; 0 for that of the interface. */
  readonly mtu: number;
}

export interface Neighbour {
  /** Ethernet address; null while the kernel is not sure of it. */
  readonly hardware: Uint8Array | null;
  /** It was known, and nobody has asked for it since. */
  readonly stale: boolean;
}

/** The route from `local` to `remote`; null if there is none, or one that a packet socket cannot follow. */
export function askRoute(query: NetlinkQuery, local: Uint8Array, remote: Uint8Array): Route | null {
  const header = new Uint8Array(routeLength);
  header.set([AF_INET, 32, 32]);
  const attributes = encodeAttributes([bytesAttribute(RTA_DST, remote), bytesAttribute(RTA_SRC, local)]);
  const answer = query.ask(RTM_GETROUTE, 0, Buffer.concat([header, attributes]));
  if (typeof answer === 'string' || answer.length < routeLength) return null;
  // struct rtmsg: family, two prefix lengths, tos, table, protocol, scope, type, flags.
  if (answer[7] !== RTN_UNICAST) return null;
  const found = new Attributes(answer.subarray(routeLength));
  const interfaceIndex = found.u32(RTA_OIF);
  if (interfaceIndex === undefined || found.bytes(RTA_VIA) || found.bytes(RTA_ENCAP_TYPE)) return null;
  return {
    interfaceIndex,
    neighbour: found.struct(RTA_GATEWAY, 4) ?? remote,
    mtu: found.nested(RTA_METRICS).u32(RTAX_MTU) ?? 0,
  };
}

/** MTU of an Ethernet interface that is up and has a carrier; 0 for any other. */
export function askEthernetMtu(query: NetlinkQuery, interfaceIndex: number): number {
  const header = new Uint8Array(linkLength);
  writeU32(header, 4, interfaceIndex);
  const answer = query.ask(RTM_GETLINK, 0, header);
  if (typeof answer === 'string' || answer.length < linkLength) return 0;
  // struct ifinfomsg: family, padding, type, index, flags, change.
  const up = (readU32(answer, 8) & (IFF_UP | IFF_LOWER_UP)) === (IFF_UP | IFF_LOWER_UP);
  if (readU16(answer, 2) !== ARPHRD_ETHER || !up) return 0;
  return new Attributes(answer.subarray(linkLength)).u32(IFLA_MTU) ?? 0;
}

/** What the kernel knows of a neighbour. */
export function askNeighbour(query: NetlinkQuery, interfaceIndex: number, address: Uint8Array): Neighbour {
  const answer = query.ask(RTM_GETNEIGH, 0, neighbourMessage(interfaceIndex, 0, address));
  if (typeof answer === 'string' || answer.length < neighbourLength) return { hardware: null, stale: false };
  const state = readU16(answer, 8);
  const hardware = new Attributes(answer.subarray(neighbourLength)).bytes(NDA_LLADDR);
  const sure = (state & (NUD_REACHABLE | NUD_PERMANENT)) !== 0 && hardware?.length === hardwareAddressLength;
  return { hardware: sure ? hardware : null, stale: state === NUD_STALE };
}

/** Has the kernel ask a neighbour of which it is no longer sure; what comes of it is notified. */
export function probeNeighbour(query: NetlinkQuery, interfaceIndex: number, address: Uint8Array): void {
  // A refusal leaves the neighbour to the kernel's own probes.
  query.ask(RTM_NEWNEIGH, NLM_F_REPLACE, neighbourMessage(interfaceIndex, NUD_PROBE, address));
}

/** Which IPv4 neighbour a notification is about; null if it is about something else. */
export function neighbourOf({
  type,
  payload,
}: Message): { readonly interfaceIndex: number; readonly address: Uint8Array } | null {
  if (type !== RTM_NEWNEIGH && type !== RTM_DELNEIGH) return null;
  if (payload.length < neighbourLength) return null;
  const address = new Attributes(payload.subarray(neighbourLength)).bytes(NDA_DST) ?? new Uint8Array();
  return { interfaceIndex: readS32(payload, 4), address };
}

/** struct ndmsg: family, padding, ifindex, state, flags, type. */
function neighbourMessage(interfaceIndex: number, state: number, address: Uint8Array): Uint8Array {
  const header = new Uint8Array(neighbourLength);
  header[0] = AF_INET;
  writeU32(header, 4, interfaceIndex);
  writeU16(header, 8, state);
  return Buffer.concat([header, encodeAttributes([bytesAttribute(NDA_DST, address)])]);
}
