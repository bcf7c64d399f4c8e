/** One connection of the daemon: its requests in their order, one at a time. */
import type { Socket } from 'node:net';
import { KernelError } from '../../native-structs';
import { ProtocolError } from '../ioctl/fields';
import { LineReader } from '../ioctl/lines';
import {
  type Answer,
  type Choices,
  encodeFromDaemon,
  type FromDaemon,
  longestRequest,
  parseRequest,
  type Request,
} from '../ioctl/protocol';
import type { Caller, EmulatedKernel, Log } from '../kernel/contract';

export interface SessionOptions {
  readonly kernel: EmulatedKernel;
  readonly log: Log;
  readonly caller: Caller;
  /** A request has been answered. */
  readonly idle: () => void;
  /** Ends the daemon; null if the caller may not. */
  readonly stop: (() => void) | null;
  /** For the hello. */
  readonly choices: Choices;
}

export class Session {
  readonly #socket: Socket;
  readonly #options: SessionOptions;
  readonly #lines = new LineReader(longestRequest);
  readonly #queue: string[] = [];
  #running: Promise<void> | undefined;
  #draining = false;
  #served = false;

  constructor(socket: Socket, options: SessionOptions) {
    this.#socket = socket;
    this.#options = options;
    // Before any request is read: what comes after it is how a command knows that its request may have run.
    void this.#send({ kind: 'hello', pid: process.pid, ...options.choices });
    socket.on('data', (chunk) => this.#receive(chunk));
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** Whether a request has been answered. */
  get served(): boolean {
    return this.#served;
  }

  /** Executes no more requests; resolves when the peer has been sent the last answer and a goodbye. */
  async drain(): Promise<void> {
    this.#draining = true;
    this.#queue.length = 0;
    this.#socket.pause();
    await this.#running;
    await this.#send({ kind: 'goodbye' });
  }

  #receive(chunk: Buffer): void {
    if (this.#draining) return;
    try {
      this.#queue.push(...this.#lines.push(chunk));
    } catch (error) {
      this.#refuse(error);
      return;
    }
    if (this.#queue.length === 0 || this.#running) return;
    this.#socket.pause();
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (!this.#draining) this.#socket.resume();
      this.#options.idle();
    });
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    for (let line = this.#queue.shift(); line !== undefined; line = this.#queue.shift()) {
      try {
        const answer = await this.#answer(parseRequest(line));
        this.#served = true;
        const sent = this.#send(answer);
        if (this.#socket.writableNeedDrain) await sent;
      } catch (error) {
        this.#refuse(error);
      }
    }
  }

  async #answer(request: Request): Promise<Answer> {
    const { kernel, caller, stop } = this.#options;
    switch (request.kind) {
      case 'ioctl': {
        const { domain, argument, memory } = request;
        const errno = await this.#errno(kernel.ioctl(caller, domain, request.request, argument, memory));
        return { kind: 'ioctl', errno, argument, memory: memory.map(({ bytes }) => bytes) };
      }
      case 'getifaddrs': {
        const addresses = kernel.getifaddrs();
        const errno = await this.#errno(addresses);
        return { kind: 'getifaddrs', errno, addresses: errno === 0 ? await addresses : [] };
      }
      case 'stop':
        if (!stop) return { kind: 'stop', errno: new KernelError('EPERM').errno };
        setImmediate(stop);
        return { kind: 'stop', errno: 0 };
    }
  }

  /** A defect in the kernel costs one request, not the daemon. */
  async #errno(answered: Promise<unknown>): Promise<number> {
    try {
      await answered;
      return 0;
    } catch (error) {
      if (error instanceof KernelError) return error.errno;
      this.#options.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      return new KernelError('EIO').errno;
    }
  }

  #refuse(error: unknown): void {
    if (!(error instanceof ProtocolError)) throw error;
    const { log, caller } = this.#options;
    log.warning(`user ${caller.uid}: ${error.message}`);
    this.#draining = true;
    this.#queue.length = 0;
    this.#socket.pause();
    this.#socket.end(encodeFromDaemon({ kind: 'failure', message: error.message }));
    // The rest of what it sends has nowhere to go.
    this.#socket.once('finish', () => this.#socket.destroy());
  }

  /** Resolves when the bytes have gone to the system or the peer has gone. */
  #send(message: FromDaemon): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed || this.#socket.writableEnded) resolve();
      else {
        // answers of one turn go out together
        if (this.#socket.writableCorked === 0) {
          this.#socket.cork();
          process.nextTick(() => this.#socket.uncork());
        }
        this.#socket.write(encodeFromDaemon(message), () => resolve());
      }
    });
  }
}
