/** From the wire to the TAP devices: the datagrams of UDP sockets, a batch of messages at a time. */
import { Admission } from './admission';
import { Coalescer, coalescerCapacity } from './coalescer';
import { dropCounters, type Counters } from './counters';
import { FrameWriter } from './frame-writer';
import type { Arena } from './memory';
import { learnPeer } from './peer';
import { checkReceiveError } from './receiver';
import type { Session } from './session';
import type { SessionTable } from './session-table';
import * as system from './system-calls';
import type { UdpPort } from './udp-ports';
import { udpBatchSize, UdpReceiveVector } from './udp-receive-vector';
import { messageRefusals, openMessage } from './udp-wire';

/** Drop counters by the negated results of openMessage(). */
const refusalCounters: readonly number[] = [0, ...messageRefusals.map((cause) => dropCounters[cause])];

export class UdpReceiver {
  readonly #strays: Counters;
  readonly #vector = new UdpReceiveVector();
  readonly #messages: bigint;
  readonly #arena: Arena;
  readonly #admission: Admission;
  readonly #writer: FrameWriter;
  readonly #coalescer: Coalescer<Session>;
  /** Frames in the coalescer. */
  #added = 0;

  /** `strays` counts what belongs to no session; `gone` is told of a session whose TAP device has been deleted. */
  constructor(sessions: SessionTable<Session>, strays: Counters, gone: (session: Session) => void) {
    this.#strays = strays;
    this.#messages = this.#vector.messageAddresses()[0] ?? 0n;
    this.#arena = this.#vector.memory.arena;
    this.#admission = new Admission(this.#arena.view, sessions, strays);
    this.#writer = new FrameWriter(this.#arena, gone);
    this.#coalescer = new Coalescer(this.#vector.memory, this.#writer);
  }

  /** Delivers up to one batch; to be called when the port's socket is readable. */
  receive(port: UdpPort): void {
    if (port.socket === null) return;
    const count = system.recvmmsg(port.socket.fd, this.#messages, udpBatchSize, 0, null);
    if (count < 0) {
      checkReceiveError(system.errno());
      return;
    }
    for (let place = 0; place < count; place += 1) this.#message(port, place);
    this.#flush();
    this.#vector.renew(count);
  }

  #message(port: UdpPort, place: number): void {
    const start = this.#vector.slot(place);
    const end = start + this.#vector.length(place);
    const step = this.#vector.segmentLength(place);
    let at = start;
    // An empty datagram is one, too.
    do {
      const next = Math.min(at + step, end);
      this.#datagram(port, place, at, next);
      at = next;
    } while (at < end);
  }

  #datagram(port: UdpPort, place: number, start: number, end: number): void {
    const message = openMessage(this.#arena.view, start, end);
    if (message < 0) {
      this.#strays.add(refusalCounters[-message] ?? 0, 1);
      return;
    }
    const session = this.#admission.admit(message, end, port.family, port);
    if (session === null) return;
    if (session.learning !== null)
      learnPeer(session, session.learning, this.#arena, this.#vector.name(place));
    const { frame } = this.#admission;
    if (session.vnetHeader === 0) {
      this.#writer.piece(frame, end - frame);
      this.#writer.end(session, 1, end - frame);
      return;
    }
    if (this.#added === coalescerCapacity) this.#flush();
    this.#coalescer.add(session, frame, end - frame);
    this.#added += 1;
  }

  #flush(): void {
    this.#coalescer.flush();
    this.#added = 0;
  }
}
