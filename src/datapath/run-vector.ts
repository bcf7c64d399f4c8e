/** For sendmmsg(2): messages that are made of several consecutive ones of a SendVector, and say how to cut them apart again. */
import { endianness } from 'node:os';
import { Arena } from './memory';
import { messageHeader } from './message-vector';
import { sendBatchSize, type Envelope, type SendVector } from './send-vector';
import { ipv6Layout } from './socket-address';
import { SOL_UDP, UDP_SEGMENT } from './udp-socket';

/** Bytes of struct cmsghdr, and CMSG_SPACE(sizeof(uint16_t)) on a 64-bit host. */
const controlHeaderLength = 16;
const segmentControlLength = 24;
const littleEndian = endianness() === 'LE';

/** Room for the control messages of one message: source address and segment size. */
const controlRoom = ipv6Layout.controlLength + segmentControlLength;

export class RunVector {
  readonly #vector: SendVector;
  readonly #arena = new Arena(sendBatchSize * (messageHeader.size + controlRoom) + 2 * 64);
  readonly #headers = this.#arena.reserve(sendBatchSize * messageHeader.size, 64);
  readonly #controls = this.#arena.reserve(sendBatchSize * controlRoom, 64);
  /** Addresses of the messages from each place on, for the system call. */
  readonly addresses: readonly bigint[];

  constructor(vector: SendVector) {
    this.#vector = vector;
    this.addresses = Array.from({ length: sendBatchSize }, (_, place) =>
      this.#arena.address(this.#headers + place * messageHeader.size),
    );
  }

  /** Makes the message at `place` of those of the vector from `from` up to `to`, all in this envelope. */
  join(place: number, envelope: Envelope, from: number, to: number): void {
    const arena = this.#arena;
    const header = this.#headers + place * messageHeader.size;
    arena.point(header + messageHeader.name, envelope.arena, envelope.name);
    arena.setWord(header + messageHeader.nameLength, envelope.nameLength);
    this.#vector.pointToVectors(arena, header, from, to);
    const { controlLength } = envelope;
    if (to - from === 1) {
      arena.point(header + messageHeader.control, envelope.arena, envelope.control);
      arena.setSize(header + messageHeader.controlLength, controlLength);
      return;
    }
    const control = this.#controls + place * controlRoom;
    for (let at = 0; at < controlLength; at += 4) {
      arena.setWord(control + at, envelope.arena.word(envelope.control + at));
    }
    const segment = control + controlLength;
    arena.setSize(segment, controlHeaderLength + 2);
    arena.setWord(segment + 8, SOL_UDP);
    arena.setWord(segment + 12, UDP_SEGMENT);
    arena.view.setUint16(segment + 16, this.#vector.messageLength(from), littleEndian);
    arena.point(header + messageHeader.control, arena, control);
    arena.setSize(header + messageHeader.controlLength, controlLength + segmentControlLength);
  }
}
