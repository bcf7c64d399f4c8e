/** The arrays that recvmmsg(2) and sendmmsg(2) take, laid out once: struct mmsghdr, struct iovec and packet slots. */
import { Arena } from './memory';

/** Packets moved by one system call. */
export const batchSize = 64;

/** Bytes of the longest packet and the longest frame: an IP packet's total length is a 16-bit number. */
export const slotLength = 65536;

/** Distance of slots: 25 cache lines more than their length, lest all of them compete for the same cache sets. */
const slotStride = slotLength + 25 * 64;

/** Offsets in struct mmsghdr on a 64-bit host: struct msghdr, then msg_len. */
const messageHeader = {
  name: 0,
  nameLength: 8,
  vectors: 16,
  vectorCount: 24,
  control: 32,
  controlLength: 40,
  received: 56,
  size: 64,
} as const;

/** struct iovec: base, length. */
const vectorSize = 16;
const vectorLength = 8;

/** `batchSize` messages, each with one slot for a packet, and `batchSize` such slots. */
class MessageVector {
  readonly arena: Arena;
  protected readonly headers: number;
  protected readonly vectors: number;
  readonly #slots: number;

  constructor(vectorsPerMessage: number) {
    this.arena = new Arena(
      batchSize * (messageHeader.size + vectorsPerMessage * vectorSize + slotStride) + slotStride,
    );
    this.headers = this.arena.reserve(batchSize * messageHeader.size, 64);
    this.vectors = this.arena.reserve(batchSize * vectorsPerMessage * vectorSize, 64);
    this.#slots = this.arena.reserve(batchSize * slotStride, 64);
    for (let slot = 0; slot < batchSize; slot += 1) {
      const header = this.headers + slot * messageHeader.size;
      this.arena.point(
        header + messageHeader.vectors,
        this.arena,
        this.vectors + slot * vectorsPerMessage * vectorSize,
      );
      this.arena.setSize(header + messageHeader.vectorCount, vectorsPerMessage);
    }
  }

  /** Offset of a slot's bytes in the arena. */
  slot(place: number): number {
    return this.#slots + place * slotStride;
  }

  /** Addresses of the messages from each place on, for the system call. */
  messageAddresses(): readonly bigint[] {
    return Array.from({ length: batchSize }, (_, place) =>
      this.arena.address(this.headers + place * messageHeader.size),
    );
  }
}

/** For recvmmsg(2): whole packets into the slots. */
export class ReceiveVector extends MessageVector {
  constructor() {
    super(1);
    for (let place = 0; place < batchSize; place += 1) {
      const vector = this.vectors + place * vectorSize;
      this.arena.point(vector, this.arena, this.slot(place));
      this.arena.setSize(vector + vectorLength, slotLength);
    }
  }

  /** Bytes received into a slot. */
  length(place: number): number {
    return this.arena.word(this.headers + place * messageHeader.size + messageHeader.received);
  }
}

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

/** For sendmmsg(2): each message is a session header from elsewhere and the frame in the slot. */
export class SendVector extends MessageVector {
  constructor() {
    super(2);
    for (let place = 0; place < batchSize; place += 1) {
      this.arena.point(this.vectors + place * 2 * vectorSize + vectorSize, this.arena, this.slot(place));
    }
  }

  /** Makes the frame of `length` bytes in a slot a message. */
  enclose(place: number, envelope: Envelope, length: number): void {
    const { arena } = this;
    const header = this.headers + place * messageHeader.size;
    const vector = this.vectors + place * 2 * vectorSize;
    arena.point(header + messageHeader.name, envelope.arena, envelope.name);
    arena.setWord(header + messageHeader.nameLength, envelope.nameLength);
    arena.point(header + messageHeader.control, envelope.arena, envelope.control);
    arena.setSize(header + messageHeader.controlLength, envelope.controlLength);
    arena.point(vector, envelope.arena, envelope.header);
    arena.setSize(vector + vectorLength, envelope.headerLength);
    arena.setSize(vector + vectorSize + vectorLength, length);
  }

  /** Bytes of the frame in a slot. */
  frameLength(place: number): number {
    return this.arena.word(this.vectors + place * 2 * vectorSize + vectorSize + vectorLength);
  }
}
