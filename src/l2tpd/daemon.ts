/** The life of a network namespace's daemon: it begins alone, serves, and ends with the last interface or a signal. */
import { once } from 'node:events';
import { closeSync, unlinkSync, writeSync } from 'node:fs';
import { createServer, type Server as Listener } from 'node:net';
import type { Transmission } from '../datapath/datapath';
import { Connection } from '../ioctl/connection';
import { connectTo, readyText } from '../ioctl/daemon';
import { DaemonError } from '../ioctl/daemon-error';
import type { Choices } from '../ioctl/protocol';
import { type RunDirectory, runDirectories } from '../ioctl/run-directory';
import type { Log } from '../kernel/contract';
import { detach } from './detach';
import type { Machine, OpenMachine } from './machine';
import { watchNamespace } from './namespace-watch';
import { peerOf } from './peer';
import { lockRunDirectory } from './run-directory';
import { Server } from './server';

export interface DaemonOptions {
  readonly log: Log;
  readonly openMachine: OpenMachine;
  /** Descriptor on which to announce that requests can come; the process then leaves its terminal and directory. */
  readonly readyFd: number | undefined;
  /** Started by a command that is about to create an interface: without one it ends soon. */
  readonly onDemand: boolean;
  /**
   * What it does first, once requests can come, until the signal; resolves to its exit status, with which the daemon
   * ends if no interface is there then.
   */
  readonly begin: ((signal: AbortSignal) => Promise<number>) | undefined;
  /** Called when that is done. */
  readonly ready: () => void;
  /** A tunnel whose addresses have ports travels in UDP. */
  readonly udpPorts: boolean;
  /** undefined: by raw sockets, or as a daemon that runs already does. */
  readonly transmission: Transmission | undefined;
}

/** How long a daemon that was started for a command waits for it, in milliseconds. */
const patience = 10_000;
/** How long an ending daemon waits for its last answers to go out, in milliseconds. */
const farewell = 2_000;

/**
 * Serves until it ends; resolves to the exit status. If a daemon runs already it is done at once; DaemonError if that one
 * does not do what is asked of this one.
 */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  process.umask(0o022);
  const lock = await lockRunDirectory(runDirectories());
  const other = await connectTo(lock.directory.socket);
  if (other) {
    lock.release();
    await checkOther(new Connection(other), options);
    options.log.debug('a daemon of this network namespace runs already');
    announce(options.readyFd);
    return options.begin?.(new AbortController().signal) ?? 0;
  }
  process.title = 'l2tpd';
  let daemon: Daemon;
  try {
    daemon = new Daemon(options, lock.directory);
    await daemon.listen();
  } catch (error) {
    lock.removeAndRelease();
    throw error;
  }
  lock.release();
  return daemon.serve();
}

async function checkOther(other: Connection, options: DaemonOptions): Promise<void> {
  const greeted = await other.greeted;
  await other.close();
  const difference = greeted ? differenceOf(other.choices, options) : null;
  if (difference === null) return;
  throw new DaemonError(
    'start',
    `process ${other.pid ?? 0} runs ${difference}: end it first, l2tpd --stop, which destroys its interfaces`,
  );
}

/** In what a daemon that runs is not what is asked for; null if it is. */
function differenceOf(
  { udpPorts, packetSockets }: Choices,
  { udpPorts: wanted, transmission }: DaemonOptions,
): string | null {
  if (wanted && !udpPorts) return 'without --udp-ports';
  const running: Transmission = packetSockets ? 'packet' : 'raw';
  return transmission === undefined || transmission === running ? null : `with --transmit ${running}`;
}

function announce(fd: number | undefined): void {
  if (fd === undefined) return;
  writeSync(fd, readyText);
  closeSync(fd);
}

function removeStale(socket: string): void {
  try {
    unlinkSync(socket);
  } catch {
    // there is none, as a rule
  }
}

class Daemon {
  readonly #options: DaemonOptions;
  readonly #log: Log;
  readonly #directory: RunDirectory;
  readonly #machine: Machine;
  readonly #server: Server;
  readonly #listener: Listener;
  readonly #ended: Promise<number>;
  #resolveEnded: (status: number) => void = () => undefined;
  /** Exit status once the daemon has to end, interfaces or not. */
  #mustEnd: number | undefined;
  #ending = false;
  /** Whether it has had something to do, and so ends when that is over. */
  #used = false;
  /** Ends what it does first. */
  readonly #beginning = new AbortController();
  #begun: Promise<void> | undefined;

  constructor(options: DaemonOptions, directory: RunDirectory) {
    this.#options = options;
    this.#log = options.log;
    this.#directory = directory;
    this.#ended = new Promise((resolve) => (this.#resolveEnded = resolve));
    const { udpPorts, transmission = 'raw' } = options;
    const events = {
      changed: () => this.#consider(),
      failed: (error: Error) => this.#fail(error),
    };
    this.#machine = options.openMachine(options.log, events, { udpPorts, transmission });
    this.#server = new Server({
      kernel: this.#machine.kernel,
      log: options.log,
      identify: peerOf,
      idle: () => this.#consider(),
      served: () => this.#giveUp(),
      stop: () => this.#stop('asked to end', 0),
      choices: {
        ...(udpPorts && { udpPorts: true }),
        ...(transmission === 'packet' && { packetSockets: true }),
      },
    });
    this.#listener = createServer((socket) => this.#server.attach(socket));
  }

  /** Requests can come when it resolves; the run directory's lock must be held until then. */
  async listen(): Promise<void> {
    removeStale(this.#directory.socket);
    // Everyone may ask for status; who may change what is decided by the peer's credentials.
    this.#listener.listen({ path: this.#directory.socket, readableAll: true, writableAll: true });
    await once(this.#listener, 'listening');
  }

  /** Resolves to the exit status. */
  async serve(): Promise<number> {
    process.on('uncaughtException', (error) => this.#fail(error));
    process.on('SIGTERM', () => this.#stop('terminated', 0));
    process.on('SIGINT', () => this.#stop('interrupted', 0));
    const unwatch = watchNamespace(() => this.#stop('network namespace deleted', 0));
    setTimeout(() => this.#giveUp(), patience).unref();
    this.#log.info(`ready, ${this.#directory.path}`);
    announce(this.#options.readyFd);
    if (this.#options.readyFd !== undefined) detach();
    const { begin, ready } = this.#options;
    if (begin) this.#begun = this.#begin(begin);
    else ready();
    const status = await this.#ended;
    unwatch();
    this.#log.info('ended');
    return status;
  }

  /** Never rejects. */
  async #begin(begin: NonNullable<DaemonOptions['begin']>): Promise<void> {
    const status = await this.#step(() => begin(this.#beginning.signal));
    this.#begun = undefined;
    if (this.#machine.kernel.inUse) {
      this.#options.ready();
      this.#consider();
    } else this.#stop('no interface to serve', status ?? 1);
  }

  /** The interface for which a command started this daemon should be there by now. */
  #giveUp(): void {
    if (this.#options.onDemand) this.#used = true;
    this.#consider();
  }

  #stop(reason: string, status: number): void {
    this.#log.info(reason);
    this.#mustEnd ??= status;
    this.#beginning.abort();
    this.#consider();
  }

  #fail(error: Error): void {
    this.#log.error(error.stack ?? error.message);
    this.#stop('ending because of this error', 1);
  }

  /** Looks whether it is time to end. */
  #consider(): void {
    if (this.#machine.kernel.inUse) this.#used = true;
    if (this.#ending || !this.#due()) return;
    this.#ending = true;
    void this.#end().then((status) => {
      this.#ending = false;
      if (status === undefined) this.#consider();
      else this.#resolveEnded(status);
    });
  }

  #due(): boolean {
    if (this.#mustEnd !== undefined) return true;
    if (this.#begun) return false;
    return this.#used && !this.#machine.kernel.inUse && !this.#server.busy;
  }

  /** The exit status; undefined if meanwhile there is something to do again. Never rejects. */
  async #end(): Promise<number | undefined> {
    const lock = await this.#step(() => lockRunDirectory([this.#directory]));
    if (!this.#due()) {
      lock?.release();
      return undefined;
    }
    // From here to the lock's release a new daemon waits, and commands find either no socket or a goodbye.
    this.#listener.close();
    await this.#step(() => Promise.race([this.#begun, after(farewell)]));
    await this.#step(() => Promise.race([this.#server.drain(), after(farewell)]));
    await this.#step(() => this.#machine.kernel.shutdown());
    await this.#step(() => this.#machine.close());
    lock?.removeAndRelease();
    return this.#mustEnd ?? 0;
  }

  /** A step of ending; the next ones follow even if it fails. */
  async #step<T>(step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      this.#log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      this.#mustEnd ??= 1;
      return undefined;
    }
  }
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
