/** Running one line of an ifconfig.if(5) file by sh(1), and passing on what it says with the place it stands at. */
import { spawn, type ChildProcess } from 'node:child_process';
import { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

export interface Job {
  /** What sh runs; `$int` is the interface and `$line` the text. */
  readonly script: string;
  readonly interface: string;
  /** One byte to a character, without newlines and NULs. */
  readonly text: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Gets each line of the standard error output, as it comes, without its newline, and how many came before. */
  readonly said: (line: string, index: number) => void;
  /** Ends the process. */
  readonly signal: AbortSignal;
}

export interface Outcome {
  /** How it failed, such as `exit status 1`; undefined if it did not. */
  readonly failure: string | undefined;
  /** Whether it said nothing on its standard error output. */
  readonly silent: boolean;
}

/** Both variables are the shell's own, not the environment's; text by way of a pipe may be of any length and bytes. */
const prelude = 'int=$1; shift; IFS= read -r line <&3; exec 3<&-; ';
/** Which of sh's descriptors has the text. */
const textDescriptor = 3;
/** How long to wait, in milliseconds, for the end of output that a process in the background may hold open. */
const patience = 300;

/** Never rejects. */
export async function runJob(job: Job): Promise<Outcome> {
  let child: ChildProcess;
  try {
    child = spawn('/bin/sh', ['-c', prelude + job.script, 'sh', job.interface], {
      stdio: ['ignore', 'inherit', 'pipe', 'pipe'],
      env: job.environment,
    });
  } catch (error) {
    return { failure: reasonOf(error), silent: true };
  }
  const failed = new Promise<string>((resolve) => child.once('error', (error) => resolve(reasonOf(error))));
  const ended = new Promise<string | undefined>((resolve) =>
    child.once('exit', (status, signal) => resolve(signal ?? (status ? `exit status ${status}` : undefined))),
  );
  const kill = () => void child.kill();
  job.signal.addEventListener('abort', kill);
  sendText(child, job.text);
  const words = collectWords(child, job.said);
  const failure = await Promise.race([failed, ended]);
  job.signal.removeEventListener('abort', kill);
  return { failure, silent: (await words.end()) === 0 };
}

function sendText(child: ChildProcess, text: string): void {
  const pipe = child.stdio[textDescriptor];
  if (!(pipe instanceof Writable)) return;
  // It may end before it has read all.
  pipe.on('error', () => undefined);
  pipe.end(Buffer.from(`${text}\n`, 'latin1'));
}

/** `end` resolves, when all has been passed on that was said before, to the number of lines. */
function collectWords({ stderr }: ChildProcess, said: Job['said']): { end(): Promise<number> } {
  if (!stderr) return { end: () => Promise.resolve(0) };
  let count = 0;
  let rest = '';
  const pass = (line: string) => said(line, count++);
  stderr.on('error', () => undefined);
  stderr.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(pass);
  });
  const closed = new Promise((resolve) => stderr.once('close', resolve));
  return {
    async end() {
      await Promise.race([closed, setTimeout(patience, undefined, { ref: false })]);
      if (rest !== '') pass(rest);
      rest = '';
      return count;
    },
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
