/** To the wire past the host's IP output, by a packet socket; what cannot go that way takes the raw socket. */
import type { Batch, Outlet } from './batch';
import { odirect } from './counters';
import { EAGAIN, ENOBUFS } from './errors';
import { MessageSender, type SendReport } from './message-sender';

export class PacketOutlet implements Outlet, SendReport {
  readonly #batch: Batch;
  readonly #rawSocket: number;
  readonly #packetSocket: number;
  readonly #sender: MessageSender;
  /** The place of the first message that the packet socket did not take, for another reason than want of room. */
  #left = 0;

  constructor(batch: Batch, rawSocket: number, packetSocket: number) {
    this.#batch = batch;
    this.#rawSocket = rawSocket;
    this.#packetSocket = packetSocket;
    this.#sender = new MessageSender(batch.vector.messageAddresses(), this);
  }

  send(): void {
    const batch = this.#batch;
    for (let from = 0; from < batch.count;) from = this.#sendRun(from);
    batch.clear();
  }

  /** Sends the messages from a place on that go the same way; returns the place after them. */
  #sendRun(from: number): number {
    const direct = this.#isDirect(from);
    let end = from + 1;
    while (end < this.#batch.count && this.#isDirect(end) === direct) end += 1;
    this.#batch.sender.send(this.#rawSocket, direct ? this.#sendDirect(from, end) : from, end);
    return end;
  }

  /** Whether the message goes by the packet socket. */
  #isDirect(place: number): boolean {
    const { vector } = this.#batch;
    return this.#batch.session(place)?.nextHop?.carries(vector.messageLength(place)) ?? false;
  }

  /**
   * Sends by the packet socket; returns the place of the first message that the interface did not take, so that it and those
   * after it have to go by the raw socket.
   */
  #sendDirect(from: number, to: number): number {
    for (let place = from; place < to; place += 1) this.#take(place);
    this.#left = to;
    this.#sender.send(this.#packetSocket, from, to);
    const left = this.#left;
    if (left === to) return to;
    const hop = this.#batch.session(left)?.nextHop;
    // It is no more, and the kernel's notification is on its way.
    if (hop) hop.usable = false;
    for (let place = left; place < to; place += 1) this.#takeBack(place);
    return left;
  }

  #take(place: number): void {
    const session = this.#batch.session(place);
    if (!session?.envelope || session.nextHop === null) return;
    this.#batch.vector.sealFor(place, session.envelope, session.nextHop);
    session.nextHop.used = true;
  }

  #takeBack(place: number): void {
    const envelope = this.#batch.session(place)?.envelope;
    if (envelope) this.#batch.vector.seal(place, envelope);
  }

  sent(from: number, to: number): void {
    this.#batch.sent(from, to);
    for (let place = from; place < to; place += 1) this.#batch.session(place)?.counters.add(odirect, 1);
  }

  refused(place: number, errno: number): boolean {
    if (errno === EAGAIN || errno === ENOBUFS) return this.#batch.refused(place, errno);
    this.#left = place;
    return false;
  }
}
