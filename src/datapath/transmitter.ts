/** From the TAP devices to the wire: frames of several pseudowires gathered into batches for one raw socket. */
import { dropCounters, obytes, opackets } from './counters';
import { EAGAIN, EINTR, sendErrorCounter } from './errors';
import { Arena } from './memory';
import { sendBatchSize, SendVector, type Envelope } from './send-vector';
import type { Session } from './session';
import { SuperFrame } from './super-frame';
import * as system from './system-calls';
import { deviceGone, noFrame, readFrame, undescribed } from './tap';

/** How long the loop waits for room in a full socket buffer, in milliseconds, before it drops: about a scheduler's tick. */
const patience = 2;

const POLLOUT = 4;

export class Transmitter {
  readonly #socket: number;
  readonly #vector = new SendVector();
  readonly #messages = this.#vector.messageAddresses();
  readonly #superFrame = new SuperFrame(this.#vector.memory);
  readonly #sessions: (Session | null)[] = new Array<Session | null>(sendBatchSize).fill(null);
  readonly #pollDescriptor: bigint;
  /** Keeps the memory behind #pollDescriptor. */
  readonly #pollArena = new Arena(8);
  #pending = 0;

  constructor(socket: number) {
    this.#socket = socket;
    // struct pollfd: int fd, short events, short revents.
    const descriptor = this.#pollArena.reserve(8);
    this.#pollArena.setWord(descriptor, socket);
    new Int16Array(this.#pollArena.bytes.buffer, descriptor + 4, 1)[0] = POLLOUT;
    this.#pollDescriptor = this.#pollArena.address(descriptor);
  }

  /**
   * Takes frames of a session until they have made `limit` packets, and sends whenever the batch is full; false if the
   * device has gone.
   */
  collect(session: Session, envelope: Envelope, limit: number): boolean {
    const vector = this.#vector;
    for (let packets = 0; packets < limit;) {
      if (this.#pending === sendBatchSize || !vector.hasRoom) this.flush();
      const length = readFrame(session.tap, vector.readAddress);
      if (length === undescribed) {
        session.counters.add(dropCounters['bad-super-frame'], 1);
        packets += 1;
        continue;
      }
      if (length <= noFrame) return length !== deviceGone;
      const start = vector.keep(length);
      if (session.vnetHeader === 0) {
        this.#add(session, envelope, 0, start, length);
        packets += 1;
      } else {
        packets += this.#addSegments(session, envelope, start, length);
      }
    }
    return true;
  }

  /** Sends all that has been collected. */
  flush(): void {
    this.#send();
    this.#vector.clear();
  }

  /** Adds what a frame behind a virtio_net header stands for; returns how many packets that was, at least 1. */
  #addSegments(session: Session, envelope: Envelope, start: number, length: number): number {
    const superFrame = this.#superFrame;
    const count = superFrame.open(start, length, session.vnetHeader);
    if (count === 0) {
      session.counters.add(dropCounters['bad-super-frame'], 1);
      return 1;
    }
    const { headerLength } = superFrame;
    for (let segment = 0; segment < count; segment += 1) {
      // The frame stays where it is: more of it goes into the next batch.
      if (this.#pending === sendBatchSize) this.#send();
      if (headerLength > 0) superFrame.writeHeader(segment, this.#vector.innerHeader(this.#pending));
      const payloadLength = superFrame.payloadLength(segment);
      this.#add(session, envelope, headerLength, superFrame.payload(segment), payloadLength);
    }
    return count;
  }

  #add(session: Session, envelope: Envelope, innerLength: number, offset: number, length: number): void {
    this.#vector.enclose(this.#pending, envelope, innerLength, offset, length);
    this.#sessions[this.#pending] = session;
    this.#pending += 1;
  }

  /** A packet that is refused is counted and skipped, the others go out. */
  #send(): void {
    let next = 0;
    let waited = false;
    while (next < this.#pending) {
      const sent = system.sendmmsg(this.#socket, this.#messages[next] ?? 0n, this.#pending - next, 0);
      if (sent > 0) {
        this.#count(next, next + sent);
        next += sent;
        continue;
      }
      const errno = system.errno();
      if (errno === EINTR) continue;
      if (errno === EAGAIN && !waited) {
        waited = true;
        system.poll(this.#pollDescriptor, 1, patience);
        continue;
      }
      this.#refused(next, errno);
      next += 1;
    }
    this.#pending = 0;
  }

  /** Linux says ENETUNREACH, as for a missing route, for an IPv4 source that is not on this host. */
  #refused(place: number, errno: number): void {
    const session = this.#sessions[place];
    if (!session) return;
    const counter = sendErrorCounter(errno);
    const badSource = counter === dropCounters['no-route'] && !session.hasSource();
    session.counters.add(badSource ? dropCounters['bad-source'] : counter, 1);
  }

  #count(from: number, to: number): void {
    for (let place = from; place < to; place += 1) {
      const counters = this.#sessions[place]?.counters;
      counters?.add(opackets, 1);
      counters?.add(obytes, this.#vector.frameLength(place));
    }
  }
}
