/** From the TAP devices to the wire: frames of several pseudowires gathered into batches for one outlet. */
import type { Batch, Outlet } from './batch';
import { dropCounters } from './counters';
import type { Envelope } from './send-vector';
import type { Session } from './session';
import { SuperFrame } from './super-frame';
import { deviceGone, noFrame, readFrame, undescribed } from './tap';

export class Transmitter {
  readonly #batch: Batch;
  readonly #outlet: Outlet;
  readonly #superFrame: SuperFrame;

  /** The outlet is one of this batch. */
  constructor(batch: Batch, outlet: Outlet) {
    this.#batch = batch;
    this.#outlet = outlet;
    this.#superFrame = new SuperFrame(batch.vector.memory);
  }

  /**
   * Takes frames of a session until they have made `limit` packets, and sends whenever the batch is full; false if the
   * device has gone.
   */
  collect(session: Session, envelope: Envelope, limit: number): boolean {
    const { vector } = this.#batch;
    for (let packets = 0; packets < limit;) {
      if (this.#batch.full || !vector.hasRoom) this.flush();
      const length = readFrame(session.tap, vector.readAddress);
      if (length === undescribed) {
        session.counters.add(dropCounters['bad-super-frame'], 1);
        packets += 1;
        continue;
      }
      if (length <= noFrame) return length !== deviceGone;
      const start = vector.keep(length);
      if (session.vnetHeader === 0) {
        this.#batch.add(session, envelope, 0, start, length);
        packets += 1;
      } else {
        packets += this.#addSegments(session, envelope, start, length);
      }
    }
    return true;
  }

  /** Sends all that has been collected. */
  flush(): void {
    if (this.#batch.count > 0) this.#outlet.send();
    this.#batch.vector.clear();
  }

  /** Adds what a frame behind a virtio_net header stands for; returns how many packets that was, at least 1. */
  #addSegments(session: Session, envelope: Envelope, start: number, length: number): number {
    const superFrame = this.#superFrame;
    const batch = this.#batch;
    const count = superFrame.open(start, length, session.vnetHeader);
    if (count === 0) {
      session.counters.add(dropCounters['bad-super-frame'], 1);
      return 1;
    }
    const { headerLength } = superFrame;
    for (let segment = 0; segment < count; segment += 1) {
      // The frame stays where it is: more of it goes into the next batch.
      if (batch.full) this.#outlet.send();
      if (headerLength > 0) superFrame.writeHeader(segment, batch.vector.innerHeader(batch.count));
      const payloadLength = superFrame.payloadLength(segment);
      batch.add(session, envelope, headerLength, superFrame.payload(segment), payloadLength);
    }
    return count;
  }
}
