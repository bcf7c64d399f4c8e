/** Reading frames of a TAP device (IFF_TAP | IFF_NO_PI, perhaps IFF_VNET_HDR; Linux Documentation/networking/tuntap.rst) without waiting. */
import { check } from '../linux/libc';
import { EAGAIN, EINTR, EINVAL } from './errors';
import { Arena } from './memory';
import { slotLength } from './message-vector';
import type { Session } from './session';
import * as system from './system-calls';

const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;

/** readFrame() found nothing to read. */
export const noFrame = 0;
/** readFrame() found that the device has been deleted. */
export const deviceGone = -1;
/** readFrame() found a frame that the kernel could not describe in a virtio_net header, and has dropped. */
export const undescribed = -2;

/** Reads one frame to `address`, where `slotLength` bytes are free; its length in bytes, or one of the above. */
export function readFrame(tap: number, address: bigint): number {
  const length = system.read(tap, address, slotLength);
  if (length >= 0) return length;
  const errno = system.errno();
  if (errno === EAGAIN || errno === EINTR) return noFrame;
  return errno === EINVAL ? undescribed : deviceGone;
}

/** Makes reads of the descriptor return at once; SystemCallError, EBADF for one. */
export function makeNonBlocking(fd: number): void {
  const flags = check('fcntl', system.fcntl(fd, F_GETFL, 'int', 0));
  check('fcntl', system.fcntl(fd, F_SETFL, 'int', flags | O_NONBLOCK));
}

/** Takes and drops what cannot be sent. */
export class Discarder {
  readonly #arena = new Arena(slotLength);
  readonly #slot = this.#arena.address(0);

  /** Up to `limit` frames, each counted under the number `refusal`; false if the device has gone. */
  discard(session: Session, refusal: number, limit: number): boolean {
    for (let taken = 0; taken < limit; taken += 1) {
      const length = readFrame(session.tap, this.#slot);
      if (length <= noFrame) return length !== deviceGone;
      session.counters.add(refusal, 1);
    }
    return true;
  }
}
