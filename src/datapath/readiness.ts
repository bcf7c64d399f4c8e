/** Which descriptors have something to read: epoll(7), level-triggered. */
import { check } from '../linux/libc';
import { EINTR } from './errors';
import { Arena } from './memory';
import * as system from './system-calls';

const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLLIN = 0x001;
const EPOLLERR = 0x008;
const EPOLLHUP = 0x010;

/** struct epoll_event: events (32 bits), data (64 bits); packed on x86-64 alone. */
const dataOffset = process.arch === 'x64' ? 4 : 8;
const eventSize = dataOffset + 8;

/** Descriptors reported by one call; the kernel goes on with others at the next. */
const eventCount = 64;

export class Readiness {
  readonly #epoll = check('epoll_create1', system.epoll_create1(EPOLL_CLOEXEC));
  readonly #arena = new Arena(eventCount * eventSize);
  readonly #events = this.#arena.address(0);

  add(fd: number): void {
    const event = new Uint32Array(4);
    event[0] = EPOLLIN;
    event[dataOffset >> 2] = fd;
    check('epoll_ctl', system.epoll_ctl(this.#epoll, EPOLL_CTL_ADD, fd, new Uint8Array(event.buffer)));
  }

  /** A descriptor that has been closed meanwhile is no error. */
  remove(fd: number): void {
    system.epoll_ctl(this.#epoll, EPOLL_CTL_DEL, fd, null);
  }

  /** Sleeps until a descriptor is ready, at most `timeout` milliseconds if that is not -1; how many are, for fd() and broken(). */
  wait(timeout = -1): number {
    const count = system.epoll_wait(this.#epoll, this.#events, eventCount, timeout);
    if (count >= 0) return count;
    const errno = system.errno();
    return errno === EINTR ? 0 : check('epoll_wait', count);
  }

  fd(place: number): number {
    return this.#arena.word(place * eventSize + dataOffset);
  }

  /** Whether the descriptor has failed, and reads will say how. */
  broken(place: number): boolean {
    return (this.#arena.word(place * eventSize) & (EPOLLERR | EPOLLHUP)) !== 0;
  }

  close(): void {
    system.close(this.#epoll);
  }
}
