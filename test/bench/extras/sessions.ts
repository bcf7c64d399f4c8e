/**
 * Whether many sessions cost more than one: frames written to the tunnel devices of one router and counted at the other's, all
 * through one of n sessions, or spread over all of them in turn.
 */
import { setTimeout } from 'node:timers/promises';
import { join } from 'node:path';
import { command } from '../../system/commands';
import { Lab, type Namespace } from '../../system/lab';
import { output } from '../children';
import type { Extra, Setting } from '../extra';
import type { Figure } from '../measurement';
import { outer } from '../topology';
import { Traffic } from '../traffic';

const counts = [1, 100, 1000] as const;
type Count = (typeof counts)[number];

const frameLength = 64;
const broadcast = 'ff:ff:ff:ff:ff:ff';

/** Frames are offered at this multiple of what one session carries: devices have queues, which a flood would fill for seconds. */
const excess = 1.3;

/** Milliseconds until the queues are full and the rate is that of the tunnel. */
const warmUp = 200;

/** Two routers with `count` tunnels between them. */
class Pair {
  readonly #lab = new Lab();
  readonly a = this.#lab.host('a');
  readonly b = this.#lab.host('b');
  readonly count: Count;

  constructor(count: Count) {
    this.count = count;
  }

  async open(outerMtu: number): Promise<void> {
    const { a, b, prefix } = outer.ipv4;
    this.#lab.wire(this.a, 'wm0', this.b, 'wm0', outerMtu);
    for (const [host, address] of [
      [this.a, a],
      [this.b, b],
    ] as const) {
      // Devices without addresses of their own send nothing of their own.
      host.must(['sysctl', '-q', '-w', 'net.ipv6.conf.default.disable_ipv6=1']);
      host.ip('addr', 'add', `${address}/${prefix}`, 'dev', 'wm0');
      host.ip('link', 'set', 'wm0', 'up');
    }
    await this.#configure(this.a, [a, b, this.count, 1, 100_001]);
    await this.#configure(this.b, [b, a, this.count, 100_001, 1]);
  }

  async #configure(host: Namespace, words: readonly (string | number)[]): Promise<void> {
    const script = join(__dirname, '..', 'session-commands.js');
    await output(host, [process.execPath, script, ...words.map(String)]);
  }

  /** Over the first `count` sessions. */
  traffic(programs: Setting['programs'], count: number): Promise<Traffic> {
    const devices = Array.from({ length: count }, (_, place) => `l2tp${place}`);
    return Traffic.open(programs, { from: this.a, devices, to: this.b, mac: broadcast });
  }

  async close(): Promise<void> {
    for (const host of [this.a, this.b]) command(host, 'l2tpd --stop');
    await this.#lab.close();
  }
}

const name = (count: Count, spread: boolean): string =>
  count === 1 ? 'sessions-1' : `sessions-${count}-${spread ? 'spread' : 'one'}`;

function figures(): readonly Figure[] {
  return counts.flatMap((count) =>
    (count === 1 ? [false] : [false, true]).map((spread) => ({
      name: name(count, spread),
      label:
        count === 1
          ? '64-byte frames, the only session'
          : `64-byte frames, ${spread ? 'spread over' : 'one of'} ${count} sessions`,
      unit: 'kpps',
      better: 'more' as const,
    })),
  );
}

/** Frames a second that arrive while more are offered. */
async function arrivals(traffic: Traffic, offered: number, milliseconds: number): Promise<number> {
  const sending = traffic.send(frameLength, offered, warmUp + milliseconds + warmUp);
  await setTimeout(warmUp);
  const rate = await traffic.arrivals(milliseconds);
  await sending;
  return rate;
}

async function* measure({ programs, pace, rounds, outerMtu }: Setting) {
  const pairs: Pair[] = [];
  try {
    for (const count of counts) {
      const pair = new Pair(count);
      pairs.push(pair);
      await pair.open(outerMtu);
    }
    let offered = 0;
    for (let round = 0; round < rounds; round += 1) {
      const values: Record<string, number> = {};
      for (const pair of pairs) {
        for (const spread of pair.count === 1 ? [false] : [false, true]) {
          const traffic = await pair.traffic(programs, spread ? pair.count : 1);
          try {
            offered ||= excess * (await traffic.send(frameLength, 0, pace.floodMilliseconds)).rate;
            values[name(pair.count, spread)] =
              (await arrivals(traffic, offered, pace.floodMilliseconds)) / 1000;
          } finally {
            await traffic.close();
          }
        }
      }
      yield values;
    }
  } finally {
    for (const pair of pairs) await pair.close();
  }
}

export const sessions: Extra = { name: 'sessions', figures: figures(), measure };
