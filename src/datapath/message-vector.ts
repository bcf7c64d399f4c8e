/** The arrays that recvmmsg(2) and sendmmsg(2) take, laid out once: struct mmsghdr and struct iovec. */
import type { Arena } from './memory';

/** Packets received by one system call. */
export const batchSize = 64;

/**
 * Bytes of the longest packet and the longest frame: an IP packet's total length is a 16-bit number; before it there may be
 * an Ethernet header with tags and a virtio_net header.
 */
export const slotLength = 65536 + 64;

/** Offsets in struct mmsghdr on a 64-bit host: struct msghdr, then msg_len. */
export const messageHeader = {
  name: 0,
  nameLength: 8,
  vectors: 16,
  vectorCount: 24,
  control: 32,
  controlLength: 40,
  received: 56,
  size: 64,
} as const;

/** struct iovec: base, length; its size, and the offset of the length. */
export const vectorSize = 16;
export const vectorLength = 8;

/** Bytes of one struct mmsghdr and its vectors. */
export function messageLength(vectorsPerMessage: number): number {
  return messageHeader.size + vectorsPerMessage * vectorSize;
}

/** `count` messages of the same number of vectors each, at the beginning of an arena. */
export class MessageVector {
  protected readonly arena: Arena;
  readonly #count: number;
  readonly #headers: number;
  readonly #vectors: number;
  readonly #vectorsPerMessage: number;

  constructor(arena: Arena, count: number, vectorsPerMessage: number) {
    this.arena = arena;
    this.#count = count;
    this.#vectorsPerMessage = vectorsPerMessage;
    this.#headers = arena.reserve(count * messageHeader.size, 64);
    this.#vectors = arena.reserve(count * vectorsPerMessage * vectorSize, 64);
    for (let place = 0; place < count; place += 1) {
      const header = this.header(place);
      arena.point(header + messageHeader.vectors, arena, this.vector(place, 0));
      arena.setSize(header + messageHeader.vectorCount, vectorsPerMessage);
    }
  }

  /** Addresses of the messages from each place on, for the system call. */
  messageAddresses(): readonly bigint[] {
    return Array.from({ length: this.#count }, (_, place) => this.arena.address(this.header(place)));
  }

  protected header(place: number): number {
    return this.#headers + place * messageHeader.size;
  }

  protected vector(place: number, number: number): number {
    return this.#vectors + (place * this.#vectorsPerMessage + number) * vectorSize;
  }
}
