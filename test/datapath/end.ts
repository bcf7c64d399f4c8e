/** Drives an end-process.ts in a namespace: one tunnel end of a system test. */
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ChildProcess } from 'node:child_process';
import type { Transmission } from '../../src/datapath/datapath';
import type { DropCause } from '../../src/datapath/drop-causes';
import type { Namespace } from '../system/lab';
import type { Command, EndConfig } from './end-process';
import type { VnetHeader } from './tap-device';

export interface EndCounters {
  readonly ipackets: number;
  readonly ibytes: number;
  readonly opackets: number;
  readonly obytes: number;
  readonly odirect: number;
  readonly oerrors: number;
  readonly drops: Partial<Record<DropCause, number>>;
  readonly global: Partial<Record<DropCause, number>>;
}

export interface EndEvent {
  readonly kind: 'gone' | 'warning' | 'failed';
  readonly id?: number;
  readonly message?: string;
}

type Line = { readonly answer: unknown } | { readonly error: string } | EndEvent;

/** IPv4 or IPv6 text without "::" abbreviation inside an IPv4 part, as hexadecimal. */
export function addressHex(text: string): string {
  if (!text.includes(':')) return Buffer.from(text.split('.').map(Number)).toString('hex');
  const [head = '', tail] = text.split('::');
  const groups = (part: string) => part.split(':').filter(Boolean);
  const left = groups(head);
  const right = groups(tail ?? '');
  const zeros = new Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].map((group) => group.padStart(4, '0')).join('');
}

/** A configuration with the tunnel as text; no cookies, receiving. */
export function endConfig(
  local: string,
  remote: string,
  localSession: number,
  remoteSession: number,
  rest: Partial<EndConfig> = {},
): EndConfig {
  return {
    id: 1,
    tunnel: { local: addressHex(local), remote: addressHex(remote), scope: 0 },
    localSession,
    remoteSession,
    localCookie: '',
    remoteCookie: '',
    receiving: true,
    ...rest,
  };
}

/** The same tunnel in UDP; a port of 0 is not given. */
export function inUdp(config: EndConfig, local = 1701, remote = 1701): EndConfig {
  return { ...config, tunnel: config.tunnel && { ...config.tunnel, udp: { local, remote } } };
}

export class End {
  readonly host: Namespace;
  readonly process: ChildProcess;
  readonly events: EndEvent[] = [];
  readonly #answers: Line[] = [];
  readonly #readers: (() => void)[] = [];
  stderr = '';

  constructor(host: Namespace, transmission: Transmission = 'raw') {
    this.host = host;
    this.process = host.start([process.execPath, join(__dirname, 'end-process.js'), transmission]);
    this.process.stderr!.on('data', (text: Buffer) => (this.stderr += text.toString()));
    createInterface({ input: this.process.stdout! }).on('line', (text) => {
      const line = JSON.parse(text) as Line;
      if ('kind' in line) this.events.push(line);
      else this.#answers.push(line);
      for (const wake of this.#readers.splice(0)) wake();
    });
    this.process.on('exit', () => {
      for (const wake of this.#readers.splice(0)) wake();
    });
  }

  /** Resolves at the next line of the process, or its end. */
  async #news(): Promise<void> {
    if (this.process.exitCode !== null) throw new Error(`the end has exited: ${this.stderr}`);
    await new Promise<void>((resolve) => this.#readers.push(resolve));
  }

  async ask(command: Command): Promise<unknown> {
    this.process.stdin!.write(`${JSON.stringify(command)}\n`);
    while (this.#answers.length === 0) await this.#news();
    const line = this.#answers.shift()!;
    if ('error' in line) throw Object.assign(new Error(line.error), { code: line.error });
    return 'answer' in line ? line.answer : undefined;
  }

  async tap(name = 'l2tp0', id = 1, vnetHeader: VnetHeader = 0): Promise<void> {
    await this.ask({ verb: 'tap', id, name, vnetHeader });
  }

  async set(config: EndConfig): Promise<void> {
    await this.ask({ verb: 'set', config });
  }

  async counters(id = 1): Promise<EndCounters> {
    return (await this.ask({ verb: 'counters', id })) as EndCounters;
  }

  async event(kind: EndEvent['kind']): Promise<EndEvent> {
    for (;;) {
      const found = this.events.find((event) => event.kind === kind);
      if (found) return found;
      await this.#news();
    }
  }

  /** Polls the counters until `wanted` says true; they only go up. */
  async until(wanted: (counters: EndCounters) => boolean, id = 1): Promise<EndCounters> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const counters = await this.counters(id);
      if (wanted(counters)) return counters;
      if (Date.now() > deadline) throw new Error(`not reached: ${JSON.stringify(counters)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async close(): Promise<number | null> {
    await this.ask({ verb: 'close' });
    if (this.process.exitCode === null) await once(this.process, 'exit');
    return this.process.exitCode;
  }
}
