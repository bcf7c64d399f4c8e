/**
 * TCP through the tunnel, both ends on this machine: two QEMU hubs against this data path without and with offload, in interleaved rounds.
 * Usage: node dist/test/bench/throughput.js [rounds] [seconds per round] [outer MTU]
 */
import { once } from 'node:events';
import { cannotMakeNamespaces } from '../system/lab';
import { End, endConfig } from '../datapath/end';
import { noQemu, startQemu } from '../datapath/qemu';
import type { VnetHeader } from '../datapath/tap-device';
import { median, outer, Topology, tunnelDevice } from './topology';

interface Design {
  readonly name: string;
  /** Makes both ends and their devices; the result ends them and their devices. */
  readonly start: (topology: Topology) => Promise<() => Promise<void>>;
}

const qemu: Design = {
  name: 'two QEMU hubs',
  async start({ a, b }) {
    const ends = [
      await startQemu(a, tunnelDevice, {
        local: outer.a,
        remote: outer.b,
        localSession: 1,
        remoteSession: 2,
      }),
      await startQemu(b, tunnelDevice, {
        local: outer.b,
        remote: outer.a,
        localSession: 2,
        remoteSession: 1,
      }),
    ];
    return async () => {
      for (const end of ends) {
        const exited = once(end, 'exit');
        end.kill();
        await exited;
      }
    };
  },
};

function datapath(name: string, vnetHeader: VnetHeader): Design {
  return {
    name,
    async start({ a, b }) {
      const ends = [new End(a), new End(b)] as const;
      for (const end of ends) await end.tap(tunnelDevice, 1, vnetHeader);
      await ends[0].set(endConfig(outer.a, outer.b, 1, 2));
      await ends[1].set(endConfig(outer.b, outer.a, 2, 1));
      return async () => {
        for (const end of ends) await end.close();
      };
    },
  };
}

async function main(): Promise<void> {
  const missing = cannotMakeNamespaces() || noQemu();
  if (missing) throw new Error(missing);
  const [rounds = 4, seconds = 3, mtu = 1600] = process.argv.slice(2).map(Number);
  const designs = [qemu, datapath('plain frames', 0), datapath('segmentation offload', 10)];
  const results = new Map<string, number[]>(designs.map(({ name }) => [name, []]));
  const topology = new Topology(mtu);
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const { name, start } of designs) {
        const stop = await start(topology);
        topology.join();
        const gigabits = (await topology.tcp(seconds)) / 1e9;
        await stop();
        results.get(name)?.push(gigabits);
        process.stderr.write(`round ${round}: ${name}: ${gigabits.toFixed(2)} Gbit/s\n`);
      }
    }
  } finally {
    topology.close();
  }
  const base = median(results.get(qemu.name) ?? []);
  process.stdout.write('| design | Gbit/s, median | x QEMU |\n|---|---|---|\n');
  for (const [name, values] of results) {
    const middle = median(values);
    process.stdout.write(`| ${name} | ${middle.toFixed(2)} | ${(middle / base).toFixed(2)} |\n`);
  }
}

void main();
