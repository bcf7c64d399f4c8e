/** A kernel for one command, over a socket that it inherited; it keeps nothing. */
import { Socket } from 'node:net';
import type { Log } from '../kernel/contract';
import type { OpenMachine } from './machine';
import { peerOf } from './peer';
import { Server } from './server';

/** Where the command's socket is. */
const inherited = 3;

/** Serves until the command closes its end; resolves to the exit status. */
export async function serveOnce(log: Log, openMachine: OpenMachine): Promise<number> {
  process.title = 'l2tpd';
  const socket = new Socket({ fd: inherited, readable: true, writable: true });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const end = () => void socket.destroy();
  const events = { changed: () => undefined, failed: end };
  const machine = openMachine(log, events, { udpPorts: false, transmission: 'raw' });
  const server = new Server({
    kernel: machine.kernel,
    log,
    identify: peerOf,
    idle: () => undefined,
    served: () => undefined,
    stop: end,
  });
  server.attach(socket);
  await closed;
  await machine.kernel.shutdown();
  await machine.close();
  return 0;
}
