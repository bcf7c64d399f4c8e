/**
 * The command's end of a connection to l2tpd: requests are written as they come and answered in their order. What is
 * known of those without an answer if the daemon goes is told too.
 */
import type { Socket } from 'node:net';
import { DaemonError } from './daemon-error';
import { ProtocolError } from './fields';
import { LineReader } from './lines';
import {
  type Answer,
  encodeRequest,
  type FromDaemon,
  longestAnswer,
  parseFromDaemon,
  type Request,
} from './protocol';

/** `unexecuted`: the daemon has gone and certainly did not do it. `lost`: it has gone and may have. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'unexecuted' }
  | { readonly kind: 'lost' };

interface Waiting {
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
  /** Writing it failed: the daemon cannot have read it whole. */
  unwritten: boolean;
}

export class Connection {
  /** Resolves when the connection has closed, whoever closed it. */
  readonly closed: Promise<void>;
  /** Resolves when the daemon has said hello, to false if the connection closed before. */
  readonly greeted: Promise<boolean>;
  readonly #socket: Socket;
  readonly #lines = new LineReader(longestAnswer);
  readonly #waiting: Waiting[] = [];
  #pid: number | undefined;
  #goodbye = false;
  #greet: (heard: boolean) => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.greeted = new Promise((resolve) => (this.#greet = resolve));
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#end();
        resolve();
      });
    });
    socket.on('data', (chunk) => this.#receive(chunk));
    // What an error means for the request is told by its write and by how far the conversation had come.
    socket.on('error', () => undefined);
  }

  /** The daemon's process id, once it has said hello. */
  get pid(): number | undefined {
    return this.#pid;
  }

  /** Rejects with DaemonError if the daemon's answer cannot be understood. */
  exchange(request: Request): Promise<Outcome> {
    if (!this.#socket.writable || this.#goodbye) return Promise.resolve({ kind: 'unexecuted' });
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { resolve, reject, unwritten: false };
      this.#waiting.push(waiting);
      this.#socket.write(encodeRequest(request), (error) => {
        if (error) waiting.unwritten = true;
      });
    });
  }

  close(): Promise<void> {
    this.#socket.destroy();
    return this.closed;
  }

  #receive(chunk: Buffer): void {
    try {
      for (const line of this.#lines.push(chunk)) this.#take(parseFromDaemon(line));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#fail(error.message);
    }
  }

  #take(message: FromDaemon): void {
    switch (message.kind) {
      case 'hello':
        this.#pid = message.pid;
        this.#greet(true);
        break;
      case 'goodbye':
        this.#goodbye = true;
        for (const { resolve } of this.#waiting.splice(0)) resolve({ kind: 'unexecuted' });
        break;
      case 'failure':
        this.#fail(message.message);
        break;
      default:
        this.#waiting.shift()?.resolve({ kind: 'answer', answer: message });
    }
  }

  #fail(message: string): void {
    for (const { reject } of this.#waiting.splice(0)) reject(new DaemonError('protocol', message));
    this.#socket.destroy();
  }

  #end(): void {
    this.#greet(false);
    for (const { resolve, unwritten } of this.#waiting.splice(0))
      resolve({ kind: this.#pid === undefined || unwritten ? 'unexecuted' : 'lost' });
  }
}
