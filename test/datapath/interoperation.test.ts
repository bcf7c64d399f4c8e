/** QEMU's l2tpv3 back end at the other end of the tunnel. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cannotMakeNamespaces, Lab } from '../system/lab';
import { End, endConfig, inUdp } from './end';
import { noQemu, startQemu } from './qemu';

const wires = { ipv4: ['10.1.0.1', '10.1.0.2'], ipv6: ['fd01::1', 'fd01::2'] } as const;
const ours = '0123456789abcdef';
const theirs = 'fedcba9876543210';

const cases = (['ipv4', 'ipv6'] as const).flatMap((family) =>
  [false, true].flatMap((cookies) => [false, true].map((udp) => ({ family, cookies, udp }))),
);
const ports = { local: 1701, remote: 4500 };

describe('with QEMU', { skip: cannotMakeNamespaces() || noQemu() }, () => {
  for (const { family, cookies, udp } of cases) {
    it(`passes frames over ${family}${udp ? ' and UDP' : ''} ${cookies ? 'with 8-byte cookies' : 'without cookies'}`, async (context) => {
      const lab = new Lab();
      context.after(() => lab.close());
      const [left, right] = wires[family];
      const [a, b] = [lab.host('a'), lab.host('b')];
      lab.wire(a, 'wm0', b, 'wm0');
      for (const [host, address] of [
        [a, left],
        [b, right],
      ] as const) {
        const options = family === 'ipv4' ? [`${address}/24`] : [`${address}/64`, 'nodad'];
        host.ip('addr', 'add', ...options, 'dev', 'wm0');
        host.ip('link', 'set', 'wm0', 'up');
      }
      const end = new End(a);
      await end.tap();
      const inIp = endConfig(
        left,
        right,
        1234,
        0xfedcba98,
        cookies ? { localCookie: ours, remoteCookie: theirs } : {},
      );
      await end.set(udp ? inUdp(inIp, ports.local, ports.remote) : inIp);
      await startQemu(b, 'l2tp0', {
        local: right,
        remote: left,
        localSession: 0xfedcba98,
        remoteSession: 1234,
        ...(udp && { udp: { local: ports.remote, remote: ports.local } }),
        ...(cookies && { cookies: { local: `0x${theirs}`, remote: `0x${ours}` } }),
      });
      for (const [place, host] of [a, b].entries()) {
        host.ip('addr', 'add', `192.168.7.${place + 1}/24`, 'dev', 'l2tp0');
        host.ip('link', 'set', 'l2tp0', 'up');
      }
      a.must(['ping', '-q', '-c3', '-i0.05', '-w5', '192.168.7.2']);
      b.must(['ping', '-q', '-c3', '-i0.05', '-w5', '-s1400', '192.168.7.1']);
      const { drops, global } = await end.counters();
      assert.deepEqual({ ...drops, ...global }, {});
    });
  }
});
