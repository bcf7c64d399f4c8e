/** Super-frames of every kind sent out of a TAP device arrive as the frames that they stand for. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { cannotMakeNamespaces, Lab, missingTool } from '../system/lab';
import { End, endConfig } from './end';
import { receive } from './frame-receiver';
import { flag, frameOf, segmentsOf, superFrameOf, type InnerPacket } from './inner-packets';

const skip =
  cannotMakeNamespaces() || (missingTool('tcpdump') ? 'needs tcpdump: apt-get install tcpdump' : false);

/** What the kernel may cut itself it cuts as this project does; an identification that means nothing may differ. */
const template: InnerPacket = {
  family: 4,
  transport: 'tcp',
  tags: [],
  extensions: 0,
  trafficClass: 0x28,
  timeToLive: 63,
  identification: 65530,
  dontFragment: false,
  source: 1,
  sourcePort: 40000,
  sequence: 0xffffff00,
  acknowledgment: 77,
  flags: flag.ack | flag.psh | flag.fin | flag.cwr,
  window: 500,
  options: new Uint8Array(12).fill(1),
  payload: new Uint8Array(20_001).map((_, place) => place * 11),
};

const kinds: readonly (readonly [what: string, changes: Partial<InnerPacket>])[] = [
  ['TCP over IPv4', {}],
  ['TCP over IPv6', { family: 6 }],
  ['TCP over IPv4 on a VLAN', { tags: [5] }],
  ['TCP over IPv6 on a VLAN on a VLAN', { family: 6, tags: [7, 5] }],
  ['TCP over IPv6 with an extension header', { family: 6, extensions: 1 }],
  ['UDP over IPv4', { transport: 'udp' }],
  ['UDP over IPv6', { transport: 'udp', family: 6 }],
];

describe('super-frames', { skip }, () => {
  it('of every kind arrive cut right', async (context) => {
    const lab = new Lab();
    context.after(() => lab.close());
    const hosts = [lab.host('a'), lab.host('b')] as const;
    lab.wire(hosts[0], 'wm0', hosts[1], 'wm0');
    const ends = hosts.map((host) => new End(host));
    for (const [place, end] of ends.entries()) {
      end.host.ip('addr', 'add', `10.1.0.${place + 1}/24`, 'dev', 'wm0');
      end.host.ip('link', 'set', 'wm0', 'up');
      await end.tap('l2tp0', 1, place === 0 ? 10 : 0);
      end.host.sh('echo 1 > /proc/sys/net/ipv6/conf/l2tp0/disable_ipv6');
      end.host.ip('link', 'set', 'l2tp0', 'up');
    }
    await ends[0]!.set(endConfig('10.1.0.1', '10.1.0.2', 1, 2));
    await ends[1]!.set(endConfig('10.1.0.2', '10.1.0.1', 2, 1));
    hosts[0].must(['ping', '-q', '-c1', '-w5', '10.1.0.2']);
    const index = hosts[0].must(['cat', '/sys/class/net/l2tp0/ifindex']).trim();
    for (const [what, changes] of kinds) {
      const packet = { ...template, ...changes };
      const expected = segmentsOf(packet, 1400).map((segment) => frameOf(segment).toString('hex'));
      const before = (await ends[0]!.counters()).opackets;
      const arrived = await receive(hosts[1], expected.length, async () => {
        hosts[0].must([process.execPath, join(__dirname, 'frame-sender.js'), index, 'vnet'], {
          input: `${superFrameOf(packet, 1400, 10).toString('hex')}\n`,
        });
        await ends[0]!.until(({ opackets }) => opackets >= before + expected.length);
      });
      assert.deepEqual(arrived, expected, what);
    }
    assert.deepEqual((await ends[0]!.counters()).drops, {});
  });
});
