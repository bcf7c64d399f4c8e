/**
 * Merges the TCP segments of a batch into super-frames, as a network card with receive offload would.
 *
 * Frames are added in the order in which they arrived and written at the end of their batch. A segment is merged only into its
 * flow's last frame, and only if segmentation would give both back. A frame of which no flow is known ends all merging for
 * its owner, so that nothing that came after it is written before it. What is not merged is not changed.
 */
import { fold, type Sum, type SummableArena } from './checksum';
import { ipv4, ipv6, tcp, tcpFlag } from './ethernet';
import { frameKind, isIntact, pseudoHeaderSum, TcpSegment } from './tcp-segment';
import { gso, needsChecksum, vnetField, vnetLittleEndian } from './vnet-header';
import { ethernetHeaderLength } from './wire';

/** Whose frames are merged with one another. */
export interface Owner {
  /** Bytes of the virtio_net header; as many before each frame must be free, or of frames that were added before it. */
  readonly vnetHeader: number;
  /** False: its frames only get an empty header. */
  readonly offload: boolean;
}

/** Takes frames in pieces: any number of piece(), then end(). */
export interface FrameSink<O extends Owner> {
  piece(offset: number, length: number): void;
  /** `packets` frames of `bytes` in all, as they came from the wire, have been made one. */
  end(owner: O, packets: number, bytes: number): void;
}

/** Frames that may be added before they are flushed: some super-frames of ordinary segments. */
export const coalescerCapacity = 256;

const maximumPacketLength = 0xffff;
const none = -1;

export class Coalescer<O extends Owner> {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #sum: Sum;
  readonly #sink: FrameSink<O>;
  readonly #segment: TcpSegment;
  #count = 0;

  // By a frame's place in the batch.
  readonly #owners: (O | null)[] = new Array<O | null>(coalescerCapacity).fill(null);
  readonly #frames = new Int32Array(coalescerCapacity);
  readonly #lengths = new Int32Array(coalescerCapacity);
  readonly #payloads = new Int32Array(coalescerCapacity);
  readonly #payloadLengths = new Int32Array(coalescerCapacity);
  /** The frame that has been merged behind this one. */
  readonly #next = new Int32Array(coalescerCapacity);

  // By the place of the first frame of those that have been merged.
  /** How many; 0 for a frame that is not the first. */
  readonly #merged = new Int32Array(coalescerCapacity);
  readonly #last = new Int32Array(coalescerCapacity);
  readonly #transports = new Int32Array(coalescerCapacity);
  readonly #totals = new Int32Array(coalescerCapacity);
  readonly #expected = new Uint32Array(coalescerCapacity);
  readonly #isIpv6 = new Uint8Array(coalescerCapacity);
  readonly #intact = new Uint8Array(coalescerCapacity);
  readonly #pushed = new Uint8Array(coalescerCapacity);

  /** First frames that still take others, one for each flow at most. */
  readonly #open = new Int32Array(coalescerCapacity);
  #openCount = 0;

  constructor({ arena, sum }: SummableArena, sink: FrameSink<O>) {
    this.#view = arena.view;
    this.#bytes = arena.bytes;
    this.#sum = sum;
    this.#sink = sink;
    this.#segment = new TcpSegment(arena.view);
  }

  /** Adds a frame of at least 14 bytes; up to `coalescerCapacity` before each flush(), which alone writes. */
  add(owner: O, frame: number, length: number): void {
    const place = this.#count;
    this.#count = place + 1;
    this.#owners[place] = owner;
    this.#frames[place] = frame;
    this.#lengths[place] = length;
    this.#merged[place] = 1;
    this.#last[place] = place;
    const segment = this.#segment;
    const kind = owner.offload ? segment.read(frame, length) : frameKind.other;
    if (kind === frameKind.other) {
      this.#closeAll(owner);
      return;
    }
    const open = this.#find(owner);
    if (kind === frameKind.mergeable) {
      this.#payloads[place] = segment.payload;
      this.#payloadLengths[place] = segment.payloadLength;
      const head = this.#open[open] ?? 0;
      if (open !== none && this.#merge(head, place)) {
        const last = segment.payloadLength < (this.#payloadLengths[head] ?? 0);
        if (last || segment.pushed) this.#close(open);
        return;
      }
    }
    if (open !== none) this.#close(open);
    if (kind === frameKind.mergeable && !segment.pushed) this.#begin(place);
  }

  /** Writes all that has been added. */
  flush(): void {
    for (let place = 0; place < this.#count; place += 1) {
      if (this.#merged[place] !== 0) this.#write(place);
    }
    this.#count = 0;
    this.#openCount = 0;
  }

  /** The open flow of the segment in hand, as a place in #open. */
  #find(owner: O): number {
    const segment = this.#segment;
    for (let open = 0; open < this.#openCount; open += 1) {
      const head = this.#open[open] ?? 0;
      if (this.#owners[head] !== owner || (this.#isIpv6[head] === 1) !== segment.ipv6) continue;
      if (segment.isOfFlow(this.#frames[head] ?? 0)) return open;
    }
    return none;
  }

  #begin(place: number): void {
    const segment = this.#segment;
    this.#transports[place] = segment.transport;
    this.#totals[place] = this.#lengths[place] ?? 0;
    this.#expected[place] = segment.sequence + segment.payloadLength;
    this.#isIpv6[place] = segment.ipv6 ? 1 : 0;
    this.#intact[place] = 0;
    this.#pushed[place] = 0;
    this.#open[this.#openCount] = place;
    this.#openCount += 1;
  }

  #close(open: number): void {
    this.#openCount -= 1;
    this.#open[open] = this.#open[this.#openCount] ?? 0;
  }

  #closeAll(owner: O): void {
    for (let open = this.#openCount - 1; open >= 0; open -= 1) {
      if (this.#owners[this.#open[open] ?? 0] === owner) this.#close(open);
    }
  }

  /** Merges the segment in hand, the frame at `place`, behind those at `head`; false if a rule forbids it. */
  #merge(head: number, place: number): boolean {
    const segment = this.#segment;
    if (segment.sequence !== this.#expected[head]) return false;
    if (segment.payloadLength > (this.#payloadLengths[head] ?? 0)) return false;
    const total = (this.#totals[head] ?? 0) + segment.payloadLength;
    if (total - ethernetHeaderLength > maximumPacketLength) return false;
    const merged = this.#merged[head] ?? 0;
    if (!segment.hasHeadersOf(this.#frames[head] ?? 0, merged)) return false;
    if (!this.#isHeadIntact(head) || !this.#isSegmentIntact()) return false;
    this.#next[this.#last[head] ?? 0] = place;
    this.#last[head] = place;
    this.#merged[head] = merged + 1;
    this.#merged[place] = 0;
    this.#totals[head] = total;
    this.#expected[head] = segment.sequence + segment.payloadLength;
    this.#pushed[head] = segment.pushed ? 1 : 0;
    return true;
  }

  #isSegmentIntact(): boolean {
    const { transport, payload, payloadLength, ipv6 } = this.#segment;
    return isIntact(this.#sum, transport, ipv6, payload + payloadLength - transport);
  }

  #isHeadIntact(head: number): boolean {
    if (this.#intact[head] === 1) return true;
    const transport = this.#transports[head] ?? 0;
    const length = (this.#payloads[head] ?? 0) + (this.#payloadLengths[head] ?? 0) - transport;
    if (!isIntact(this.#sum, transport, this.#isIpv6[head] === 1, length)) return false;
    this.#intact[head] = 1;
    return true;
  }

  #write(place: number): void {
    const owner = this.#owners[place];
    if (!owner) return;
    const frame = this.#frames[place] ?? 0;
    const length = this.#lengths[place] ?? 0;
    const header = frame - owner.vnetHeader;
    const merged = this.#merged[place] ?? 0;
    this.#bytes.fill(0, header, frame);
    if (merged > 1) this.#describe(place, header);
    this.#sink.piece(header, owner.vnetHeader + length);
    let bytes = length;
    for (let rest = 1, at = place; rest < merged; rest += 1) {
      at = this.#next[at] ?? 0;
      this.#sink.piece(this.#payloads[at] ?? 0, this.#payloadLengths[at] ?? 0);
      bytes += this.#lengths[at] ?? 0;
    }
    this.#sink.end(owner, merged, bytes);
  }

  /** Makes the headers of the first frame those of all: lengths, PSH, the pseudo-header's sum; and says how to cut them. */
  #describe(head: number, header: number): void {
    const view = this.#view;
    const frame = this.#frames[head] ?? 0;
    const transport = this.#transports[head] ?? 0;
    const network = frame + ethernetHeaderLength;
    const end = frame + (this.#totals[head] ?? 0);
    const isIpv6 = this.#isIpv6[head] === 1;
    if (isIpv6) {
      view.setUint16(network + ipv6.payloadLength, end - transport);
    } else {
      view.setUint16(network + ipv4.totalLength, end - network);
      view.setUint16(network + ipv4.checksum, 0);
      view.setUint16(network + ipv4.checksum, ~this.#sum(network, ipv4.shortest) & 0xffff);
    }
    if (this.#pushed[head] === 1) {
      const word = view.getUint16(transport + tcp.lengthAndFlags);
      view.setUint16(transport + tcp.lengthAndFlags, word | tcpFlag.psh);
    }
    view.setUint16(
      transport + tcp.checksum,
      fold(pseudoHeaderSum(this.#sum, transport, isIpv6, end - transport)),
    );
    view.setUint8(header + vnetField.flags, needsChecksum);
    view.setUint8(header + vnetField.gsoType, isIpv6 ? gso.tcp6 : gso.tcp4);
    const headerLength = (this.#payloads[head] ?? 0) - frame;
    view.setUint16(header + vnetField.headerLength, headerLength, vnetLittleEndian);
    view.setUint16(header + vnetField.gsoSize, this.#payloadLengths[head] ?? 0, vnetLittleEndian);
    view.setUint16(header + vnetField.checksumStart, transport - frame, vnetLittleEndian);
    view.setUint16(header + vnetField.checksumOffset, tcp.checksum, vnetLittleEndian);
  }
}
