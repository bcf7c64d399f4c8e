/** Two ends in namespaces: frames pass over IPv4 and IPv6, with every cookie length, and what cannot pass is counted. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { cannotMakeNamespaces, Lab } from '../system/lab';
import { End, endConfig } from './end';

/** Addresses of A and B on the wire between them. */
const wires = {
  ipv4: ['10.1.0.1', '10.1.0.2'],
  ipv6: ['fd01::1', 'fd01::2'],
} as const;

const cookies = ['', '00003039', '0123456789abcdef'];

describe('two ends', { skip: cannotMakeNamespaces() }, () => {
  const lab = new Lab();
  let a: End;
  let b: End;

  before(async () => {
    const [hostA, hostB] = [lab.host('a'), lab.host('b')];
    lab.wire(hostA, 'wm0', hostB, 'wm0');
    for (const [place, host] of [hostA, hostB].entries()) {
      host.ip('addr', 'add', `${wires.ipv4[place]!}/24`, 'dev', 'wm0');
      host.ip('addr', 'add', `${wires.ipv6[place]!}/64`, 'dev', 'wm0', 'nodad');
      host.ip('link', 'set', 'wm0', 'up');
    }
    a = new End(hostA);
    b = new End(hostB);
    for (const [place, end] of [a, b].entries()) {
      await end.tap();
      end.host.ip('addr', 'add', `192.168.7.${place + 1}/24`, 'dev', 'l2tp0');
      end.host.ip('addr', 'add', `fd07::${place + 1}/64`, 'dev', 'l2tp0', 'nodad');
      end.host.ip('link', 'set', 'l2tp0', 'up');
    }
  });
  after(() => lab.close());

  for (const family of ['ipv4', 'ipv6'] as const) {
    for (const [place, cookie] of cookies.entries()) {
      const other = cookies[(place + 1) % cookies.length]!;
      it(`passes ${family} with cookies of ${cookie.length / 2} and ${other.length / 2} bytes`, async () => {
        const [left, right] = wires[family];
        await a.set(endConfig(left, right, 1234, 4294967295, { localCookie: cookie, remoteCookie: other }));
        await b.set(endConfig(right, left, 4294967295, 1234, { localCookie: other, remoteCookie: cookie }));
        const before = await a.counters();
        a.host.must(['ping', '-q', '-c2', '-i0.05', '-W2', '192.168.7.2']);
        a.host.must(['ping', '-q', '-c2', '-i0.05', '-W2', 'fd07::2']);
        // Full-size inner frames do not fit the wire of 1500 bytes: the outer packets travel as fragments.
        a.host.must(['ping', '-q', '-c2', '-i0.05', '-W2', '-M', 'do', '-s1472', '192.168.7.2']);
        b.host.must(['ping', '-q', '-c2', '-i0.05', '-W2', '-M', 'do', '-s1472', '192.168.7.1']);
        const counters = await a.until(({ ipackets }) => ipackets >= before.ipackets + 8);
        assert.ok(counters.opackets >= before.opackets + 8);
        assert.ok(counters.ibytes >= before.ibytes + 4 * 1514);
        assert.ok(counters.obytes >= before.obytes + 4 * 1514);
      });
    }
  }

  it('passes frames between link-local addresses, which need a scope', async () => {
    const sides = [
      [a, 'fe80::a', 'fe80::b', 1, 2],
      [b, 'fe80::b', 'fe80::a', 2, 1],
    ] as const;
    for (const [end, local, remote, localSession, remoteSession] of sides) {
      end.host.ip('addr', 'add', `${local}/64`, 'dev', 'wm0', 'nodad');
      const scope = Number(end.host.must(['cat', '/sys/class/net/wm0/ifindex']));
      const config = endConfig(local, remote, localSession, remoteSession);
      await end.set({ ...config, tunnel: config.tunnel && { ...config.tunnel, scope } });
    }
    a.host.must(['ping', '-q', '-c2', '-i0.05', '-W2', '192.168.7.2']);
  });

  it('ends, and lets the process end, on close', async () => {
    assert.equal(await a.close(), 0);
    assert.equal(a.stderr, '');
  });

  it('lets process.exit() end the process while the worker sleeps', async () => {
    const exited = new Promise((resolve) => b.process.once('exit', resolve));
    b.process.stdin!.write('{"verb":"exit"}\n');
    assert.equal(await exited, 7);
  });
});
