/** Packets that must not be delivered: every truncation, every wrong field; each is counted under its cause. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { join } from 'node:path';
import { dropCauses } from '../../src/datapath/drop-causes';
import { cannotMakeNamespaces, Lab, type Namespace } from '../system/lab';
import { End, endConfig, type EndCounters } from './end';

const wires = { ipv4: ['10.1.0.1', '10.1.0.2'], ipv6: ['fd01::1', 'fd01::2'] } as const;
const cookie = '0123456789abcdef';
const frame = `ffffffffffff02000000000188b5${'00'.repeat(46)}`;

function id(session: number): string {
  return session.toString(16).padStart(8, '0');
}

/** Everything that arrived: delivered or dropped on the way in, whether or not it belongs to an interface. */
function arrivals({ drops, global, ipackets }: EndCounters): Record<string, number> {
  const all: Record<string, number> = { ...drops, ...global };
  const incoming = dropCauses.filter(({ direction }) => direction === 'in');
  return Object.fromEntries([
    ['ipackets', ipackets],
    ...incoming.map(({ name }) => [name, all[name] ?? 0] as const),
  ]);
}

/** What has been added to which counters. */
function difference(before: EndCounters, after: EndCounters): Record<string, number> {
  const old = arrivals(before);
  return Object.fromEntries(
    Object.entries(arrivals(after))
      .map(([name, value]) => [name, value - (old[name] ?? 0)] as const)
      .filter(([, value]) => value !== 0),
  );
}

function sum(counters: EndCounters): number {
  return Object.values(arrivals(counters)).reduce((left, right) => left + right, 0);
}

describe('what is not delivered', { skip: cannotMakeNamespaces() }, () => {
  const lab = new Lab();
  let sender: Namespace;
  let receiver: End;

  before(async () => {
    sender = lab.host('sender');
    const host = lab.host('receiver');
    lab.wire(sender, 'wm0', host, 'wm0');
    for (const [place, end] of [sender, host].entries()) {
      end.ip('addr', 'add', `${wires.ipv4[place]!}/24`, 'dev', 'wm0');
      end.ip('addr', 'add', `${wires.ipv6[place]!}/64`, 'dev', 'wm0', 'nodad');
      end.ip('link', 'set', 'wm0', 'up');
    }
    receiver = new End(host);
    await receiver.tap();
    host.ip('link', 'set', 'l2tp0', 'up');
  });
  after(() => lab.close());

  /** Sends payloads and says which counters they moved once all have been counted. */
  async function outcome(remote: string, payloads: readonly string[]): Promise<Record<string, number>> {
    const before = await receiver.counters();
    sender.must([process.execPath, join(__dirname, 'raw-sender.js'), remote], {
      input: `${payloads.join('\n')}\n`,
    });
    const after = await receiver.until((counters) => sum(counters) >= sum(before) + payloads.length);
    return difference(before, after);
  }

  for (const family of ['ipv4', 'ipv6'] as const) {
    const [left, right] = wires[family];
    const other = family === 'ipv4' ? wires.ipv6 : wires.ipv4;

    it(`counts each ${family} packet cut off at 1 to 40 bytes`, async () => {
      await receiver.set(endConfig(right, left, 1234, 4321, { localCookie: cookie }));
      const whole = id(1234) + cookie + frame;
      const cut = Array.from({ length: 40 }, (_, bytes) => whole.slice(0, 2 * (bytes + 1)));
      assert.deepEqual(await outcome(right, cut), {
        'runt-packet': 3,
        'cookie-missing': 8,
        'runt-frame': 14,
        ipackets: 15,
      });
    });

    it(`counts ${family} packets with wrong cookies and sessions`, async () => {
      await receiver.set(endConfig(right, left, 1234, 4321, { localCookie: cookie }));
      const payloads = [
        id(1235) + cookie + frame,
        id(0xffffffff) + cookie + frame,
        `${id(1234)}0123456789abcdee${frame}`,
        `${id(1234)}1123456789abcdef${frame}`,
        // A cookie of 4 bytes where 8 are expected, and none at all: frame bytes are taken for the cookie.
        id(1234) + cookie.slice(0, 8) + frame,
        id(1234) + frame,
      ];
      assert.deepEqual(await outcome(right, payloads), { 'unknown-session': 2, 'cookie-mismatch': 4 });
    });

    it(`counts ${family} packets for a session that may not receive`, async () => {
      await receiver.set(endConfig(right, left, 1234, 4321, { receiving: false }));
      assert.deepEqual(await outcome(right, [id(1234) + frame]), { 'state-down': 1 });
      await receiver.set(endConfig(right, left, 1234, 4321, { tunnel: null }));
      assert.deepEqual(await outcome(right, [id(1234) + frame]), { 'no-tunnel': 1 });
      await receiver.set(endConfig(other[1], other[0], 1234, 4321));
      assert.deepEqual(await outcome(right, [id(1234) + frame]), { 'no-tunnel': 1 });
    });

    it(`counts ${family} packets for an interface that is down`, async () => {
      await receiver.set(endConfig(right, left, 1234, 4321));
      receiver.host.ip('link', 'set', 'l2tp0', 'down');
      assert.deepEqual(await outcome(right, [id(1234) + frame]), { 'interface-down': 1 });
      receiver.host.ip('link', 'set', 'l2tp0', 'up');
      assert.deepEqual(await outcome(right, [id(1234) + frame]), { ipackets: 1 });
    });

    it(`leaves ${family} control messages to others, counting nothing`, async () => {
      await receiver.set(endConfig(right, left, 1234, 4321));
      // The last packet proves that those before it have been seen and passed over.
      const before = await receiver.counters();
      const input = [id(0) + frame, id(0), id(0) + cookie, id(1234) + frame].join('\n');
      sender.must([process.execPath, join(__dirname, 'raw-sender.js'), right], { input: `${input}\n` });
      const after = await receiver.until(({ ipackets }) => ipackets > before.ipackets);
      assert.deepEqual(difference(before, after), { ipackets: 1 });
    });

    it(`takes ${family} packets from any source, as NetBSD does`, async () => {
      const elsewhere = family === 'ipv4' ? '10.9.9.9' : 'fd09::9';
      await receiver.set(endConfig(right, elsewhere, 1234, 4321));
      assert.deepEqual(await outcome(right, [id(1234) + frame]), { ipackets: 1 });
    });
  }

  it('answers no packet with an ICMP error', () => {
    const { stdout } = sender.run(['cat', '/proc/net/snmp', '/proc/net/snmp6']);
    assert.match(stdout, /^Icmp6InDestUnreachs\s+0$/mu);
    const icmp = stdout.split('\n').filter((line) => line.startsWith('Icmp: '));
    const column = icmp[0]!.split(' ').indexOf('InDestUnreachs');
    assert.equal(icmp[1]!.split(' ')[column], '0');
  });
});
