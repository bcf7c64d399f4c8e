/** Offsets and numbers of the inner headers that segmentation and coalescing look at; all fields big endian. */

export const ethertypeOffset = 12;
export const ethertype = { ipv4: 0x0800, ipv6: 0x86dd } as const;

/** Bytes of a VLAN tag, IEEE 802.1Q. */
const tagLength = 4;
/** Ethertypes of tags: 802.1Q, 802.1ad, and 802.1ad as it was before the standard. */
const tags: readonly number[] = [0x8100, 0x88a8, 0x9100];

/** IPv4 (RFC 791, section 3.1): offsets from the header. */
export const ipv4 = {
  totalLength: 2,
  identification: 4,
  fragment: 6,
  timeToLive: 8,
  protocol: 9,
  checksum: 10,
  source: 12,
  destination: 16,
  shortest: 20,
} as const;

/** IPv6 (RFC 8200, section 3). */
export const ipv6 = { payloadLength: 4, nextHeader: 6, source: 8, length: 40 } as const;

/** TCP (RFC 9293, section 3.1). */
export const tcp = {
  sequence: 4,
  acknowledgment: 8,
  /** Four bits of header length in 32-bit words, four reserved, eight flags. */
  lengthAndFlags: 12,
  window: 14,
  checksum: 16,
  urgent: 18,
  shortest: 20,
} as const;

export const tcpFlag = { fin: 0x01, psh: 0x08, ack: 0x10, cwr: 0x80 } as const;

/** UDP (RFC 768). */
export const udp = { length: 4, checksum: 6, size: 8 } as const;

export const protocol = { tcp: 6, udp: 17 } as const;

/** Where the ethertype of the frame in [frame, end) is, behind any tags; `end` if the frame is cut off. */
export function innerEthertype(view: DataView, frame: number, end: number): number {
  let at = frame + ethertypeOffset;
  while (at + 2 <= end) {
    if (!tags.includes(view.getUint16(at))) return at;
    at += tagLength;
  }
  return end;
}
