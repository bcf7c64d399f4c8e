/**
 * Sends and receives UDP datagrams of odd lengths in several flows at once; each has its number and its digest inside.
 *
 * Usage: node udp-flows.js JSON, a FlowOptions. Says "ready" when it listens and begins at the line `begin`. A line
 * `seen N` on standard output tells the peer, through whoever runs both, how far the datagrams have come, and few of them
 * are on the way, so that no buffer overflows. A line `sent` says that all have left, standard input's `finish` that the
 * peer's have: then it waits for the last datagram of every flow and says `report` and a FlowReport. It ends with its
 * standard input.
 */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface FlowOptions {
  readonly port: number;
  /** Flow number i goes to address i modulo the number of addresses. */
  readonly remotes: readonly string[];
  readonly flows: number;
  readonly count: number;
  /** Bytes of the longest datagram. */
  readonly longest: number;
  /** What may be on the way at once. */
  readonly window: { readonly datagrams: number; readonly bytes: number };
  /** Datagrams may be lost: after some time without news they no longer count as being on the way. */
  readonly lossy: boolean;
}

export interface FlowReport {
  /** Different datagrams that came. */
  readonly received: number;
  readonly bytes: number;
  readonly bad: number;
  readonly duplicates: number;
  /** Came after one of a higher number in the same flow. */
  readonly reordered: number;
}

const digestLength = 16;
const shortest = digestLength + 4 + 1;
/** The number of a datagram that says that its flow has ended. */
const lastNumber = 0xffffffff;
/** How long nothing is heard before datagrams count as lost, and between two farewells, in milliseconds. */
const silence = 100;

function digest(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest().subarray(0, digestLength);
}

function datagram(number: number, flow: number, length: number): Buffer {
  const body = randomBytes(Math.max(length - digestLength, 5));
  body.writeUInt32BE(number);
  if (number === lastNumber) body[4] = flow;
  return Buffer.concat([digest(body), body]);
}

/** A third of them are short, a third fit a frame, the others are fragmented. */
function randomLength(number: number, longest: number): number {
  const limits = [120, Math.min(longest, 1472), longest] as const;
  return randomInt(shortest, limits[number % 3]! + 1);
}

class Receiving {
  readonly #options: FlowOptions;
  readonly #seen: Uint8Array;
  readonly #last: Int32Array;
  readonly #ended = new Set<number>();
  readonly #complete: (report: FlowReport) => void;
  #highest = -1;
  #told = -1;
  #telling = false;
  #finishing = false;
  #report = { received: 0, bytes: 0, bad: 0, duplicates: 0, reordered: 0 };

  constructor(options: FlowOptions, complete: (report: FlowReport) => void) {
    this.#options = options;
    this.#seen = new Uint8Array(options.count);
    this.#last = new Int32Array(options.flows).fill(-1);
    this.#complete = complete;
  }

  take(data: Buffer): void {
    const body = data.subarray(digestLength);
    if (data.length < shortest || !digest(body).equals(data.subarray(0, digestLength))) {
      this.#report.bad += 1;
      return;
    }
    const number = body.readUInt32BE(0);
    if (number === lastNumber) {
      this.#ended.add(body[4] ?? 0);
      this.#checkEnd();
    } else {
      this.#count(number, data.length);
    }
  }

  /** The peer has sent its last. */
  finish(): void {
    this.#finishing = true;
    this.#checkEnd();
  }

  #count(number: number, length: number): void {
    const report = this.#report;
    if (number >= this.#options.count) {
      report.bad += 1;
      return;
    }
    const flow = number % this.#options.flows;
    if (this.#seen[number] === 1) {
      report.duplicates += 1;
      return;
    }
    this.#seen[number] = 1;
    report.received += 1;
    report.bytes += length;
    if (number < (this.#last[flow] ?? 0)) report.reordered += 1;
    else this.#last[flow] = number;
    this.#highest = Math.max(this.#highest, number);
    if (!this.#telling) {
      this.#telling = true;
      setImmediate(() => this.#tell());
    }
  }

  #tell(): void {
    this.#telling = false;
    if (this.#highest === this.#told) return;
    this.#told = this.#highest;
    process.stdout.write(`seen ${this.#highest}\n`);
  }

  #checkEnd(): void {
    if (this.#finishing && this.#ended.size === this.#options.flows) this.#complete(this.#report);
  }
}

class Sending {
  readonly #options: FlowOptions;
  readonly #sockets: readonly Socket[];
  /** Bytes of all datagrams before each. */
  readonly #before: Float64Array;
  #seen = -1;
  #wake: (() => void) | undefined;

  constructor(options: FlowOptions, type: 'udp4' | 'udp6') {
    this.#options = options;
    this.#sockets = Array.from({ length: options.flows }, () => createSocket(type));
    this.#before = new Float64Array(options.count + 1);
  }

  acknowledged(number: number): void {
    this.#seen = Math.max(this.#seen, number);
    this.#wake?.();
  }

  async all(): Promise<void> {
    const { count, flows, longest, window, lossy } = this.#options;
    for (let number = 0; number < count; number += 1) {
      const length = randomLength(number, longest);
      const onTheWay = () => number - this.#seen - 1;
      const bytes = () => (this.#before[number] ?? 0) - (this.#before[this.#seen + 1] ?? 0);
      while (onTheWay() > 0 && (onTheWay() >= window.datagrams || bytes() + length > window.bytes)) {
        if (!(await this.#news(lossy))) this.#seen = number - 1;
      }
      this.#before[number + 1] = (this.#before[number] ?? 0) + length;
      this.#send(number % flows, datagram(number, 0, length));
    }
  }

  /** Says in every flow that it has ended, again and again where that may be lost; until this process ends. */
  farewell(): void {
    for (const flow of this.#sockets.keys()) this.#send(flow, datagram(lastNumber, flow, shortest));
    if (this.#options.lossy) setTimeout(() => this.farewell(), silence);
  }

  #send(flow: number, data: Buffer): void {
    const { remotes, port } = this.#options;
    this.#sockets[flow]!.send(data, port, remotes[flow % remotes.length]);
  }

  /** Waits for an acknowledgement; false if none comes for a while and `impatient`. */
  async #news(impatient: boolean): Promise<boolean> {
    const before = this.#seen;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (impatient) timer = setTimeout(resolve, silence);
    });
    clearTimeout(timer);
    this.#wake = undefined;
    return !impatient || this.#seen !== before;
  }
}

async function main(options: FlowOptions): Promise<void> {
  const type = options.remotes[0]?.includes(':') ? 'udp6' : 'udp4';
  const listener = createSocket(type);
  let done: (report: FlowReport) => void = () => undefined;
  const report = new Promise<FlowReport>((resolve) => (done = resolve));
  const receiving = new Receiving(options, done);
  const sending = new Sending(options, type);
  listener.on('message', (data) => receiving.take(data));
  listener.bind(options.port);
  await once(listener, 'listening');
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      if (line === 'begin') begin();
      else if (line === 'finish') receiving.finish();
      else sending.acknowledged(Number(line.slice('seen '.length)));
    })
    .on('close', () => process.exit());
  process.stdout.write('ready\n');
  await begun;
  await sending.all();
  process.stdout.write('sent\n');
  sending.farewell();
  const text = JSON.stringify(await report);
  process.stdout.write(`report ${text}\n`);
}

void main(JSON.parse(process.argv[2] ?? '') as FlowOptions);
