/** For recvmmsg(2): a batch of whole packets, each into a slot of its own. */
import { summableArena, type SummableArena } from './checksum';
import {
  batchSize,
  messageHeader,
  messageLength,
  MessageVector,
  slotLength,
  vectorLength,
} from './message-vector';
import { maximumVnetHeaderLength } from './vnet-header';

/** Distance of slots: 25 cache lines more than their length, lest all of them compete for the same cache sets. */
const slotStride = slotLength + 25 * 64;

/** Room before each packet, so that there is always enough for a virtio_net header before a frame: a multiple of 8. */
const headroom = (maximumVnetHeaderLength + 7) & -8;

export class ReceiveVector extends MessageVector {
  readonly memory: SummableArena;
  readonly #slots: number;

  /** For `capacity` packets; `besides` are bytes of the arena for more than them. */
  constructor(capacity: number = batchSize, besides = 0) {
    const memory = summableArena(capacity * (messageLength(1) + slotStride) + slotStride + besides);
    super(memory.arena, capacity, 1);
    this.memory = memory;
    this.#slots = this.arena.reserve(capacity * slotStride, 64);
    for (let place = 0; place < capacity; place += 1) {
      this.arena.point(this.vector(place, 0), this.arena, this.slot(place));
      this.arena.setSize(this.vector(place, 0) + vectorLength, slotLength);
    }
  }

  /** Offset of a packet in the arena. */
  slot(place: number): number {
    return this.#slots + place * slotStride + headroom;
  }

  /** Bytes received into a slot. */
  length(place: number): number {
    return this.arena.word(this.header(place) + messageHeader.received);
  }
}
