/** The connections of the daemon, and the rules that hold for all of them. */
import type { Socket } from 'node:net';
import type { Choices } from '../ioctl/protocol';
import type { Caller, EmulatedKernel, Log } from '../kernel/contract';
import { Session } from './session';

/** How many connections users other than root and the daemon's own may have at a time, taken together. */
const mostForeignConnections = 64;

export interface ServerOptions {
  readonly kernel: EmulatedKernel;
  readonly log: Log;
  /** Who is at the other end; throws if that cannot be told. */
  readonly identify: (socket: Socket) => Caller;
  /** A request has been answered, or a connection has closed. */
  readonly idle: () => void;
  /** A connection has closed on which at least one request was answered. */
  readonly served: () => void;
  /** Someone who may has asked the daemon to end. */
  readonly stop: () => void;
  /** For the hello; none if not given. */
  readonly choices?: Choices;
}

export class Server {
  readonly #options: ServerOptions;
  readonly #sessions = new Set<Session>();
  #foreign = 0;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** Whether a request is being executed. */
  get busy(): boolean {
    for (const session of this.#sessions) if (session.busy) return true;
    return false;
  }

  /** Serves a new connection. */
  attach(socket: Socket): void {
    const { kernel, log, identify, idle, served, stop, choices = {} } = this.#options;
    socket.on('error', (error) => log.debug(`connection: ${error.message}`));
    const caller = identified(() => identify(socket), log);
    const foreign = caller !== undefined && !maySignal(caller);
    if (caller === undefined || (foreign && this.#foreign >= mostForeignConnections)) {
      socket.destroy();
      return;
    }
    if (foreign) this.#foreign += 1;
    const mayStop = maySignal(caller) ? stop : null;
    const session = new Session(socket, { kernel, log, caller, idle, stop: mayStop, choices });
    this.#sessions.add(session);
    socket.once('close', () => {
      this.#sessions.delete(session);
      if (foreign) this.#foreign -= 1;
      if (session.served) served();
      else idle();
    });
  }

  /** Executes no more requests, answers those that are being executed, and says goodbye. */
  async drain(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.drain()));
  }
}

/** As kill(2) decides who may end this process. */
function maySignal(caller: Caller): boolean {
  return caller.uid === 0 || caller.uid === process.geteuid?.();
}

function identified(identify: () => Caller, log: Log): Caller | undefined {
  try {
    return identify();
  } catch (error) {
    log.warning(`connection refused: ${String(error)}`);
    return undefined;
  }
}
