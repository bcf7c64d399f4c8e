/** The daemon's server in this process: over a fake kernel, on a socket of its own. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server as Listener, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '../../src/ioctl/connection';
import type { Daemons, Link } from '../../src/ioctl/daemon';
import { byteStream } from '../../src/ioctl/socket';
import { encodeFromDaemon, encodeRequest, type IoctlRequest } from '../../src/ioctl/protocol';
import type { Caller, Log } from '../../src/kernel/contract';
import { peerOf } from '../../src/l2tpd/peer';
import { Server } from '../../src/l2tpd/server';
import { FakeKernel } from './fake-kernel';
import { ifreq } from './requests';

export class RecordingLog implements Log {
  readonly lines: string[] = [];
  error = (message: string) => void this.lines.push(`error ${message}`);
  warning = (message: string) => void this.lines.push(`warning ${message}`);
  info = (message: string) => void this.lines.push(`info ${message}`);
  debug = (message: string) => void this.lines.push(`debug ${message}`);
}

export class Harness {
  readonly kernel = new FakeKernel();
  readonly log = new RecordingLog();
  readonly server: Server;
  /** Credentials for the next connections instead of the system's. */
  caller: Caller | undefined;
  stops = 0;
  served = 0;
  readonly #directory = mkdtempSync(join(tmpdir(), 'l2tpd-'));
  readonly #listener: Listener;

  constructor() {
    this.server = new Server({
      kernel: this.kernel,
      log: this.log,
      identify: (socket) => this.caller ?? peerOf(socket),
      idle: () => undefined,
      served: () => (this.served += 1),
      stop: () => (this.stops += 1),
    });
    this.#listener = createServer((socket) => this.server.attach(socket));
  }

  get path(): string {
    return join(this.#directory, 'socket');
  }

  async listen(): Promise<this> {
    this.#listener.listen(this.path);
    await once(this.#listener, 'listening');
    return this;
  }

  /** No new connections. */
  closeListener(): void {
    this.#listener.close();
  }

  connect(): Socket {
    return connect(this.path);
  }

  close(): void {
    this.closeListener();
    rmSync(this.#directory, { recursive: true });
  }
}

const goodbye = encodeFromDaemon({ kind: 'goodbye' });

/** Everything that comes until the end, or a goodbye, upon which it leaves as a command does. */
export async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    if (Buffer.concat(chunks).toString().endsWith(goodbye)) socket.destroy();
  });
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks).toString();
}

export function ioctlOf(request: number, name: string): IoctlRequest {
  return { kind: 'ioctl', domain: 2, request, argument: ifreq(name), memory: [] };
}

export const encoded = (request: number, name: string) => encodeRequest(ioctlOf(request, name));

/** A link over a connected socket. */
export function linkOver(socket: Socket, transient = false): Link {
  const connection = new Connection(byteStream(socket));
  return { connection, transient, close: () => connection.close() };
}

/** Daemons that a test plays: each call of connect() or transient() takes the next answer. */
export class ScriptedDaemons implements Daemons {
  readonly calls: string[] = [];
  readonly #connections: (Socket | null)[];
  readonly #transients: Socket[];

  constructor(connections: (Socket | null)[], transients: Socket[] = []) {
    this.#connections = connections;
    this.#transients = transients;
  }

  connect(): Promise<Link | null> {
    this.calls.push('connect');
    const next = this.#connections.shift();
    if (next === undefined) throw new Error('connected once more than expected');
    return Promise.resolve(next && linkOver(next));
  }
  start(): Promise<void> {
    this.calls.push('start');
    return Promise.resolve();
  }
  transient(): Promise<Link> {
    this.calls.push('transient');
    const next = this.#transients.shift();
    if (next === undefined) throw new Error('one transient daemon more than expected');
    return Promise.resolve(linkOver(next, true));
  }
}
