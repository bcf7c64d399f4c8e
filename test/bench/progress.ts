/** Lines on the standard error output while a run goes on, with what remains. */
import { figure } from './table';
import type { Values } from './measurement';

/** Steps are taken to cost the same; that evens out over a round. */
export class Progress {
  readonly #write: (text: string) => void;
  readonly #steps: number;
  readonly #begin = performance.now();
  #done = 0;

  constructor(steps: number, write: (text: string) => void = (text) => process.stderr.write(text)) {
    this.#steps = steps;
    this.#write = write;
  }

  /** A step has ended, with what it found. */
  step(what: string, outcome: Values | Error): void {
    this.#done += 1;
    const found =
      outcome instanceof Error
        ? `failed: ${outcome.message.split('\n')[0] ?? ''}`
        : Object.entries(outcome)
            .map(([name, value]) => `${name} ${figure(value)}`)
            .join(', ');
    this.#write(`[${this.#done}/${this.#steps}, ${this.#remaining()} left] ${what}: ${found || 'nothing'}\n`);
  }

  /** Steps that will not be taken. */
  skip(steps: number, what: string, reason: Error): void {
    this.#done += steps;
    this.#write(`${what}: ${reason.message}\n`);
  }

  #remaining(): string {
    const elapsed = (performance.now() - this.#begin) / 1000;
    const seconds = Math.round((elapsed / this.#done) * Math.max(0, this.#steps - this.#done));
    return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  }
}
