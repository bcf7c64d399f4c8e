/** Writes frames that lie in pieces to TAP devices with writev(2), and counts what became of them. */
import { coalescerCapacity, type FrameSink } from './coalescer';
import { dropCounters, ibytes, ipackets } from './counters';
import { EBADFD, EIO } from './errors';
import { Arena } from './memory';
import { vectorLength, vectorSize } from './message-vector';
import type { Session } from './session';
import * as system from './system-calls';

export class FrameWriter implements FrameSink<Session> {
  readonly #source: Arena;
  readonly #gone: (session: Session) => void;
  readonly #arena = new Arena(coalescerCapacity * vectorSize);
  readonly #vectors = this.#arena.address(0);
  #pieces = 0;
  #length = 0;

  /** Pieces lie in `source`; `gone` is told of a session whose TAP device has been deleted. */
  constructor(source: Arena, gone: (session: Session) => void) {
    this.#source = source;
    this.#gone = gone;
  }

  piece(offset: number, length: number): void {
    const vector = this.#pieces * vectorSize;
    this.#arena.point(vector, this.#source, offset);
    this.#arena.setSize(vector + vectorLength, length);
    this.#pieces += 1;
    this.#length += length;
  }

  end(session: Session, packets: number, bytes: number): void {
    const pieces = this.#pieces;
    const length = this.#length;
    this.#pieces = 0;
    this.#length = 0;
    if (!session.gone && system.writev(session.tap, this.#vectors, pieces) === length) {
      countDelivered(session, packets, bytes);
    } else {
      countUndelivered(session, packets, session.gone ? EBADFD : system.errno(), this.#gone);
    }
  }
}

export function countDelivered({ counters }: Session, packets: number, bytes: number): void {
  counters.add(ipackets, packets);
  counters.add(ibytes, bytes);
}

/** Counts what a device did not take, and tells `gone` if that is because it has been deleted. */
export function countUndelivered(
  session: Session,
  packets: number,
  errno: number,
  gone: (session: Session) => void,
): void {
  if (errno === EBADFD && !session.gone) gone(session);
  const down = errno === EIO || errno === EBADFD;
  session.counters.add(dropCounters[down ? 'interface-down' : 'tap-write-failed'], packets);
}
