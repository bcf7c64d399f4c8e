/** Sends the messages of a batch as they are, each a packet, with sendmmsg(2). */
import type { Batch } from './batch';
import { EAGAIN, EINTR } from './errors';
import { Room } from './room';
import * as system from './system-calls';

export class MessageSender {
  readonly #batch: Batch;
  readonly #messages: readonly bigint[];
  readonly #room = new Room();

  constructor(batch: Batch) {
    this.#batch = batch;
    this.#messages = batch.vector.messageAddresses();
  }

  /**
   * Sends the messages from place `from` up to `to`; returns how many went. One that is refused is counted and skipped, the
   * others go out.
   */
  send(socket: number, from: number, to: number): number {
    const batch = this.#batch;
    let gone = 0;
    let waited = false;
    for (let next = from; next < to;) {
      const sent = system.sendmmsg(socket, this.#messages[next] ?? 0n, to - next, 0);
      if (sent > 0) {
        batch.countSent(next, next + sent);
        next += sent;
        gone += sent;
        continue;
      }
      const errno = system.errno();
      if (errno === EINTR) continue;
      if (errno === EAGAIN && !waited) {
        waited = true;
        this.#room.wait(socket);
        continue;
      }
      batch.countRefused(next, next + 1, errno);
      next += 1;
    }
    return gone;
  }
}
