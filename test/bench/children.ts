/** Processes in a host of the bench: one that answers lines with lines, and one that is waited for. */
import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Namespace } from '../system/lab';

/** A program of the bench that failed: its words and what it printed. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
  readonly code = 'PROGRAM_FAILED';

  constructor(argv: readonly string[], output: string) {
    super(`${argv.join(' ')}: ${output.trim() || 'ended'}`);
  }
}

/** How long a program may take to end after SIGTERM, in milliseconds. */
const patience = 3_000;

export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  const last = setTimeout(() => child.kill('SIGKILL'), patience);
  await exited;
  clearTimeout(last);
}

/** Runs it to its end; what it printed. Rejects unless it exits with 0. */
export async function output(host: Namespace, argv: readonly string[]): Promise<string> {
  const child = host.start(argv);
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.on('data', (chunk) => (text[stream] += String(chunk)));
  }
  await once(child, 'close');
  if (child.exitCode !== 0) throw new ProgramError(argv, text.stderr + text.stdout);
  return text.stdout;
}

export class LineProgram {
  readonly process: ChildProcess;
  readonly #argv: readonly string[];
  readonly #lines: string[] = [];
  #wake: () => void = () => undefined;
  #stderr = '';

  constructor(host: Namespace, argv: readonly string[]) {
    this.#argv = argv;
    this.process = host.start(argv);
    this.process.stderr?.on('data', (chunk) => (this.#stderr += String(chunk)));
    this.process.stdin?.on('error', () => undefined);
    createInterface({ input: this.process.stdout! }).on('line', (line) => {
      this.#lines.push(line);
      this.#wake();
    });
    this.process.on('exit', () => this.#wake());
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) return line;
      if (this.process.exitCode !== null || this.process.signalCode !== null)
        throw new ProgramError(this.#argv, this.#stderr);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Resolves when it has said that it is ready. */
  async ready(): Promise<this> {
    const line = await this.line();
    if (line !== 'ready') throw new ProgramError(this.#argv, line);
    return this;
  }

  ask(line: string): Promise<string> {
    this.process.stdin?.write(`${line}\n`);
    return this.line();
  }

  end(): Promise<void> {
    return endProcess(this.process);
  }
}
