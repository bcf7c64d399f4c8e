/** Frames arrive byte for byte, whatever their length, tags and types, and in order. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { cannotMakeNamespaces, Lab, missingTool } from '../system/lab';
import { receive } from './frame-receiver';
import { End, endConfig, inUdp } from './end';
import type { EndConfig } from './end-process';

const skip =
  cannotMakeNamespaces() || (missingTool('tcpdump') ? 'needs tcpdump: apt-get install tcpdump' : false);
const addresses = '02000000000202000000000a';

/** Headers after the addresses: experimental types, a length, VLAN tags, QinQ, a MAC control frame's type, ARP noise. */
const headers = [
  '88b5',
  '0020',
  '8100000588b5',
  '8100e00588b5',
  '88a800078100000588b5',
  '81000fff0806',
  '88cc',
];

function frames(): string[] {
  const lengths = [
    14, 15, 17, 59, 60, 61, 64, 576, 1279, 1280, 1499, 1500, 1513, 1514, 1515, 1518, 4096, 8192, 9215, 9216,
  ];
  const shortest = `${addresses}88b5`;
  const filled = headers.flatMap((header) =>
    lengths
      .map((length) => length - (addresses + header).length / 2)
      .filter((room) => room >= 0)
      .map((room) => addresses + header + randomBytes(room).toString('hex')),
  );
  return [shortest, ...filled];
}

const wires = { ipv4: ['10.1.0.1', '10.1.0.2'], ipv6: ['fd01::1', 'fd01::2'] } as const;
const cases = (['ipv4', 'ipv6'] as const).flatMap((family) => [false, true].map((udp) => ({ family, udp })));

describe('frames', { skip }, () => {
  for (const { family, udp } of cases) {
    const outer = wires[family];
    const inTunnel = udp ? inUdp : (config: EndConfig) => config;
    it(`arrive unchanged over ${family}${udp ? ' and UDP' : ''}`, async (context) => {
      const lab = new Lab();
      context.after(() => lab.close());
      const hosts = [lab.host('a'), lab.host('b')] as const;
      lab.wire(hosts[0], 'wm0', hosts[1], 'wm0');
      const ends = hosts.map((host) => new End(host));
      for (const [place, end] of ends.entries()) {
        const options = family === 'ipv4' ? [`${outer[place]!}/24`] : [`${outer[place]!}/64`, 'nodad'];
        end.host.ip('addr', 'add', ...options, 'dev', 'wm0');
        end.host.ip('link', 'set', 'wm0', 'up');
        await end.tap();
        end.host.sh('echo 1 > /proc/sys/net/ipv6/conf/l2tp0/disable_ipv6');
        end.host.ip('link', 'set', 'l2tp0', 'mtu', '9202', 'up');
      }
      await ends[0]!.set(inTunnel(endConfig(outer[0], outer[1], 1, 2, { remoteCookie: '01020304' })));
      await ends[1]!.set(inTunnel(endConfig(outer[1], outer[0], 2, 1, { localCookie: '01020304' })));
      const sent = frames();
      const index = hosts[0].must(['cat', '/sys/class/net/l2tp0/ifindex']).trim();
      // While a neighbour is being resolved the kernel keeps a few packets only.
      hosts[0].must(['ping', '-q', '-c1', '-w5', outer[1]]);
      const arrived = await receive(hosts[1], sent.length, async () => {
        hosts[0].must([process.execPath, join(__dirname, 'frame-sender.js'), index], {
          input: `${sent.join('\n')}\n`,
        });
        await ends[1]!.until(({ ipackets }) => ipackets === sent.length);
      });
      assert.deepEqual(arrived, sent);
      const { opackets, obytes, oerrors } = await ends[0]!.counters();
      const bytes = sent.reduce((sum, frame) => sum + frame.length / 2, 0);
      assert.deepEqual({ opackets, obytes, oerrors }, { opackets: sent.length, obytes: bytes, oerrors: 0 });
      const { ipackets, ibytes } = await ends[1]!.counters();
      assert.deepEqual({ ipackets, ibytes }, { ipackets: sent.length, ibytes: bytes });
    });
  }
});
