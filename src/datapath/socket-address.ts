/** C structs that name the two ends of a tunnel to sendmsg(2): socket addresses, and the control message for the source. */
import { endianness } from 'node:os';
import type { TunnelAddresses } from './datapath';

/** Linux's address families, socket(2). */
export const AF_INET = 2;
export const AF_INET6 = 10;

const IPPROTO_IP = 0;
const IPPROTO_IPV6 = 41;
const IP_PKTINFO = 8;
const IPV6_PKTINFO = 50;
const littleEndian = endianness() === 'LE';

/** Bytes of struct cmsghdr: cmsg_len (size_t), cmsg_level, cmsg_type. */
const controlHeaderLength = 16;

/** One address family's layouts on a 64-bit host. */
export interface FamilyLayout {
  readonly family: number;
  /** Bytes of an address. */
  readonly addressLength: number;
  /** sizeof(struct sockaddr_in) or sizeof(struct sockaddr_in6). */
  readonly nameLength: number;
  /** CMSG_SPACE(sizeof(struct in_pktinfo)) or CMSG_SPACE(sizeof(struct in6_pktinfo)). */
  readonly controlLength: number;
}

export const ipv4Layout: FamilyLayout = {
  family: AF_INET,
  addressLength: 4,
  nameLength: 16,
  controlLength: 32,
};
export const ipv6Layout: FamilyLayout = {
  family: AF_INET6,
  addressLength: 16,
  nameLength: 28,
  controlLength: 40,
};

/** The layout for a tunnel's addresses; a RangeError unless both are 4 or both are 16 bytes long. */
export function layoutOf(tunnel: TunnelAddresses): FamilyLayout {
  const layout = tunnel.local.length === 4 ? ipv4Layout : ipv6Layout;
  if (tunnel.local.length !== layout.addressLength || tunnel.remote.length !== layout.addressLength) {
    throw new RangeError('tunnel addresses must both be of 4 or of 16 bytes');
  }
  return layout;
}

/** Writes one end as struct sockaddr_in (ip(7)) or sockaddr_in6 (ipv6(7)); `target` is zeroed and long enough. */
export function writeName(
  target: DataView,
  offset: number,
  tunnel: TunnelAddresses,
  end: 'local' | 'remote',
): void {
  const { family } = layoutOf(tunnel);
  target.setUint16(offset, family, littleEndian);
  if (family === AF_INET) {
    writeBytes(target, offset + 4, tunnel[end]);
  } else {
    writeBytes(target, offset + 8, tunnel[end]);
    target.setUint32(offset + 24, tunnel.scope, littleEndian);
  }
}

/** Writes the port, in host byte order, of a struct sockaddr_in or sockaddr_in6. */
export function writePort(target: DataView, name: number, port: number): void {
  target.setUint16(name + 2, port);
}

/** Writes the control message that makes the local end the source: IP_PKTINFO or IPV6_PKTINFO; `target` as above. */
export function writeSource(target: DataView, offset: number, tunnel: TunnelAddresses): void {
  const { family } = layoutOf(tunnel);
  const data = offset + controlHeaderLength;
  const ipv4 = family === AF_INET;
  const dataLength = ipv4 ? 12 : 20;
  target.setBigUint64(offset, BigInt(controlHeaderLength + dataLength), littleEndian);
  target.setUint32(offset + 8, ipv4 ? IPPROTO_IP : IPPROTO_IPV6, littleEndian);
  target.setUint32(offset + 12, ipv4 ? IP_PKTINFO : IPV6_PKTINFO, littleEndian);
  if (ipv4) {
    // struct in_pktinfo: ipi_ifindex, ipi_spec_dst (the source when sending), ipi_addr.
    writeBytes(target, data + 4, tunnel.local);
  } else {
    // struct in6_pktinfo: ipi6_addr, ipi6_ifindex.
    writeBytes(target, data, tunnel.local);
    target.setUint32(data + 16, tunnel.scope, littleEndian);
  }
}

function writeBytes(target: DataView, offset: number, bytes: Uint8Array): void {
  bytes.forEach((byte, place) => {
    target.setUint8(offset + place, byte);
  });
}

/** Whether an address is 0.0.0.0 or ::, which Linux would take for this host. */
export function isUnspecified(address: Uint8Array): boolean {
  return address.every((byte) => byte === 0);
}
