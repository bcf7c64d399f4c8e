/** From the wire to the TAP devices: one raw socket's packets, a batch at a time. */
import { SystemCallError } from '../linux/libc';
import { Coalescer } from './coalescer';
import { dropCounters, type Counters } from './counters';
import { EAGAIN, EBADFD, EINTR } from './errors';
import { countDelivered, countUndelivered, FrameWriter } from './frame-writer';
import type { Arena } from './memory';
import { batchSize } from './message-vector';
import { ReceiveVector } from './receive-vector';
import type { Session } from './session';
import type { SessionTable } from './session-table';
import { AF_INET } from './socket-address';
import * as system from './system-calls';
import {
  ipv4HeaderLength,
  maximumHeaderLength,
  maximumIpv4HeaderLength,
  openFrame,
  refusals,
  sessionIdLength,
} from './wire';

/** Errors that a raw socket reports for packets sent before, or for a network that is down: not the reader's. */
const tolerated = new Set(['ENETDOWN', 'ENETUNREACH', 'EHOSTUNREACH', 'EHOSTDOWN', 'EPROTO', 'ECONNREFUSED']);

/** Everything before a frame is a multiple of 4 bytes, so these are all the places where a frame can begin in a slot. */
const offsetsPerSlot = (maximumIpv4HeaderLength + maximumHeaderLength) / 4 + 1;

/** Drop counters by the negated results of openFrame(). */
const refusalCounters: readonly number[] = [0, ...refusals.map((cause) => dropCounters[cause])];

export class Receiver {
  readonly #socket: number;
  readonly #family: number;
  readonly #sessions: SessionTable<Session>;
  readonly #strays: Counters;
  readonly #gone: (session: Session) => void;
  readonly #vector = new ReceiveVector();
  readonly #messages: bigint;
  readonly #frames: readonly bigint[];
  readonly #arena: Arena;
  readonly #coalescer: Coalescer<Session>;

  /** `strays` counts what belongs to no session; `gone` is told of a session whose TAP device has been deleted. */
  constructor(
    socket: number,
    family: number,
    sessions: SessionTable<Session>,
    strays: Counters,
    gone: (session: Session) => void,
  ) {
    this.#socket = socket;
    this.#family = family;
    this.#sessions = sessions;
    this.#strays = strays;
    this.#gone = gone;
    this.#messages = this.#vector.messageAddresses()[0] ?? 0n;
    this.#arena = this.#vector.memory.arena;
    this.#coalescer = new Coalescer(this.#vector.memory, new FrameWriter(this.#arena, gone));
    this.#frames = Array.from({ length: batchSize * offsetsPerSlot }, (_, place) =>
      this.#arena.address(
        this.#vector.slot(Math.floor(place / offsetsPerSlot)) + (place % offsetsPerSlot) * 4,
      ),
    );
  }

  /** Delivers up to one batch; to be called when the socket is readable. */
  receive(): void {
    const count = system.recvmmsg(this.#socket, this.#messages, batchSize, 0, null);
    if (count < 0) {
      this.#failed(system.errno());
      return;
    }
    for (let place = 0; place < count; place += 1) this.#packet(place);
    this.#coalescer.flush();
  }

  #failed(errno: number): void {
    if (errno === EAGAIN || errno === EINTR) return;
    const error = new SystemCallError('recvmmsg', errno);
    if (!tolerated.has(error.code)) throw error;
  }

  /** The checks of in_l2tp_input() in their order, each with its counter. */
  #packet(place: number): void {
    const arena = this.#arena;
    const start = this.#vector.slot(place);
    const end = start + this.#vector.length(place);
    const message = start + (this.#family === AF_INET ? ipv4HeaderLength(arena.bytes, start) : 0);
    const afterId = message + sessionIdLength;
    if (afterId > end) {
      this.#strays.add(dropCounters['runt-packet'], 1);
      return;
    }
    const session = this.#sessions.get(arena.view.getInt32(message));
    if (session === undefined) {
      this.#strays.add(dropCounters['unknown-session'], 1);
      return;
    }
    if (session.family !== this.#family) {
      session.counters.add(dropCounters['no-tunnel'], 1);
      return;
    }
    if (!session.receiving) {
      session.counters.add(dropCounters['state-down'], 1);
      return;
    }
    const frame = openFrame(arena.view, afterId, end, session.cookie);
    if (frame < 0) {
      session.counters.add(refusalCounters[-frame] ?? 0, 1);
      return;
    }
    if (session.vnetHeader === 0) this.#deliver(session, place, frame - start, end - frame);
    else this.#coalescer.add(session, frame, end - frame);
  }

  #deliver(session: Session, place: number, offset: number, length: number): void {
    const address = this.#frames[place * offsetsPerSlot + (offset >> 2)] ?? 0n;
    if (!session.gone && system.write(session.tap, address, length) === length) {
      countDelivered(session, 1, length);
    } else {
      countUndelivered(session, 1, session.gone ? EBADFD : system.errno(), this.#gone);
    }
  }
}
