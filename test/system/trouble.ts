/**
 * A wire that loses, doubles and reorders L2TPv3 packets: frames of one device leave by the other, those of other protocols
 * untouched. Whom bad luck meets follows from the seed and the order of the packets.
 *
 * Usage: node trouble.js LEFT RIGHT JSON, a TroubleOptions. Says "ready" when it forwards, and obeys lines of standard input:
 * `trouble` begins it, `calm` ends it, each answered with `done`. At the end of its input it says a TroubleReport and ends.
 */
import { readSync, writeSync } from 'node:fs';
import { check } from '../../src/linux/libc';
import { Arena } from '../../src/datapath/memory';
import * as system from '../../src/datapath/system-calls';
import { openPacketSocket } from '../linux/packet-socket';
import { FrameLog } from './frame-log';

export interface TroubleOptions {
  readonly seed: number;
  /** Probabilities for each packet. */
  readonly loss: number;
  readonly duplication: number;
  readonly reordering: number;
  /** Where to log all L2TPv3 packets that come from the left (`l`) and right (`r`) and leave to them (`L`, `R`); '' for nowhere. */
  readonly log: string;
}

/** What one direction has done. */
export interface Trouble {
  passed: number;
  lost: number;
  duplicated: number;
  reordered: number;
  /** What the host behind had no room for. */
  refused: number;
}

export interface TroubleReport {
  readonly toRight: Trouble;
  readonly toLeft: Trouble;
}

const slotLength = 2048;
const slotCount = 64;
/** Behind how many later packets at most a packet is put, and for how many milliseconds it is held if none comes. */
const farthest = 8;
const longestHold = 5;

const POLLIN = 1;
const EAGAIN = 11;
const ENOBUFS = 105;
const refusals: readonly number[] = [EAGAIN, ENOBUFS];

const [leftName = '', rightName = '', json = ''] = process.argv.slice(2);
const options = JSON.parse(json) as TroubleOptions;
const log = options.log === '' ? null : new FrameLog(options.log);
let troubled = false;

/** Numbers from 0 to 1 by the generator "mulberry32", which has 32 bits of state. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Protocol 115 in IPv4 or IPv6, in the latter perhaps behind a fragment header. */
function isL2tp(bytes: Uint8Array, frame: number): boolean {
  const type = (bytes[frame + 12]! << 8) | bytes[frame + 13]!;
  if (type === 0x0800) return bytes[frame + 23] === 115;
  if (type !== 0x86dd) return false;
  return bytes[frame + 20] === 115 || (bytes[frame + 20] === 44 && bytes[frame + 54] === 115);
}

interface Held {
  readonly slot: number;
  readonly length: number;
  readonly deadline: number;
  readonly isCopy: boolean;
  /** Packets that are still to go before it. */
  ahead: number;
  overtaken: boolean;
}

class Direction {
  readonly report: Trouble = { passed: 0, lost: 0, duplicated: 0, reordered: 0, refused: 0 };
  readonly #from: number;
  readonly #to: number;
  readonly #places: string;
  readonly #random: () => number;
  readonly #arena = new Arena(slotCount * slotLength);
  readonly #free = Array.from({ length: slotCount }, (_, place) => place * slotLength);
  #held: Held[] = [];

  /** `places` are the log's letters for what comes and what leaves. */
  constructor(from: number, to: number, places: string, seed: number) {
    [this.#from, this.#to, this.#places] = [from, to, places];
    this.#random = generator(seed);
  }

  get holds(): boolean {
    return this.#held.length > 0;
  }

  pump(): void {
    for (;;) {
      const slot = this.#free.pop();
      if (slot === undefined) {
        this.release(Infinity);
        return;
      }
      const length = system.read(this.#from, this.#arena.address(slot), slotLength);
      if (length < 0) {
        this.#free.push(slot);
        if (system.errno() === EAGAIN) return;
        check('read', length);
      }
      if (isL2tp(this.#arena.bytes, slot)) {
        this.#packet(slot, length);
      } else {
        this.#write(slot, length);
        this.#free.push(slot);
      }
    }
  }

  /** Lets packets go that have been held long enough at `now`, a time in milliseconds. */
  release(now: number): void {
    for (const held of this.#held) {
      if (held.ahead > 0 && held.deadline > now) continue;
      this.#leave(held.slot, held.length);
      this.#free.push(held.slot);
      if (!held.isCopy && held.overtaken) this.report.reordered += 1;
    }
    this.#held = this.#held.filter(({ ahead, deadline }) => ahead > 0 && deadline > now);
  }

  #packet(slot: number, length: number): void {
    log?.add(this.#places[0]!, this.#arena.bytes.subarray(slot, slot + length));
    const { loss, duplication, reordering } = options;
    const luck = troubled ? this.#random() : 1;
    if (luck < loss) {
      this.report.lost += 1;
      this.#free.push(slot);
      return;
    }
    if (luck < loss + duplication) {
      this.report.duplicated += 1;
      this.#leave(slot, length);
      this.#passes();
      this.#hold(slot, length, true, Math.floor(this.#random() * (farthest + 1)));
    } else if (luck < loss + duplication + reordering) {
      this.#hold(slot, length, false, 1 + Math.floor(this.#random() * farthest));
      return;
    } else {
      this.#leave(slot, length);
      this.#free.push(slot);
      this.#passes();
    }
    if (this.#held.length > 0) this.release(0);
  }

  #hold(slot: number, length: number, isCopy: boolean, ahead: number): void {
    const deadline = performance.now() + longestHold;
    this.#held.push({ slot, length, deadline, isCopy, ahead, overtaken: false });
  }

  /** One more has gone before those that are held. */
  #passes(): void {
    for (const held of this.#held) {
      held.ahead -= 1;
      held.overtaken = true;
    }
  }

  #leave(slot: number, length: number): void {
    if (!this.#write(slot, length)) {
      this.report.refused += 1;
      return;
    }
    log?.add(this.#places[1]!, this.#arena.bytes.subarray(slot, slot + length));
    this.report.passed += 1;
  }

  /** False if the packet was dropped because too many of them wait on the other side. */
  #write(slot: number, length: number): boolean {
    const written = system.write(this.#to, this.#arena.address(slot), length);
    if (written < 0 && refusals.includes(system.errno())) return false;
    check('write', written);
    return true;
  }
}

function main(): void {
  const sockets = [leftName, rightName].map((name) =>
    openPacketSocket(name, { vnetHeader: false, own: false }),
  );
  const [left = -1, right = -1] = sockets;
  const toRight = new Direction(left, right, 'lR', options.seed);
  const toLeft = new Direction(right, left, 'rL', options.seed + 1);
  const descriptors = new Arena(3 * 8);
  const words = new Int32Array(descriptors.bytes.buffer);
  const events = new Int16Array(descriptors.bytes.buffer);
  for (const [place, fd] of [left, right, 0].entries()) {
    words[place * 2] = fd;
    events[place * 4 + 2] = POLLIN;
  }
  const line = Buffer.alloc(100);
  writeSync(1, 'ready\n');
  for (;;) {
    system.poll(descriptors.address(0), 3, toRight.holds || toLeft.holds ? 1 : 1000);
    toRight.pump();
    toLeft.pump();
    const now = performance.now();
    toRight.release(now);
    toLeft.release(now);
    if (events[2 * 4 + 3] === 0) continue;
    const length = readSync(0, line);
    if (length === 0) break;
    troubled = line.toString('ascii', 0, length).startsWith('trouble');
    if (!troubled) for (const direction of [toRight, toLeft]) direction.release(Infinity);
    writeSync(1, 'done\n');
  }
  log?.close();
  const report: TroubleReport = { toRight: toRight.report, toLeft: toLeft.report };
  writeSync(1, `${JSON.stringify(report)}\n`);
}

main();
