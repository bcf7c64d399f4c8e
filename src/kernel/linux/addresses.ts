/** IPv4 and IPv6 addresses in rtnetlink: struct ifaddrmsg and IFA_* (rtnetlink(7), <linux/if_addr.h>). */
import * as netbsd from '../../../native-structs';
import type { LinkAddress } from '../host';
import {
  Attributes,
  bytesAttribute,
  encodeAttributes,
  u32Attribute,
  type Attribute,
} from '../../linux/netlink/attributes';
import { MalformedMessageError } from './errors';
import { readU32, writeU32 } from '../../linux/netlink/host-order';
import * as linux from '../../linux/uapi';

const headerLength = 8;
const cacheInfoLength = 16;
const forever = 0xffffffff;
const ipv4Loopback = 127;

/** Linux's flag of an IPv6 address and NetBSD's. */
const flagPairs: readonly (readonly [number, number])[] = [
  [linux.IFA_F_TEMPORARY, netbsd.IN6_IFF_TEMPORARY],
  [linux.IFA_F_NODAD, netbsd.IN6_IFF_NODAD],
  [linux.IFA_F_DADFAILED, netbsd.IN6_IFF_DUPLICATED],
  [linux.IFA_F_DEPRECATED, netbsd.IN6_IFF_DEPRECATED],
  [linux.IFA_F_TENTATIVE, netbsd.IN6_IFF_TENTATIVE],
];

/** A dump's request; AF_UNSPEC for all families. */
export function encodeAddressDump(family: number): Uint8Array {
  const header = new Uint8Array(headerLength);
  header[0] = family;
  return header;
}

/** For RTM_NEWADDR and RTM_DELADDR. */
export function encodeAddress(address: LinkAddress): Uint8Array {
  const ipv6 = address.address.length === 16;
  const header = new Uint8Array(headerLength);
  header[0] = ipv6 ? linux.AF_INET6 : linux.AF_INET;
  header[1] = address.prefixLength;
  header[3] = !ipv6 && address.address[0] === ipv4Loopback ? linux.RT_SCOPE_HOST : linux.RT_SCOPE_UNIVERSE;
  writeU32(header, 4, address.index);
  return Buffer.concat([
    header,
    encodeAttributes([
      bytesAttribute(linux.IFA_LOCAL, address.address),
      bytesAttribute(linux.IFA_ADDRESS, address.peer ?? address.address),
      ...(address.broadcast ? [bytesAttribute(linux.IFA_BROADCAST, address.broadcast)] : []),
      ...(ipv6 && address.flags & netbsd.IN6_IFF_NODAD
        ? [u32Attribute(linux.IFA_FLAGS, linux.IFA_F_NODAD)]
        : []),
      ...lifetimes(address),
    ]),
  ]);
}

/** Throws MalformedMessageError; null for a family that has no place here. */
export function decodeAddress(payload: Uint8Array): LinkAddress | null {
  const [family = 0, prefixLength = 0, shortFlags = 0] = payload;
  if (payload.length < headerLength) throw new MalformedMessageError(`ifaddrmsg of ${payload.length} bytes`);
  if (family !== linux.AF_INET && family !== linux.AF_INET6) return null;
  const attributes = new Attributes(payload.subarray(headerLength));
  const prefix = attributes.bytes(linux.IFA_ADDRESS);
  const local = attributes.bytes(linux.IFA_LOCAL) ?? prefix;
  const length = family === linux.AF_INET ? 4 : 16;
  if (local?.length !== length) throw new MalformedMessageError('ifaddrmsg without an address');
  const cacheInfo = attributes.struct(linux.IFA_CACHEINFO, cacheInfoLength);
  return {
    index: readU32(payload, 4),
    address: local,
    prefixLength,
    broadcast: attributes.bytes(linux.IFA_BROADCAST) ?? null,
    peer: prefix && Buffer.compare(prefix, local) !== 0 ? prefix : null,
    flags: family === linux.AF_INET6 ? in6Flags(attributes, shortFlags) : 0,
    preferredLifetime: cacheInfo ? readU32(cacheInfo, 0) : forever,
    validLifetime: cacheInfo ? readU32(cacheInfo, 4) : forever,
  };
}

/** IFA_PROTO, where a kernel has it (5.18), tells addresses of router advertisements. */
function in6Flags(attributes: Attributes, shortFlags: number): number {
  const flags = attributes.u32(linux.IFA_FLAGS) ?? shortFlags;
  const byRouter = attributes.u8(linux.IFA_PROTO) === linux.IFAPROT_KERNEL_RA;
  return flagPairs.reduce(
    (result, [from, to]) => (flags & from ? result | to : result),
    byRouter ? netbsd.IN6_IFF_AUTOCONF : 0,
  );
}

/** struct ifa_cacheinfo; left out where both are for ever, which is what Linux assumes. */
function lifetimes({ preferredLifetime, validLifetime }: LinkAddress): readonly Attribute[] {
  if (preferredLifetime === forever && validLifetime === forever) return [];
  const bytes = new Uint8Array(cacheInfoLength);
  writeU32(bytes, 0, preferredLifetime);
  writeU32(bytes, 4, validLifetime);
  return [bytesAttribute(linux.IFA_CACHEINFO, bytes)];
}
