/** A bridge's address table in rtnetlink: struct ndmsg and NDA_* of family AF_BRIDGE (<linux/neighbour.h>). */
import type { ForwardingEntry } from '../host';
import { Attributes, bytesAttribute, encodeAttributes, u32Attribute } from '../../linux/netlink/attributes';
import { USER_HZ } from './bridges';
import { MalformedMessageError } from './errors';
import { readS32, readU16, readU32, writeU16, writeU32 } from '../../linux/netlink/host-order';
import { encodeLink } from './links';
import * as linux from '../../linux/uapi';

const headerLength = 12;
const cacheInfoLength = 16;

/** Kernels filter by IFLA_MASTER of a struct ifinfomsg, which old ones want here in the place of a struct ndmsg. */
export const encodeForwardingDump = (bridge: number): Uint8Array =>
  encodeLink({ family: linux.AF_BRIDGE, attributes: [u32Attribute(linux.IFLA_MASTER, bridge)] });

/** For RTM_NEWNEIGH, a static entry, and RTM_DELNEIGH. NUD_PERMANENT would be an address of the host itself. */
export function encodeForwarding(port: number, address: Uint8Array): Uint8Array {
  const header = new Uint8Array(headerLength);
  header[0] = linux.AF_BRIDGE;
  writeU32(header, 4, port);
  writeU16(header, 8, linux.NUD_NOARP);
  header[10] = linux.NTF_MASTER;
  return Buffer.concat([header, encodeAttributes([bytesAttribute(linux.NDA_LLADDR, address)])]);
}

/** Null if it is none of `bridge`'s, or an address of the host itself. Throws MalformedMessageError. */
export function decodeForwarding(payload: Uint8Array, bridge: number): ForwardingEntry | null {
  if (payload.length < headerLength) throw new MalformedMessageError(`ndmsg of ${payload.length} bytes`);
  const state = readU16(payload, 8);
  const attributes = new Attributes(payload.subarray(headerLength));
  const address = attributes.bytes(linux.NDA_LLADDR);
  if (!address || attributes.u32(linux.NDA_MASTER) !== bridge || state & linux.NUD_PERMANENT) return null;
  const cacheInfo = attributes.struct(linux.NDA_CACHEINFO, cacheInfoLength);
  return {
    address,
    port: readS32(payload, 4),
    static: (state & linux.NUD_NOARP) !== 0,
    // ndm_updated: when a frame with this source came last
    age: cacheInfo ? Math.floor(readU32(cacheInfo, 8) / USER_HZ) : 0,
  };
}

/** One entry for an address: a bridge that knows VLANs has one for each of them. The first, without VLAN, counts. */
export function withoutVlans(entries: readonly ForwardingEntry[]): readonly ForwardingEntry[] {
  const byAddress = new Map<string, ForwardingEntry>();
  for (const entry of entries) {
    const key = Buffer.from(entry.address).toString('hex');
    if (!byAddress.has(key)) byAddress.set(key, entry);
  }
  return [...byAddress.values()];
}
