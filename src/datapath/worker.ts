/** The worker's side of the control channel: requests in, reports out, the packet loop in between. */
import {
  isMainThread,
  parentPort,
  receiveMessageOnPort,
  workerData,
  type MessagePort,
} from 'node:worker_threads';
import { SystemCallError } from '../linux/libc';
import { Counters } from './counters';
import { Arena } from './memory';
import { isRequest, isWorkerData, type Failure, type Report, type Request } from './messages';
import { Mover } from './mover';
import * as system from './system-calls';

/** Runs the packet loop in this worker thread; returns when the control side has asked it to end. */
export function runWorker(): void {
  const data: unknown = workerData;
  if (isMainThread || parentPort === null || !isWorkerData(data)) {
    throw new TypeError('the packet loop runs in a worker that startDatapath() made');
  }
  const port = parentPort;
  const stop = new Int32Array(data.stop);
  const wakeCounter = new Arena(8);
  const report = (message: Report): void => port.postMessage(message);
  const mover: Mover = new Mover(data.wake, new Counters(data.strays), data.transmission, {
    woken: () => {
      system.read(data.wake, wakeCounter.address(0), 8);
      return Atomics.load(stop, 0) === 0 && answerAll(port, mover, report);
    },
    gone: (id) => report({ kind: 'gone', id }),
    warning: (message, id) => report({ kind: 'warning', message, id }),
  });
  try {
    mover.run();
  } finally {
    mover.close();
  }
}

/** Obeys the requests that have arrived; false after a request to close. */
function answerAll(port: MessagePort, mover: Mover, report: (message: Report) => void): boolean {
  for (;;) {
    const received: { readonly message: unknown } | undefined = receiveMessageOnPort(port);
    if (received === undefined) return true;
    const request = received.message;
    if (!isRequest(request)) continue;
    const failure = attempt(mover, request);
    report({ kind: 'done', serial: request.serial, failure });
    if (request.kind === 'close') return false;
  }
}

function attempt(mover: Mover, request: Request): Failure | null {
  try {
    if (request.kind === 'set') mover.set(request.pseudowire, new Counters(request.counters));
    else if (request.kind === 'remove') mover.remove(request.id);
    return null;
  } catch (error) {
    if (error instanceof SystemCallError) return { code: error.code, message: error.message };
    if (error instanceof RangeError) return { code: 'EINVAL', message: error.message };
    throw error;
  }
}
