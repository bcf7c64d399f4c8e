/** Who is at the other end of a Unix socket: unix(7), SO_PEERCRED, as it was when the connection was made. */
import type { Socket } from 'node:net';
import type { Caller } from '../kernel/contract';
import { check } from '../linux/libc';
import { getsockopt } from './system-calls';

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
/** struct ucred: pid, uid, gid, 32 bits each. */
const ucredLength = 12;
const uidWord = 1;

/** Throws SystemCallError, EBADF if the socket has closed already. */
export function peerOf(socket: Socket): Caller {
  const credentials = new Uint32Array(ucredLength / Uint32Array.BYTES_PER_ELEMENT);
  const length = new Uint32Array([ucredLength]);
  const bytes = new Uint8Array(credentials.buffer);
  check('getsockopt', getsockopt(descriptorOf(socket), SOL_SOCKET, SO_PEERCRED, bytes, length));
  const uid = credentials[uidWord];
  if (uid === undefined) throw new RangeError('struct ucred without uid');
  return { uid };
}

/** Node shows the descriptor of a Unix socket only on its handle; -1 once that is gone. */
function descriptorOf(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return -1;
  return typeof handle.fd === 'number' ? handle.fd : -1;
}
