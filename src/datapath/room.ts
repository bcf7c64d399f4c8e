/** Waiting for room in a socket's full buffer. */
import { Arena } from './memory';
import * as system from './system-calls';

/** How long the loop waits before it drops, in milliseconds: about a scheduler's tick. */
const patience = 2;

const POLLOUT = 4;

export class Room {
  // struct pollfd: int fd, short events, short revents.
  readonly #arena = new Arena(8);
  readonly #descriptor = this.#arena.address(0);

  constructor() {
    new Int16Array(this.#arena.bytes.buffer, 4, 1)[0] = POLLOUT;
  }

  /** Returns when the socket has room, or after a while. */
  wait(socket: number): void {
    this.#arena.setWord(0, socket);
    system.poll(this.#descriptor, 1, patience);
  }
}
