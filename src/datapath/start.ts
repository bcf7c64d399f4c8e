/** The control side: starts the worker, passes changes on and waits until they are in force. */
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { check } from '../linux/libc';
import { Counters, countersMemory, ibytes, ipackets, obytes, odirect, opackets } from './counters';
import type { Datapath, DatapathEvents, Pseudowire, PseudowireCounters, Transmission } from './datapath';
import type { DropCause } from './drop-causes';
import { isReport, type Request, type WorkerData } from './messages';
import * as system from './system-calls';

const EFD_CLOEXEC = 0o2000000;
const EFD_NONBLOCK = 0o4000;

/** The mover of frames refused a change, or died. */
export class DatapathError extends Error {
  override readonly name = 'DatapathError';
  /** Linux's name of the error, such as EPERM; EPIPE once the worker has ended. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface DatapathOptions {
  /** Path of the worker's bundle, src/bin/packet-worker.ts. */
  readonly workerFile: string;
  readonly events: DatapathEvents;
  /** `raw` unless given. */
  readonly transmission?: Transmission;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

type WithoutSerial<T> = T extends Request ? Omit<T, 'serial'> : never;

/** Starts the packet loop. Its sockets are opened by the first set(), which fails with EPERM without CAP_NET_RAW. */
export async function startDatapath({
  workerFile,
  events,
  transmission = 'raw',
}: DatapathOptions): Promise<Datapath> {
  const wake = check('eventfd', system.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  const data: WorkerData = { wake, stop: new SharedArrayBuffer(4), strays: countersMemory(), transmission };
  const worker = new Worker(workerFile, { workerData: data, name: 'l2tp packets' });
  try {
    await once(worker, 'online');
  } catch (error) {
    system.close(wake);
    throw error;
  }
  return new WorkerDatapath(worker, data, events);
}

class WorkerDatapath implements Datapath {
  readonly #worker: Worker;
  readonly #data: WorkerData;
  readonly #strays: Counters;
  readonly #events: DatapathEvents;
  readonly #memory = new Map<number, SharedArrayBuffer>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #serial = 0;
  #closing = false;
  #dead: DatapathError | null = null;

  constructor(worker: Worker, data: WorkerData, events: DatapathEvents) {
    this.#worker = worker;
    this.#data = data;
    this.#strays = new Counters(data.strays);
    this.#events = events;
    worker.on('message', (message: unknown) => this.#report(message));
    worker.on('error', (error) => this.#die(new DatapathError('EPIPE', `packet worker: ${error.message}`)));
    // process.exit() waits for the worker's thread, which may be asleep in the kernel.
    process.on('exit', this.#stopNow);
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#end();
        resolve();
      });
    });
  }

  async set(pseudowire: Pseudowire): Promise<void> {
    let counters = this.#memory.get(pseudowire.id);
    if (counters === undefined) {
      counters = countersMemory();
      this.#memory.set(pseudowire.id, counters);
    }
    await this.#request({ kind: 'set', pseudowire, counters });
  }

  async remove(id: number): Promise<void> {
    await this.#request({ kind: 'remove', id });
    this.#memory.delete(id);
  }

  counters(id: number): PseudowireCounters {
    const memory = this.#memory.get(id) ?? countersMemory();
    const counters = new Counters(memory);
    return {
      ipackets: counters.read(ipackets),
      ibytes: counters.read(ibytes),
      opackets: counters.read(opackets),
      obytes: counters.read(obytes),
      odirect: counters.read(odirect),
      oerrors: counters.dropped('out'),
      drops: counters.drops(),
    };
  }

  globalDrops(): Readonly<Partial<Record<DropCause, bigint>>> {
    return this.#strays.drops();
  }

  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      if (this.#dead === null) await this.#request({ kind: 'close' });
    }
    await this.#ended;
  }

  async #request(request: WithoutSerial<Request>): Promise<void> {
    if (this.#dead !== null) throw this.#dead;
    const serial = (this.#serial += 1);
    const answered = new Promise<void>((resolve, reject) => {
      this.#waiting.set(serial, { resolve, reject });
    });
    this.#worker.postMessage({ ...request, serial });
    this.#wakeUp();
    await answered;
  }

  #wakeUp(): void {
    writeSync(this.#data.wake, new BigUint64Array([1n]));
  }

  readonly #stopNow = (): void => {
    Atomics.store(new Int32Array(this.#data.stop), 0, 1);
    this.#wakeUp();
  };

  #report(message: unknown): void {
    if (!isReport(message)) return;
    switch (message.kind) {
      case 'done': {
        const waiting = this.#waiting.get(message.serial);
        this.#waiting.delete(message.serial);
        if (message.failure === null) waiting?.resolve();
        else waiting?.reject(new DatapathError(message.failure.code, message.failure.message));
        break;
      }
      case 'gone':
        this.#events.gone(message.id);
        break;
      case 'warning':
        this.#events.warning(message.message, message.id ?? undefined);
        break;
    }
  }

  /** The worker's thread has ended, in whatever way. */
  #end(): void {
    process.off('exit', this.#stopNow);
    if (!this.#closing) this.#die(new DatapathError('EPIPE', 'packet worker: ended unexpectedly'));
    this.#dead ??= new DatapathError('EPIPE', 'packet worker: closed');
    this.#rejectAll(this.#dead);
    system.close(this.#data.wake);
  }

  #die(error: DatapathError): void {
    if (this.#dead !== null) return;
    this.#dead = error;
    this.#rejectAll(error);
    this.#events.failed(error);
  }

  #rejectAll(error: DatapathError): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
