/** The command's end of a connection to l2tpd: one request at a time, and what is known of it if the daemon goes. */
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
}

export class Connection {
  /** Resolves when the connection has closed, whoever closed it. */
  readonly closed: Promise<void>;
  /** Resolves when the daemon has said hello, to false if the connection closed before. */
  readonly greeted: Promise<boolean>;
  readonly #socket: Socket;
  readonly #lines = new LineReader(longestAnswer);
  #waiting: Waiting | undefined;
  #pid: number | undefined;
  #goodbye = false;
  #unwritten = false;
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
      this.#waiting = { resolve, reject };
      this.#socket.write(encodeRequest(request), (error) => {
        if (error) this.#unwritten = true;
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
        this.#settle({ kind: 'unexecuted' });
        break;
      case 'failure':
        this.#fail(message.message);
        break;
      default:
        this.#settle({ kind: 'answer', answer: message });
    }
  }

  #fail(message: string): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(new DaemonError('protocol', message));
    this.#socket.destroy();
  }

  #settle(outcome: Outcome): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(outcome);
  }

  #end(): void {
    this.#greet(false);
    this.#settle({ kind: this.#pid === undefined || this.#unwritten ? 'unexecuted' : 'lost' });
  }
}
