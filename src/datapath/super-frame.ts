/**
 * A frame that came with a virtio_net header, cut into the segments that it stands for: headers are written anew for each,
 * payloads are slices of the frame. One object serves all frames in turn.
 *
 * Sums are those of RFC 1071; the checksum field of a super-frame holds the sum of the pseudo-header for its whole length,
 * as Linux's tcp_gso_segment() has it too, which is why neither addresses nor routing headers have to be read.
 */
import { fold, type SummableArena, type Sum } from './checksum';
import { ethertype, innerEthertype, ipv4, ipv6, protocol, tcp, tcpFlag, udp } from './ethernet';
import { gso, gsoEcn, needsChecksum, vnetField, vnetLittleEndian } from './vnet-header';
import { ethernetHeaderLength } from './wire';

/** Bytes of the longest headers that can be cut off: Ethernet, tags, IP with extension headers, TCP. */
export const maximumSegmentHeader = 512;

/** The kinds of super-frames that are cut here. */
const segmented: readonly number[] = [gso.tcp4, gso.tcp6, gso.udp];

export class SuperFrame {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #sum: Sum;
  /** Bytes that writeHeader() writes; 0 if the frame goes as it is. */
  headerLength = 0;
  #frame = 0;
  #end = 0;
  #payload = 0;
  /** Payload bytes of every segment but the last. */
  #size = 0;
  #count = 0;
  #ipv4 = false;
  #tcp = false;
  /** Distances of the IP and of the transport header from the frame. */
  #network = 0;
  #transport = 0;
  #identification = 0;
  #sequence = 0;
  #lengthAndFlags = 0;
  /** Sums of what all segments have in common. */
  #networkSum = 0;
  #transportSum = 0;

  constructor({ arena, sum }: SummableArena) {
    this.#view = arena.view;
    this.#bytes = arena.bytes;
    this.#sum = sum;
  }

  /**
   * Takes the `length` bytes at `start`, virtio_net header first, whose contents it may change. How many segments to send,
   * 0 if the header says what cannot be.
   */
  open(start: number, length: number, vnetHeader: number): number {
    const frame = start + vnetHeader;
    const end = start + length;
    if (end - frame < ethernetHeaderLength) return 0;
    const view = this.#view;
    this.#frame = frame;
    this.#end = end;
    this.#transport = view.getUint16(start + vnetField.checksumStart, vnetLittleEndian);
    const checksumOffset = view.getUint16(start + vnetField.checksumOffset, vnetLittleEndian);
    const unfinished = (view.getUint8(start + vnetField.flags) & needsChecksum) !== 0;
    const type = view.getUint8(start + vnetField.gsoType) & ~gsoEcn;
    if (type === gso.none) {
      if (unfinished && !this.#finishChecksum(checksumOffset)) return 0;
      this.headerLength = 0;
      this.#payload = frame;
      this.#size = end - frame;
      this.#count = 1;
      return 1;
    }
    this.#size = view.getUint16(start + vnetField.gsoSize, vnetLittleEndian);
    if (!unfinished || this.#size === 0 || !segmented.includes(type)) return 0;
    if (!this.#openNetwork(type) || !this.#openTransport()) return 0;
    this.#count = Math.max(1, Math.ceil((end - this.#payload) / this.#size));
    return this.#count;
  }

  payload(segment: number): number {
    return this.#payload + segment * this.#size;
  }

  payloadLength(segment: number): number {
    return Math.min(this.#size, this.#end - this.payload(segment));
  }

  /** Writes the headers of a segment to `target`, which is in the same memory. */
  writeHeader(segment: number, target: number): void {
    this.#bytes.copyWithin(target, this.#frame, this.#payload);
    const length = this.payloadLength(segment);
    this.#writeNetwork(segment, target + this.#network, length);
    const payloadSum = this.#sum(this.payload(segment), length);
    const transport = target + this.#transport;
    const transportLength = this.headerLength - this.#transport + length;
    if (this.#tcp) this.#writeTcp(segment, transport, transportLength, payloadSum);
    else this.#writeUdp(transport, transportLength, payloadSum);
  }

  /** What skb_checksum_help() does: the sum from the given header to the end, into its checksum field. */
  #finishChecksum(checksumOffset: number): boolean {
    const start = this.#frame + this.#transport;
    const field = start + checksumOffset;
    if (field + 2 > this.#end) return false;
    const checksum = ~this.#sum(start, this.#end - start) & 0xffff;
    this.#view.setUint16(field, checksum === 0 ? 0xffff : checksum);
    return true;
  }

  /** Reads the IP header: it must be the one that the type announces, and end where the transport header begins. */
  #openNetwork(type: number): boolean {
    const view = this.#view;
    const frame = this.#frame;
    const typeAt = innerEthertype(view, frame, this.#end);
    const network = typeAt + 2 - frame;
    if (frame + network + ipv4.shortest > this.#end || this.#transport > maximumSegmentHeader) return false;
    this.#network = network;
    const length = this.#transport - network;
    const header = frame + network;
    const etherType = view.getUint16(typeAt);
    const version = view.getUint8(header) >> 4;
    this.#ipv4 = etherType === ethertype.ipv4;
    this.#tcp = type !== gso.udp;
    if (!this.#ipv4) {
      return etherType === ethertype.ipv6 && version === 6 && type !== gso.tcp4 && length >= ipv6.length;
    }
    const expected = this.#tcp ? protocol.tcp : protocol.udp;
    const right = version === 4 && type !== gso.tcp6 && view.getUint8(header + ipv4.protocol) === expected;
    if (!right || length < ipv4.shortest || length !== (view.getUint8(header) & 0x0f) << 2) return false;
    if (header + length > this.#end) return false;
    this.#identification = view.getUint16(header + ipv4.identification);
    view.setUint16(header + ipv4.totalLength, 0);
    view.setUint16(header + ipv4.identification, 0);
    view.setUint16(header + ipv4.checksum, 0);
    this.#networkSum = this.#sum(header, length);
    return true;
  }

  #openTransport(): boolean {
    const view = this.#view;
    const header = this.#frame + this.#transport;
    const available = this.#end - header;
    if (available < (this.#tcp ? tcp.shortest : udp.size) || available > 0xffff) return false;
    const length = this.#tcp ? (view.getUint8(header + tcp.lengthAndFlags) >> 4) << 2 : udp.size;
    this.headerLength = this.#transport + length;
    if (length < udp.size || length > available || this.headerLength > maximumSegmentHeader) return false;
    this.#payload = header + length;
    // The pseudo-header's sum without the length in it.
    let pseudo: number;
    if (this.#tcp) {
      if (length < tcp.shortest) return false;
      this.#sequence = view.getUint32(header + tcp.sequence);
      this.#lengthAndFlags = view.getUint16(header + tcp.lengthAndFlags);
      pseudo = view.getUint16(header + tcp.checksum);
      view.setUint32(header + tcp.sequence, 0);
      view.setUint16(header + tcp.lengthAndFlags, 0);
      view.setUint16(header + tcp.checksum, 0);
    } else {
      pseudo = view.getUint16(header + udp.checksum);
      view.setUint16(header + udp.length, 0);
      view.setUint16(header + udp.checksum, 0);
    }
    this.#transportSum = this.#sum(header, length) + pseudo + (~available & 0xffff);
    return true;
  }

  #writeNetwork(segment: number, header: number, payloadLength: number): void {
    const view = this.#view;
    const length = this.headerLength - this.#network + payloadLength;
    if (!this.#ipv4) {
      view.setUint16(header + ipv6.payloadLength, length - ipv6.length);
      return;
    }
    const identification = (this.#identification + segment) & 0xffff;
    view.setUint16(header + ipv4.totalLength, length);
    view.setUint16(header + ipv4.identification, identification);
    view.setUint16(header + ipv4.checksum, ~fold(this.#networkSum + length + identification) & 0xffff);
  }

  /** FIN and PSH belong to the last segment, CWR to the first. */
  #writeTcp(segment: number, header: number, length: number, payloadSum: number): void {
    const view = this.#view;
    const sequence = (this.#sequence + segment * this.#size) >>> 0;
    let word = this.#lengthAndFlags;
    if (segment > 0) word &= ~tcpFlag.cwr;
    if (segment < this.#count - 1) word &= ~(tcpFlag.fin | tcpFlag.psh);
    const sum = this.#transportSum + payloadSum + length + word + (sequence >>> 16) + (sequence & 0xffff);
    view.setUint32(header + tcp.sequence, sequence);
    view.setUint16(header + tcp.lengthAndFlags, word);
    view.setUint16(header + tcp.checksum, ~fold(sum) & 0xffff);
  }

  /** The length counts twice, in the header and in the pseudo-header; a checksum of 0 would mean that there is none. */
  #writeUdp(header: number, length: number, payloadSum: number): void {
    const checksum = ~fold(this.#transportSum + payloadSum + 2 * length) & 0xffff;
    this.#view.setUint16(header + udp.length, length);
    this.#view.setUint16(header + udp.checksum, checksum === 0 ? 0xffff : checksum);
  }
}
