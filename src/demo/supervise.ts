/**
 * The process that the user started: it runs the demonstration in a private machine and ends it when it is told to
 * end. The pipe to the other process's standard input is what binds the two: closed, by whatever cause, it ends.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves to the exit status: the command's own, or 128 + the number of the signal that ended it. */
export async function supervise(argv: readonly string[]): Promise<number> {
  const [command = '', ...rest] = argv;
  const child = spawn(command, rest, { stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.on('error', () => undefined);
  let signalled: (typeof endings)[number] | undefined;
  for (const signal of endings) {
    process.on(signal, () => {
      signalled ??= signal;
      child.stdin.end();
    });
  }
  const status = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
  return signalled ? 128 + constants.signals[signalled] : status;
}

/** For the supervised process: aborts when its supervisor says so, has gone, or Ctrl-C reached both. */
export function supervised(): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new InterruptedError());
  process.stdin.once('close', abort).resume();
  for (const signal of endings) process.on(signal, abort);
  return controller.signal;
}

/** The user, or the supervisor's end, ended it. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly code = 'INTERRUPTED';
}
