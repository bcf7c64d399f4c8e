/** For recvmmsg(2) on UDP sockets: messages of one or, coalesced by the kernel, several datagrams, with who sent them. */
import { messageHeader } from './message-vector';
import { ReceiveVector } from './receive-vector';
import { ipv6Layout } from './socket-address';
import { SOL_UDP, UDP_GRO } from './udp-socket';

/** Messages received by one system call; each may be 64 datagrams. */
export const udpBatchSize = 16;

const nameRoom = (ipv6Layout.nameLength + 7) & -8;
/** CMSG_SPACE(sizeof(int)), the one control message that is asked for, on a 64-bit host. */
const controlRoom = 24;
const controlHeaderLength = 16;

export class UdpReceiveVector extends ReceiveVector {
  readonly #names: number;
  readonly #controls: number;

  constructor() {
    super(udpBatchSize, udpBatchSize * (nameRoom + controlRoom) + 2 * 64);
    const { arena } = this;
    this.#names = arena.reserve(udpBatchSize * nameRoom, 64);
    this.#controls = arena.reserve(udpBatchSize * controlRoom, 64);
    for (let place = 0; place < udpBatchSize; place += 1) {
      arena.point(this.header(place) + messageHeader.name, arena, this.name(place));
      arena.point(this.header(place) + messageHeader.control, arena, this.#control(place));
    }
    this.renew(udpBatchSize);
  }

  /** Makes the first `count` messages ready to be received into again. */
  renew(count: number): void {
    const { arena } = this;
    for (let place = 0; place < count; place += 1) {
      arena.setWord(this.header(place) + messageHeader.nameLength, nameRoom);
      arena.setSize(this.header(place) + messageHeader.controlLength, controlRoom);
    }
  }

  /** Offset of the sender's struct sockaddr_in or sockaddr_in6. */
  name(place: number): number {
    return this.#names + place * nameRoom;
  }

  /** Length in bytes of every datagram of a message but the last, which may be shorter. */
  segmentLength(place: number): number {
    const { arena } = this;
    const control = this.#control(place);
    const coalesced =
      arena.word(this.header(place) + messageHeader.controlLength) >= controlHeaderLength + 4 &&
      arena.word(control + 8) === SOL_UDP &&
      arena.word(control + 12) === UDP_GRO;
    return (coalesced ? arena.word(control + controlHeaderLength) : 0) || this.length(place);
  }

  #control(place: number): number {
    return this.#controls + place * controlRoom;
  }
}
