/** Runs udp-flows.ts in two hosts against each other. */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ChildProcess } from 'node:child_process';
import type { Namespace } from './lab';
import type { FlowOptions, FlowReport } from './udp-flows';

export interface Party {
  readonly host: Namespace;
  /** Addresses of the other party. */
  readonly remotes: readonly string[];
}

/** One process, with the lines that it has said. */
class Peer {
  readonly process: ChildProcess;
  readonly #lines: string[] = [];
  readonly #readers: (() => void)[] = [];
  #stderr = '';
  #other: Peer | undefined;

  constructor({ host, remotes }: Party, options: Omit<FlowOptions, 'remotes'>) {
    const json = JSON.stringify({ ...options, remotes });
    this.process = host.start([process.execPath, join(__dirname, 'udp-flows.js'), json]);
    this.process.stderr!.on('data', (text: Buffer) => (this.#stderr += text.toString()));
    createInterface({ input: this.process.stdout! }).on('line', (line) => {
      if (line.startsWith('seen ')) this.#other?.say(line);
      else this.#lines.push(line);
      this.#wakeAll();
    });
    this.process.on('close', () => this.#wakeAll());
  }

  /** Progress goes to `other`. */
  tell(other: Peer): void {
    this.#other = other;
  }

  say(line: string): void {
    if (this.process.stdin!.writable) this.process.stdin!.write(`${line}\n`);
  }

  /** Resolves to the rest of the line that begins with `word`. */
  async hear(word: string): Promise<string> {
    for (;;) {
      const line = this.#lines.find((text) => text.startsWith(word));
      if (line !== undefined) return line.slice(word.length);
      if (this.process.exitCode !== null) throw new Error(`udp-flows has ended: ${this.#stderr}`);
      await new Promise<void>((resolve) => this.#readers.push(resolve));
    }
  }

  #wakeAll(): void {
    for (const wake of this.#readers.splice(0)) wake();
  }
}

/** Datagrams both ways at once; what the first party and what the second received. `begun` is called when all is ready. */
export async function runFlows(
  parties: readonly [Party, Party],
  options: Omit<FlowOptions, 'remotes'>,
): Promise<readonly [FlowReport, FlowReport]> {
  const [left, right] = [new Peer(parties[0], options), new Peer(parties[1], options)];
  left.tell(right);
  right.tell(left);
  const both = [left, right] as const;
  for (const peer of both) await peer.hear('ready');
  for (const peer of both) peer.say('begin');
  for (const peer of both) await peer.hear('sent');
  for (const peer of both) peer.say('finish');
  const report = async (peer: Peer) => JSON.parse(await peer.hear('report ')) as FlowReport;
  const reports = [await report(left), await report(right)] as const;
  for (const peer of both) peer.process.stdin!.end();
  return reports;
}
