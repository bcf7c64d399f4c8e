/**
 * One tunnel end as a process of its own, for system tests (usage: node end-process.js [packet]): reads one JSON command a
 * line, answers one JSON line each. Events of the data path are lines with a `kind`.
 */
import { closeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { Datapath, Pseudowire, TunnelPorts } from '../../src/datapath/datapath';
import { startDatapath } from '../../src/datapath/start';
import { eventfd } from '../../src/datapath/system-calls';
import { openTap, type VnetHeader } from './tap-device';

/** A pseudowire as JSON: addresses and cookies in hexadecimal. */
export interface EndConfig {
  readonly id: number;
  readonly tunnel: {
    readonly local: string;
    readonly remote: string;
    readonly scope: number;
    readonly udp?: TunnelPorts;
  } | null;
  readonly localSession: number;
  readonly remoteSession: number;
  readonly localCookie: string;
  readonly remoteCookie: string;
  readonly receiving: boolean;
}

export type Command =
  | { readonly verb: 'tap'; readonly id: number; readonly name: string; readonly vnetHeader: VnetHeader }
  /** A descriptor that is no TAP device and knows none of its ioctls. */
  | { readonly verb: 'stranger'; readonly id: number }
  | { readonly verb: 'set'; readonly config: EndConfig }
  | { readonly verb: 'remove'; readonly id: number }
  | { readonly verb: 'counters'; readonly id: number }
  | { readonly verb: 'close' }
  | { readonly verb: 'exit' };

const taps = new Map<number, { readonly fd: number; readonly vnetHeader: VnetHeader }>();

function pseudowire({ tunnel, localCookie, remoteCookie, ...rest }: EndConfig): Pseudowire {
  const tap = taps.get(rest.id);
  return {
    ...rest,
    name: `l2tp${rest.id}`,
    tap: tap?.fd ?? -1,
    vnetHeader: tap?.vnetHeader ?? 0,
    tunnel: tunnel && {
      ...tunnel,
      local: Buffer.from(tunnel.local, 'hex'),
      remote: Buffer.from(tunnel.remote, 'hex'),
    },
    localCookie: Buffer.from(localCookie, 'hex'),
    remoteCookie: Buffer.from(remoteCookie, 'hex'),
  };
}

function say(value: unknown): void {
  const text = JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? Number(item) : item));
  process.stdout.write(`${text}\n`);
}

async function obey(datapath: Datapath, command: Command): Promise<unknown> {
  switch (command.verb) {
    case 'tap':
      taps.set(command.id, {
        fd: openTap(command.name, command.vnetHeader),
        vnetHeader: command.vnetHeader,
      });
      return {};
    case 'stranger':
      taps.set(command.id, { fd: eventfd(0, 0), vnetHeader: 10 });
      return {};
    case 'set':
      await datapath.set(pseudowire(command.config));
      return {};
    case 'remove': {
      await datapath.remove(command.id);
      const tap = taps.get(command.id);
      if (tap !== undefined) closeSync(tap.fd);
      taps.delete(command.id);
      return {};
    }
    case 'counters':
      return { ...datapath.counters(command.id), global: datapath.globalDrops() };
    case 'close':
      await datapath.close();
      return {};
    case 'exit':
      process.exit(7);
  }
}

async function main(): Promise<void> {
  const datapath = await startDatapath({
    workerFile: process.env.L2TP_TEST_WORKER ?? join(__dirname, '../../bin/packet-worker.js'),
    transmission: process.argv[2] === 'packet' ? 'packet' : 'raw',
    events: {
      gone: (id) => say({ kind: 'gone', id }),
      warning: (message, id) => say({ kind: 'warning', message, id }),
      failed: (error) => say({ kind: 'failed', message: error.message }),
    },
  });
  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line) as Command;
    try {
      say({ answer: await obey(datapath, command) });
    } catch (error) {
      say({ error: error instanceof Error && 'code' in error ? error.code : String(error) });
    }
    if (command.verb === 'close') process.stdin.destroy();
  }
}

void main();
