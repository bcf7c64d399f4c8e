/** A program of the tests that is asked by lines on its standard input and answers each with a line. */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ChildProcess } from 'node:child_process';
import type { Namespace } from './lab';

export class LineProcess {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string, undefined>;
  #stderr = '';

  private constructor(host: Namespace, program: string, options: readonly string[]) {
    this.#process = host.start([process.execPath, join(__dirname, `${program}.js`), ...options]);
    this.#process.stderr!.on('data', (text: Buffer) => (this.#stderr += text.toString()));
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  /** Starts it; resolves when it has said its first line. */
  static async start(host: Namespace, program: string, ...options: readonly string[]): Promise<LineProcess> {
    const started = new LineProcess(host, program, options);
    await started.#line();
    return started;
  }

  async ask(line: string): Promise<string> {
    this.#process.stdin!.write(`${line}\n`);
    return this.#line();
  }

  /** Ends its input; its last line. */
  async end(): Promise<string> {
    this.#process.stdin!.end();
    return this.#line();
  }

  async #line(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done === true) throw new Error(`a program has ended: ${this.#stderr}`);
    return next.value;
  }
}
