/** Sends consecutive messages with sendmmsg(2) until each has gone or been refused. */
import { EAGAIN, EINTR } from './errors';
import { Room } from './room';
import * as system from './system-calls';

/** Told what has become of messages, by their places. */
export interface SendReport {
  /** Those from `from` up to `to` went. */
  sent(from: number, to: number): void;
  /** One was refused, or found no room for a while; false ends the sending there. */
  refused(place: number, errno: number, socket: number): boolean;
}

export class MessageSender {
  readonly #addresses: readonly bigint[];
  readonly #report: SendReport;
  readonly #room = new Room();

  /** `addresses` are those of the messages from each place on. */
  constructor(addresses: readonly bigint[], report: SendReport) {
    this.#addresses = addresses;
    this.#report = report;
  }

  /** Sends the messages from place `from` up to `to`; returns how many went. */
  send(socket: number, from: number, to: number): number {
    let gone = 0;
    let waited = false;
    for (let next = from; next < to;) {
      const sent = system.sendmmsg(socket, this.#addresses[next] ?? 0n, to - next, 0);
      if (sent > 0) {
        this.#report.sent(next, next + sent);
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
      if (!this.#report.refused(next, errno, socket)) return gone;
      next += 1;
    }
    return gone;
  }
}
