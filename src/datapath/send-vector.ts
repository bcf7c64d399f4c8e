/**
 * For sendmmsg(2): messages of three vectors, namely session header, inner headers that have been written anew, and the rest
 * of a frame where the TAP device put it.
 */
import { summableArena, type SummableArena } from './checksum';
import { ipv4 } from './ethernet';
import type { Arena } from './memory';
import { messageHeader, messageLength, MessageVector, slotLength, vectorLength } from './message-vector';
import { linkNameLength, type NextHop } from './next-hop';
import { maximumSegmentHeader } from './super-frame';
import { maximumHeaderLength } from './wire';

/** Packets sent by one system call: those of two super-frames of 64 KB and more. */
export const sendBatchSize = 128;

/**
 * Frames begin at multiples of this, so that their addresses can be known beforehand: enough for an ordinary one, and a
 * cache line more, lest all of them compete for the same cache sets.
 */
const granule = 2048 + 64;

/** Session header, inner headers, the rest of the frame; those of consecutive messages are consecutive. */
const vectorsPerMessage = 3;

/** Granules that must be free for a read, and all of them. */
const granulesPerRead = Math.ceil(slotLength / granule);
const granuleCount = sendBatchSize + granulesPerRead - 1;

/** Bytes of an IPv4 header without options and the longest session header. */
const maximumOuterHeader = ipv4.shortest + maximumHeaderLength;

/** What goes before and beside a frame: where to, where from, and the session header. */
export interface Envelope {
  readonly arena: Arena;
  /** Offsets in the arena. */
  readonly name: number;
  readonly control: number;
  readonly header: number;
  readonly nameLength: number;
  readonly controlLength: number;
  readonly headerLength: number;
}

export class SendVector extends MessageVector {
  readonly memory: SummableArena;
  readonly #innerHeaders: number;
  readonly #outerHeaders: number;
  readonly #frames: number;
  readonly #frameAddresses: readonly bigint[];
  #granules = 0;

  constructor() {
    const memory = summableArena(
      sendBatchSize * (messageLength(vectorsPerMessage) + maximumSegmentHeader + maximumOuterHeader) +
        granuleCount * granule +
        5 * 64,
    );
    super(memory.arena, sendBatchSize, vectorsPerMessage);
    this.memory = memory;
    this.#innerHeaders = this.arena.reserve(sendBatchSize * maximumSegmentHeader, 64);
    this.#outerHeaders = this.arena.reserve(sendBatchSize * maximumOuterHeader, 64);
    this.#frames = this.arena.reserve(granuleCount * granule, 64);
    this.#frameAddresses = Array.from({ length: granuleCount }, (_, place) =>
      this.arena.address(this.#frames + place * granule),
    );
  }

  /** Whether a frame of any length can be read to `readAddress`. */
  get hasRoom(): boolean {
    return this.#granules + granulesPerRead <= granuleCount;
  }

  get readAddress(): bigint {
    return this.#frameAddresses[this.#granules] ?? 0n;
  }

  /** Keeps the bytes that have been read there; returns their offset. */
  keep(length: number): number {
    const offset = this.#frames + this.#granules * granule;
    this.#granules += Math.ceil(length / granule);
    return offset;
  }

  /** Forgets all frames. */
  clear(): void {
    this.#granules = 0;
  }

  /** Offset of the inner headers of a message. */
  innerHeader(place: number): number {
    return this.#innerHeaders + place * maximumSegmentHeader;
  }

  /** Makes a message of the envelope, `innerLength` bytes of inner headers, and `length` bytes at `offset`. */
  enclose(place: number, envelope: Envelope, innerLength: number, offset: number, length: number): void {
    this.seal(place, envelope);
    this.#fill(place, 1, this.arena, this.innerHeader(place), innerLength);
    this.#fill(place, 2, this.arena, offset, length);
  }

  /** Gives a message the envelope: for a socket that writes the outer header. */
  seal(place: number, envelope: Envelope): void {
    const { arena } = this;
    const header = this.header(place);
    arena.point(header + messageHeader.name, envelope.arena, envelope.name);
    arena.setWord(header + messageHeader.nameLength, envelope.nameLength);
    arena.point(header + messageHeader.control, envelope.arena, envelope.control);
    arena.setSize(header + messageHeader.controlLength, envelope.controlLength);
    this.#fill(place, 0, envelope.arena, envelope.header, envelope.headerLength);
  }

  /** Gives a message that has the envelope an outer header and a next hop instead: for a packet socket. */
  sealFor(place: number, envelope: Envelope, hop: NextHop): void {
    const { arena } = this;
    const header = this.header(place);
    const outer = this.#outerHeaders + place * maximumOuterHeader;
    hop.writeHeader(arena, outer, this.messageLength(place));
    const from = envelope.header >> 2;
    const to = (outer + ipv4.shortest) >> 2;
    for (let word = 0; word < envelope.headerLength >> 2; word += 1) {
      arena.words[to + word] = envelope.arena.words[from + word] ?? 0;
    }
    arena.point(header + messageHeader.name, hop.arena, hop.name);
    arena.setWord(header + messageHeader.nameLength, linkNameLength);
    arena.setSize(header + messageHeader.controlLength, 0);
    this.#fill(place, 0, arena, outer, ipv4.shortest + envelope.headerLength);
  }

  /** Bytes of the inner frame of a message. */
  frameLength(place: number): number {
    const { arena } = this;
    return (
      arena.word(this.vector(place, 1) + vectorLength) + arena.word(this.vector(place, 2) + vectorLength)
    );
  }

  /** Bytes of a message. */
  messageLength(place: number): number {
    return this.arena.word(this.vector(place, 0) + vectorLength) + this.frameLength(place);
  }

  /** Makes the struct msghdr at `header` of another arena one whose contents are those of the messages from `from` up to `to`. */
  pointToVectors(arena: Arena, header: number, from: number, to: number): void {
    arena.point(header + messageHeader.vectors, this.arena, this.vector(from, 0));
    arena.setSize(header + messageHeader.vectorCount, (to - from) * vectorsPerMessage);
  }

  #fill(place: number, number: number, target: Arena, offset: number, length: number): void {
    const vector = this.vector(place, number);
    this.arena.point(vector, target, offset);
    this.arena.setSize(vector + vectorLength, length);
  }
}
