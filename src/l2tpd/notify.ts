/** Tells a service manager that the daemon is ready: one datagram to the socket in NOTIFY_SOCKET, as sd_notify(3) says. */
import { closeSync } from 'node:fs';
import { check } from '../linux/libc';
import { sendto, socket } from './system-calls';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
/** Without waiting for room, and without SIGPIPE. */
const flags = 0x40 | 0x4000;
/** sun_path of unix(7). */
const longestPath = 108;

/** Does nothing where no manager waits. Throws SystemCallError, or RangeError for what is no address of a socket. */
export function notifyReady(environment: NodeJS.ProcessEnv = process.env): void {
  const { NOTIFY_SOCKET: path } = environment;
  if (!path) return;
  const address = addressOf(path);
  const message = Buffer.from('READY=1\n');
  const fd = check('socket', socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  try {
    check('sendto', sendto(fd, message, message.length, flags, address, address.length));
  } finally {
    closeSync(fd);
  }
}

/** struct sockaddr_un, without a NUL at its end; `@` begins a name that is in no file system. */
function addressOf(path: string): Uint8Array {
  const name = Buffer.from(path);
  if (!/^[/@]./.test(path) || name.length > longestPath)
    throw new RangeError(`NOTIFY_SOCKET=${path}: no address of a socket`);
  if (path.startsWith('@')) name[0] = 0;
  return Buffer.concat([new Uint8Array(Uint16Array.of(AF_UNIX).buffer), name]);
}
