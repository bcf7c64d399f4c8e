/** From the TAP devices to the wire: frames of several pseudowires gathered into batches for one raw socket. */
import { dropCounters, obytes, opackets } from './counters';
import { EAGAIN, EINTR, sendErrorCounter } from './errors';
import { Arena } from './memory';
import { batchSize, SendVector, type Envelope } from './message-vector';
import type { Session } from './session';
import * as system from './system-calls';
import { deviceGone, noFrame, readFrame } from './tap';

/** How long the loop waits for room in a full socket buffer, in milliseconds, before it drops: about a scheduler's tick. */
const patience = 2;

const POLLOUT = 4;

export class Transmitter {
  readonly #socket: number;
  readonly #vector = new SendVector();
  readonly #messages = this.#vector.messageAddresses();
  readonly #slots: readonly bigint[];
  readonly #sessions: (Session | null)[] = new Array<Session | null>(batchSize).fill(null);
  readonly #pollDescriptor: bigint;
  /** Keeps the memory behind #pollDescriptor. */
  readonly #pollArena = new Arena(8);
  #pending = 0;

  constructor(socket: number) {
    this.#socket = socket;
    this.#slots = Array.from({ length: batchSize }, (_, place) =>
      this.#vector.arena.address(this.#vector.slot(place)),
    );
    // struct pollfd: int fd, short events, short revents.
    const descriptor = this.#pollArena.reserve(8);
    this.#pollArena.setWord(descriptor, socket);
    new Int16Array(this.#pollArena.bytes.buffer, descriptor + 4, 1)[0] = POLLOUT;
    this.#pollDescriptor = this.#pollArena.address(descriptor);
  }

  /** Takes up to `limit` frames of a session, sends whenever the batch is full; false if the device has gone. */
  collect(session: Session, envelope: Envelope, limit: number): boolean {
    for (let taken = 0; taken < limit; taken += 1) {
      if (this.#pending === batchSize) this.flush();
      const place = this.#pending;
      const length = readFrame(session.tap, this.#slots[place] ?? 0n);
      if (length <= noFrame) return length !== deviceGone;
      this.#vector.enclose(place, envelope, length);
      this.#sessions[place] = session;
      this.#pending = place + 1;
    }
    return true;
  }

  /** Sends all that has been collected. A packet that is refused is counted and skipped, the others go out. */
  flush(): void {
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
