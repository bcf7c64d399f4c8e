/** From the wire to the TAP devices: one raw socket's packets, a batch at a time. */
import { SystemCallError } from '../linux/libc';
import { Admission } from './admission';
import { Coalescer } from './coalescer';
import type { Counters } from './counters';
import { EAGAIN, EBADFD, EINTR } from './errors';
import { countDelivered, countUndelivered, FrameWriter } from './frame-writer';
import type { Arena } from './memory';
import { batchSize } from './message-vector';
import { ReceiveVector } from './receive-vector';
import type { Session } from './session';
import type { SessionTable } from './session-table';
import { AF_INET } from './socket-address';
import * as system from './system-calls';
import { ipv4HeaderLength, maximumHeaderLength, maximumIpv4HeaderLength } from './wire';

/** Errors that a socket reports for packets sent before, or for a network that is down: not the reader's. */
const tolerated = new Set(['ENETDOWN', 'ENETUNREACH', 'EHOSTUNREACH', 'EHOSTDOWN', 'EPROTO', 'ECONNREFUSED']);

/** Throws the error of recvmmsg(2) as SystemCallError if it is one that will not pass. */
export function checkReceiveError(errno: number): void {
  if (errno === EAGAIN || errno === EINTR) return;
  const error = new SystemCallError('recvmmsg', errno);
  if (!tolerated.has(error.code)) throw error;
}

/** Everything before a frame is a multiple of 4 bytes, so these are all the places where a frame can begin in a slot. */
const offsetsPerSlot = (maximumIpv4HeaderLength + maximumHeaderLength) / 4 + 1;

export class Receiver {
  readonly #socket: number;
  readonly #family: number;
  readonly #gone: (session: Session) => void;
  readonly #vector = new ReceiveVector();
  readonly #messages: bigint;
  readonly #frames: readonly bigint[];
  readonly #arena: Arena;
  readonly #admission: Admission;
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
    this.#gone = gone;
    this.#messages = this.#vector.messageAddresses()[0] ?? 0n;
    this.#arena = this.#vector.memory.arena;
    this.#admission = new Admission(this.#arena.view, sessions, strays);
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
      checkReceiveError(system.errno());
      return;
    }
    for (let place = 0; place < count; place += 1) this.#packet(place);
    this.#coalescer.flush();
  }

  #packet(place: number): void {
    const start = this.#vector.slot(place);
    const end = start + this.#vector.length(place);
    const message = start + (this.#family === AF_INET ? ipv4HeaderLength(this.#arena.bytes, start) : 0);
    const session = this.#admission.admit(message, end, this.#family, null);
    if (session === null) return;
    const { frame } = this.#admission;
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
