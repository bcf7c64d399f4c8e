/**
 * The command's end of a connection to l2tpd: requests are written as they come and answered in their order. What is
 * known of those without an answer if the daemon goes is told too.
 */
import type { ByteStream } from './byte-stream';
import { DaemonError } from './daemon-error';
import { ProtocolError } from './fields';
import { LineReader } from './lines';
import {
  type Answer,
  type Choices,
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
  readonly #stream: ByteStream;
  readonly #lines = new LineReader(longestAnswer);
  readonly #waiting: Waiting[] = [];
  readonly #unsent: string[] = [];
  #pid: number | undefined;
  #choices: Choices = {};
  #goodbye = false;
  #greet: (heard: boolean) => void = () => undefined;

  constructor(stream: ByteStream) {
    this.#stream = stream;
    this.greeted = new Promise((resolve) => (this.#greet = resolve));
    this.closed = new Promise((resolve) => {
      stream.open({
        data: (chunk) => this.#receive(chunk),
        closed: () => {
          this.#end();
          resolve();
        },
      });
    });
  }

  /** The daemon's process id, once it has said hello. */
  get pid(): number | undefined {
    return this.#pid;
  }

  /** What the daemon does that it does not do by default, once it has said hello. */
  get choices(): Choices {
    return this.#choices;
  }

  /** Rejects with DaemonError if the daemon's answer cannot be understood. */
  exchange(request: Request): Promise<Outcome> {
    if (!this.#stream.writable || this.#goodbye) return Promise.resolve({ kind: 'unexecuted' });
    return new Promise((resolve, reject) => {
      if (this.#unsent.length === 0) process.nextTick(() => this.#flush());
      this.#unsent.push(encodeRequest(request));
      this.#waiting.push({ resolve, reject, unwritten: false });
    });
  }

  close(): Promise<void> {
    this.#stream.destroy();
    return this.closed;
  }

  /** One write for all requests of a turn. Of them only the last is certain not to have gone out whole if it fails. */
  #flush(): void {
    const last = this.#waiting.at(-1);
    const text = this.#unsent.splice(0).join('');
    if (!this.#stream.writable || !last) return;
    this.#stream.write(text, () => (last.unwritten = true));
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
        this.#choices = message;
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
    this.#stream.destroy();
  }

  #end(): void {
    this.#greet(false);
    for (const { resolve, unwritten } of this.#waiting.splice(0))
      resolve({ kind: this.#pid === undefined || unwritten ? 'unexecuted' : 'lost' });
  }
}
