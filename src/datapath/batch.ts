/** Messages that have been collected for the wire, whose they are, and what became of them. */
import { dropCounters, obytes, opackets } from './counters';
import { sendErrorCounter } from './errors';
import { MessageSender, type SendReport } from './message-sender';
import { sendBatchSize, SendVector, type Envelope } from './send-vector';
import type { Session } from './session';

/** Takes batches to the wire. */
export interface Outlet {
  /** Sends the whole batch in its order; every message is counted. */
  send(): void;
}

export class Batch implements SendReport {
  readonly vector = new SendVector();
  /** Sends messages of the batch as they are, each a packet; one that is refused is counted and skipped. */
  readonly sender = new MessageSender(this.vector.messageAddresses(), this);
  readonly #sessions = new Array<Session | null>(sendBatchSize).fill(null);
  count = 0;

  get full(): boolean {
    return this.count === sendBatchSize;
  }

  session(place: number): Session | null {
    return this.#sessions[place] ?? null;
  }

  /** Adds `innerLength` bytes of inner headers, which the vector has for this place, and `length` bytes at `offset`. */
  add(session: Session, envelope: Envelope, innerLength: number, offset: number, length: number): void {
    this.vector.enclose(this.count, envelope, innerLength, offset, length);
    this.#sessions[this.count] = session;
    this.count += 1;
  }

  /** Forgets the messages; the frames stay where they are. */
  clear(): void {
    this.count = 0;
  }

  /** Counts messages that went. */
  sent(from: number, to: number): void {
    for (let place = from; place < to; place += 1) {
      const counters = this.#sessions[place]?.counters;
      counters?.add(opackets, 1);
      counters?.add(obytes, this.vector.frameLength(place));
    }
  }

  /** Counts a message that did not go, and lets the others go. */
  refused(place: number, errno: number): true {
    this.countRefused(place, place + 1, errno);
    return true;
  }

  /** Linux says ENETUNREACH, as for a missing route, for an IPv4 source that is not on this host. */
  countRefused(from: number, to: number, errno: number): void {
    const session = this.#sessions[from];
    if (!session) return;
    const counter = sendErrorCounter(errno);
    const badSource = counter === dropCounters['no-route'] && !session.hasSource();
    session.counters.add(badSource ? dropCounters['bad-source'] : counter, to - from);
  }
}
