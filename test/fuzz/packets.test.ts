/** Random packets at a receiver: none is delivered that should not be, every one is counted once, and it lives on. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cannotMakeNamespaces, Lab } from '../system/lab';
import { End, endConfig, type EndCounters } from '../datapath/end';

const count = Number(process.env.L2TP_FUZZ_PACKETS ?? 5000);
const session = '000004d2';
const cookie = '0123456789abcdef';

/** Ethernet, IPv4 and TCP headers that segments are merged by, as far as noise behind them lets them be. */
const innerTcp =
  '02000000000202000000000a0800' +
  '450005dc000040004006000ac0a80701c0a80702' +
  '9c4000500000000100000001501001f400000000';

/** Noise, or a good header with noise behind it, or a good header with one bit wrong. */
function packet(): string {
  const noise = randomBytes(randomInt(1, randomInt(2, 1400))).toString('hex');
  switch (randomInt(5)) {
    case 0:
      return `01${noise}`;
    case 1:
      return session + noise;
    case 2:
      return session + cookie + noise;
    case 3:
      return session + cookie + innerTcp + noise;
    default: {
      const damaged = Buffer.from(session + cookie + noise, 'hex');
      damaged[randomInt(12)]! ^= 1 << randomInt(8);
      return damaged.toString('hex');
    }
  }
}

/** What a reader of the RFC expects of a packet. */
function expected(hex: string): 'delivered' | 'dropped' {
  const good = hex.startsWith(session + cookie) && hex.length / 2 >= 4 + 8 + 14;
  return good ? 'delivered' : 'dropped';
}

function dropped({ drops, global }: EndCounters): number {
  return Object.values({ ...drops, ...global }).reduce((left, right) => left + right, 0);
}

/** Keeps the packets of a failed run, to be sent again with raw-sender.js. */
function keep(packets: readonly string[]): string {
  const file = join(mkdtempSync(join(tmpdir(), 'l2tp-fuzz-')), 'packets');
  writeFileSync(file, `${packets.join('\n')}\n`);
  return `the packets are in ${file}`;
}

describe('random packets', { skip: cannotMakeNamespaces() }, () => {
  for (const [family, addresses] of Object.entries({
    ipv4: ['10.1.0.1', '10.1.0.2'],
    ipv6: ['fd01::1', 'fd01::2'],
  } as const)) {
    for (const vnetHeader of [0, 10] as const) {
      it(`over ${family}, ${vnetHeader === 0 ? 'without' : 'with'} offload`, async (context) => {
        const lab = new Lab();
        context.after(() => lab.close());
        const hosts = [lab.host('sender'), lab.host('receiver')] as const;
        lab.wire(hosts[0], 'wm0', hosts[1], 'wm0');
        for (const [place, host] of hosts.entries()) {
          const options =
            family === 'ipv4' ? [`${addresses[place]!}/24`] : [`${addresses[place]!}/64`, 'nodad'];
          host.ip('addr', 'add', ...options, 'dev', 'wm0');
          host.ip('link', 'set', 'wm0', 'up');
        }
        const receiver = new End(hosts[1]);
        await receiver.tap('l2tp0', 1, vnetHeader);
        receiver.host.sh('echo 1 > /proc/sys/net/ipv6/conf/l2tp0/disable_ipv6');
        receiver.host.ip('link', 'set', 'l2tp0', 'up');
        await receiver.set(endConfig(addresses[1], addresses[0], 0x4d2, 1, { localCookie: cookie }));
        // While a neighbour is being resolved the kernel keeps a few packets only.
        hosts[0].must(['ping', '-q', '-c1', '-w5', addresses[1]]);
        const packets = Array.from({ length: count }, packet);
        hosts[0].must([process.execPath, join(__dirname, '../datapath/raw-sender.js'), addresses[1]], {
          input: `${packets.join('\n')}\n`,
        });
        const counters = await receiver.until((now) => now.ipackets + dropped(now) >= count);
        const deliverable = packets.filter((hex) => expected(hex) === 'delivered').length;
        const right = counters.ipackets === deliverable && dropped(counters) === count - deliverable;
        assert.ok(right, right ? '' : keep(packets));
      });
    }
  }
});
