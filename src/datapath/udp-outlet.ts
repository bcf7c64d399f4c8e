/** To the wire in UDP: runs of datagrams of equal length leave as one message each where the kernel cuts them up. */
import type { Batch, Outlet } from './batch';
import { endOfRun } from './datagram-runs';
import { EINVAL, EIO, EMSGSIZE } from './errors';
import { MessageSender } from './message-sender';
import { RunVector } from './run-vector';
import { sendBatchSize } from './send-vector';
import type { Session } from './session';
import type { UdpPort } from './udp-ports';

/** After how many milliseconds it is tried again whether the path takes segments as long as those it refused. */
const memory = 10_000;

export class UdpOutlet implements Outlet {
  readonly #batch: Batch;
  readonly #runs: RunVector;
  /** By the places of runs. */
  readonly #runSender: MessageSender;
  /** By a run's place: where it begins; one more says where the last one ends. */
  readonly #begins = new Int32Array(sendBatchSize + 1);
  readonly #length: (place: number) => number;

  constructor(batch: Batch) {
    this.#batch = batch;
    this.#runs = new RunVector(batch.vector);
    this.#runSender = new MessageSender(this.#runs.addresses, {
      sent: (from, to) => batch.sent(this.#begin(from), this.#begin(to)),
      refused: (run, errno, socket) => {
        this.#refused(socket, this.#begin(run), this.#begin(run + 1), errno);
        return true;
      },
    });
    this.#length = (place) => batch.vector.messageLength(place);
  }

  send(): void {
    const batch = this.#batch;
    for (let from = 0; from < batch.count;) {
      const port = batch.session(from)?.port ?? null;
      let to = from + 1;
      while (to < batch.count && batch.session(to)?.port === port) to += 1;
      if (port !== null) this.#sendAt(port, from, to);
      from = to;
    }
    batch.clear();
  }

  #sendAt({ socket }: UdpPort, from: number, to: number): void {
    if (socket === null) return;
    if (!socket.segmentation || to - from === 1) {
      this.#batch.sender.send(socket.fd, from, to);
      return;
    }
    const count = this.#findRuns(from, to);
    if (count === to - from) this.#batch.sender.send(socket.fd, from, to);
    else this.#runSender.send(socket.fd, 0, count);
  }

  /** Finds the runs of the messages from `from` up to `to`; returns how many there are. */
  #findRuns(from: number, to: number): number {
    const batch = this.#batch;
    let count = 0;
    let endOfSession = from;
    for (let next = from; next < to; count += 1) {
      const session = batch.session(next);
      while (endOfSession < to && (endOfSession <= next || batch.session(endOfSession) === session)) {
        endOfSession += 1;
      }
      let end = next + 1;
      if (session?.envelope) {
        if (this.#joins(session, this.#length(next))) end = endOfRun(this.#length, next, endOfSession);
        this.#runs.join(count, session.envelope, next, end);
      }
      this.#begins[count] = next;
      next = end;
    }
    this.#begins[count] = to;
    return count;
  }

  #joins(session: Session, length: number): boolean {
    if (length < session.segmentLimit) return true;
    if (Math.abs(Date.now() - session.segmentLimitSince) < memory) return false;
    session.segmentLimit = Infinity;
    return true;
  }

  /** The place of a run's first message; behind the last run, of what comes after all of them. */
  #begin(run: number): number {
    return this.#begins[run] ?? 0;
  }

  /**
   * Segments must fit the path, which says EMSGSIZE, EINVAL on older kernels, or EIO without checksum offload or with IPsec:
   * then the datagrams leave one by one, to be fragmented, and so do the session's next ones of that length.
   */
  #refused(socket: number, from: number, to: number, errno: number): void {
    const alone = to - from === 1;
    if (alone || (errno !== EMSGSIZE && errno !== EINVAL && errno !== EIO)) {
      this.#batch.countRefused(from, to, errno);
      return;
    }
    const sent = this.#batch.sender.send(socket, from, to);
    const session = this.#batch.session(from);
    if (sent === 0 || session === null) return;
    session.segmentLimit = Math.min(session.segmentLimit, errno === EIO ? 0 : this.#length(from));
    session.segmentLimitSince = Date.now();
  }
}
