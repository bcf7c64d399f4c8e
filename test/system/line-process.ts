/** A program of the tests that is asked by lines on its standard input and answers each with a line. */
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ChildProcess } from 'node:child_process';
import type { Namespace } from './lab';

export class LineProcess {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string, undefined>;
  #stderr = '';

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.#process.stderr!.on('data', (text: Buffer) => (this.#stderr += text.toString()));
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  /** Starts one of this directory; resolves when it has said its first line. */
  static async start(host: Namespace, program: string, ...options: readonly string[]): Promise<LineProcess> {
    const argv = [process.execPath, join(__dirname, `${program}.js`), ...options];
    const started = new LineProcess(host.start(argv));
    await started.#line();
    return started;
  }

  /** A shell that runs `script` for each line, which is in $line, and then says `done`. The script is to say nothing. */
  static shell(host: Namespace, script: string, env: NodeJS.ProcessEnv): LineProcess {
    const loop = `while read line; do ${script}; echo done; done`;
    return new LineProcess(host.start(['sh', '-ec', loop], env));
  }

  async ask(line: string): Promise<string> {
    this.#process.stdin!.write(`${line}\n`);
    return this.#line();
  }

  /** Waits for `work`, which needs this process: throws if the process ends first. */
  async during<T>(work: Promise<T>): Promise<T> {
    const ended = once(this.#process, 'close').then(() => {
      throw this.#hasEnded();
    });
    return Promise.race([work, ended]);
  }

  /** Ends its input; its last line. */
  async end(): Promise<string> {
    this.#process.stdin!.end();
    return this.#line();
  }

  #hasEnded(): Error {
    return new Error(`a program has ended: ${this.#stderr}`);
  }

  async #line(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done === true) throw this.#hasEnded();
    return next.value;
  }
}
