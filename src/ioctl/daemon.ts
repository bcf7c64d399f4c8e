/** Finding l2tpd, starting it, and running one that serves a single command. */
import type { Readable } from 'node:stream';
import type { ByteStream, Connected } from './byte-stream';
import { Connection } from './connection';
import { DaemonError } from './daemon-error';
import { connectPipe } from './pipe';
import { programFile } from './programs';
import { examine, runDirectories } from './run-directory';

/** What l2tpd writes to its readiness descriptor once requests can come. */
export const readyText = 'ready\n';

/** A connection, and what has to be waited for after it. */
export interface Link {
  readonly connection: Connection;
  /** Serves this command alone and keeps nothing. */
  readonly transient: boolean;
  /** Closes the connection; a transient daemon has ended then. */
  close(): Promise<void>;
}

/** How a command comes to a kernel. */
export interface Daemons {
  /** A connection to this namespace's daemon; null if none runs. */
  connect(): Promise<Link | null>;
  /** Starts this namespace's daemon, or finds that someone else has. Rejects with DaemonError. */
  start(): Promise<void>;
  /** A daemon for this command alone. */
  transient(): Promise<Link>;
}

export const daemons: Daemons = { connect: connectDaemon, start: startDaemon, transient: startTransient };

async function connectDaemon(): Promise<Link | null> {
  for (const { base, path, socket } of runDirectories()) {
    if (examine(base).kind !== 'trusted' || examine(path).kind !== 'trusted') continue;
    const found = await connectTo(socket);
    if (!found) continue;
    const connection = new Connection(found);
    return { connection, transient: false, close: () => leave(connection) };
  }
  return null;
}

/** Without waiting for the close to be confirmed, which would cost every command a turn of the event loop. */
function leave(connection: Connection): Promise<void> {
  void connection.close();
  return Promise.resolve();
}

/** null if nobody listens there. */
export async function connectTo(path: string): Promise<ByteStream | null> {
  const connected = await (connectPipe(path) ?? connectBySocket(path));
  if (connected.kind === 'connected') return connected.stream;
  if (connected.code === 'ENOENT' || connected.code === 'ECONNREFUSED') return null;
  throw new DaemonError('connect', `${path}: ${connected.code}`);
}

async function connectBySocket(path: string): Promise<Connected> {
  const { connectSocket } = await import('./socket.js');
  return connectSocket(path);
}

/**
 * For a process that lives long and does little: V8 lets the part of its heap for new objects grow to 16 MB a thread while
 * there is work, and keeps it.
 */
const smallHeap = ['--max-semi-space-size=1'];

/** `options` are l2tpd's own, such as a log level. */
export async function startDaemon(options: readonly string[] = ['--on-demand']): Promise<void> {
  const { spawn } = await import('node:child_process');
  const daemon = spawn(
    process.execPath,
    [...smallHeap, programFile('l2tpd'), '--ready-fd', '3', ...options],
    {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    },
  );
  const { stderr } = daemon;
  const ready = daemon.stdio[3];
  if (!stderr || !isReadable(ready)) throw new DaemonError('start', 'no pipe to it');
  const failure = readAll(stderr);
  const failed = new Promise<string>((resolve) => daemon.once('error', (error) => resolve(error.message)));
  const announced = await Promise.race([readAll(ready), failed]);
  if (announced !== readyText) throw startError(announced || (await Promise.race([failure, failed])));
  stderr.destroy();
  ready.destroy();
  daemon.unref();
}

async function startTransient(): Promise<Link> {
  const { spawn } = await import('node:child_process');
  const { byteStream, Socket } = await import('./socket.js');
  const daemon = spawn(process.execPath, [programFile('l2tpd'), '--once', '--log', 'syslog'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const { stderr } = daemon;
  const socket = daemon.stdio[3];
  if (!stderr || !(socket instanceof Socket)) throw new DaemonError('start', 'no pipe to it');
  const failure = readAll(stderr);
  const ended = new Promise<void>((resolve) => {
    daemon.once('close', resolve);
    daemon.once('error', () => resolve());
  });
  const connection = new Connection(byteStream(socket));
  if (!(await connection.greeted)) throw startError(await failure);
  return {
    connection,
    transient: true,
    async close() {
      stderr.destroy();
      await connection.close();
      await ended;
    },
  };
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && Symbol.asyncIterator in stream;
}

const longestText = 4096;

/** What comes until the end, up to a few thousand characters. */
async function readAll(stream: Readable): Promise<string> {
  let text = '';
  try {
    for await (const chunk of stream) if (text.length < longestText) text += String(chunk);
  } catch {
    // what came before counts
  }
  return text;
}

/** What the daemon said before it ended: of a crash's text, the line with the error. */
function startError(said: string): DaemonError {
  const lines = said
    .split('\n')
    .map((line) => line.trim().replace(/^l2tpd: /, ''))
    .filter((line) => line !== '');
  const reason = lines.find((line) => /^\w*Error: /.test(line)) ?? lines[0];
  return new DaemonError('start', reason ?? 'ended before it was ready');
}
