/** What coalescing has to know of one frame, read into one object that serves all frames in turn. */
import { fold, type Sum } from './checksum';
import { ethertype, ethertypeOffset, ipv4, ipv6, protocol, tcp, tcpFlag } from './ethernet';
import { ethernetHeaderLength } from './wire';

/** How a frame may be treated. */
export const frameKind = {
  /** Not TCP as below: nothing is known of its flow. */
  other: 0,
  /** TCP that is passed on by itself: no payload, flags other than ACK and PSH, padding. */
  single: 1,
  /** TCP that others may be merged with. */
  mergeable: 2,
} as const;

/** IPv4's Don't Fragment bit; the other bits of the field make a fragment, or are reserved. */
const dontFragment = 0x4000;

/** A segment of an untagged frame, in IPv4 without options or IPv6 without extension headers. Offsets are in the arena. */
export class TcpSegment {
  readonly #view: DataView;
  ipv6 = false;
  frame = 0;
  /** TCP header. */
  transport = 0;
  payload = 0;
  payloadLength = 0;
  sequence = 0;
  pushed = false;

  constructor(view: DataView) {
    this.#view = view;
  }

  /** Reads the frame of at least 14 bytes; one of `frameKind`. The fields are of use unless that is `other`. */
  read(frame: number, length: number): number {
    const view = this.#view;
    const network = frame + ethernetHeaderLength;
    const room = length - ethernetHeaderLength;
    const type = view.getUint16(frame + ethertypeOffset);
    let packetLength: number;
    if (type === ethertype.ipv4) {
      if (room < ipv4.shortest || view.getUint8(network) !== 0x45) return frameKind.other;
      if ((view.getUint16(network + ipv4.fragment) & ~dontFragment) !== 0) return frameKind.other;
      if (view.getUint8(network + ipv4.protocol) !== protocol.tcp) return frameKind.other;
      packetLength = view.getUint16(network + ipv4.totalLength);
      this.ipv6 = false;
      this.transport = network + ipv4.shortest;
    } else if (type === ethertype.ipv6) {
      if (room < ipv6.length || view.getUint8(network) >> 4 !== 6) return frameKind.other;
      if (view.getUint8(network + ipv6.nextHeader) !== protocol.tcp) return frameKind.other;
      packetLength = ipv6.length + view.getUint16(network + ipv6.payloadLength);
      this.ipv6 = true;
      this.transport = network + ipv6.length;
    } else {
      return frameKind.other;
    }
    const end = network + packetLength;
    if (packetLength > room || this.transport + tcp.shortest > end) return frameKind.other;
    const word = view.getUint16(this.transport + tcp.lengthAndFlags);
    const headerLength = (word >> 12) << 2;
    if (headerLength < tcp.shortest || this.transport + headerLength > end) return frameKind.other;
    this.frame = frame;
    this.payload = this.transport + headerLength;
    this.payloadLength = end - this.payload;
    this.sequence = view.getUint32(this.transport + tcp.sequence);
    this.pushed = (word & tcpFlag.psh) !== 0;
    const ordinary = (word & 0x0fff & ~tcpFlag.psh) === tcpFlag.ack;
    return ordinary && this.payloadLength > 0 && packetLength === room
      ? frameKind.mergeable
      : frameKind.single;
  }

  /** Whether the frame at `head`, of the same kind as this, is of the same flow: addresses and ports. */
  isOfFlow(head: number): boolean {
    const view = this.#view;
    const distance = head - this.frame;
    const from = this.frame + ethernetHeaderLength + (this.ipv6 ? ipv6.source : ipv4.source);
    // Ports first: they differ most often. Addresses lie directly before them.
    for (let at = this.transport; at >= from; at -= 4) {
      if (view.getInt32(at) !== view.getInt32(at + distance)) return false;
    }
    return true;
  }

  /**
   * Whether all that a merge would lose is equal: Ethernet header, type of service or traffic class and flow label, TTL,
   * DF, acknowledgement, window, urgent pointer, header length, options. `merged` is how many frames begin at `head`.
   */
  hasHeadersOf(head: number, merged: number): boolean {
    const view = this.#view;
    const distance = head - this.frame;
    for (let at = this.frame; at < this.frame + ethernetHeaderLength; at += 2) {
      if (view.getUint16(at) !== view.getUint16(at + distance)) return false;
    }
    const network = this.frame + ethernetHeaderLength;
    const networkEqual = this.ipv6
      ? view.getInt32(network) === view.getInt32(network + distance) &&
        view.getUint16(network + ipv6.nextHeader) === view.getUint16(network + ipv6.nextHeader + distance)
      : view.getUint16(network) === view.getUint16(network + distance) &&
        view.getUint16(network + ipv4.timeToLive) === view.getUint16(network + ipv4.timeToLive + distance) &&
        this.#followsInIdentification(network, network + distance, merged);
    if (!networkEqual) return false;
    const { transport } = this;
    if (
      view.getInt32(transport + tcp.acknowledgment) !==
      view.getInt32(transport + tcp.acknowledgment + distance)
    ) {
      return false;
    }
    // The head's PSH bit is clear, or nothing would be merged with it.
    const word = view.getUint16(transport + tcp.lengthAndFlags) & ~tcpFlag.psh;
    if (word !== view.getUint16(transport + tcp.lengthAndFlags + distance)) return false;
    if (view.getUint16(transport + tcp.window) !== view.getUint16(transport + tcp.window + distance))
      return false;
    for (let at = transport + tcp.urgent; at < this.payload; at += 2) {
      if (view.getUint16(at) !== view.getUint16(at + distance)) return false;
    }
    return true;
  }

  /** The same DF bit; identifications count up, as they will when the whole is cut again, or mean nothing (RFC 6864). */
  #followsInIdentification(network: number, head: number, merged: number): boolean {
    const view = this.#view;
    const flags = view.getUint16(network + ipv4.fragment);
    if (flags !== view.getUint16(head + ipv4.fragment)) return false;
    if (flags === dontFragment) return true;
    const next = (view.getUint16(head + ipv4.identification) + merged) & 0xffff;
    return view.getUint16(network + ipv4.identification) === next;
  }
}

/** The sum of the TCP pseudo-header (RFC 9293, section 3.1) for a segment of `length` bytes; not folded. */
export function pseudoHeaderSum(sum: Sum, transport: number, isIpv6: boolean, length: number): number {
  const addresses = isIpv6 ? ipv6.length - ipv6.source : ipv4.shortest - ipv4.source;
  return sum(transport - addresses, addresses) + protocol.tcp + length;
}

/** Whether the checksums of a segment's headers are right; `length` is that of TCP header and payload. */
export function isIntact(sum: Sum, transport: number, isIpv6: boolean, length: number): boolean {
  if (!isIpv6 && sum(transport - ipv4.shortest, ipv4.shortest) !== 0xffff) return false;
  return fold(sum(transport, length) + pseudoHeaderSum(sum, transport, isIpv6, length)) === 0xffff;
}
