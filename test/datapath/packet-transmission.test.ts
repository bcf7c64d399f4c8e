/** Transmission by packet sockets: it follows the kernel's routes and neighbours, and what cannot go that way is not lost. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { cannotMakeNamespaces, Lab } from '../system/lab';
import { End, endConfig, inUdp } from './end';

const [left, right] = ['10.1.0.1', '10.1.0.2'];
const peer = '192.168.7.2';

/** Two ends joined by wm0 and wm1, the first of which has the tunnel's addresses; A sends by packet sockets. */
async function pair(context: TestContext): Promise<readonly [End, End]> {
  const lab = new Lab();
  context.after(() => lab.close());
  const [a, b] = [lab.host('a'), lab.host('b')];
  lab.wire(a, 'wm0', b, 'wm0');
  lab.wire(a, 'wm1', b, 'wm1');
  const ends = [new End(a, 'packet'), new End(b)] as const;
  for (const [place, { host }] of ends.entries()) {
    host.sh('for each in all default wm0 wm1; do echo 0 > /proc/sys/net/ipv4/conf/$each/rp_filter; done');
    host.ip('addr', 'add', `10.1.0.${place + 1}/24`, 'dev', 'wm0');
    host.ip('addr', 'add', `10.2.0.${place + 1}/24`, 'dev', 'wm1');
    for (const wire of ['wm0', 'wm1']) host.ip('link', 'set', wire, 'up');
  }
  for (const [place, end] of ends.entries()) {
    await end.tap();
    end.host.ip('addr', 'add', `192.168.7.${place + 1}/24`, 'dev', 'l2tp0');
    end.host.ip('link', 'set', 'l2tp0', 'up');
  }
  await ends[0].set(endConfig(left, right, 1, 2));
  await ends[1].set(endConfig(right, left, 2, 1));
  return ends;
}

const ping = (end: End, ...options: string[]): number | null =>
  end.host.run(['ping', '-q', '-c1', '-W5', ...options, peer]).status;

/** Sends until packets go by the packet socket. */
async function direct(end: End): Promise<void> {
  const { odirect } = await end.counters();
  const deadline = Date.now() + 15_000;
  while ((await end.counters()).odirect === odirect) {
    assert.ok(Date.now() < deadline, 'no packet has gone by the packet socket');
    ping(end, '-W1');
  }
}

/** Sends until a packet goes by the raw socket, and then some more: all of them do. */
async function raw(end: End): Promise<void> {
  const share = async () => {
    const before = await end.counters();
    ping(end, '-W1');
    const after = await end.counters();
    return [after.opackets - before.opackets, after.odirect - before.odirect] as const;
  };
  const deadline = Date.now() + 15_000;
  for (;;) {
    const [all, past] = await share();
    if (all > 0 && past === 0) break;
    assert.ok(Date.now() < deadline, 'packets still go by the packet socket');
  }
  assert.equal((await share())[1], 0);
}

/** How many of 500 pings are answered while `disturb` runs, again and again. */
async function answered(end: End, disturb: (round: number) => void): Promise<number> {
  const pings = end.host.start(['ping', '-q', '-c500', '-i0.004', '-W2', peer]);
  const output: Buffer[] = [];
  pings.stdout!.on('data', (text: Buffer) => output.push(text));
  const ended = once(pings, 'close');
  for (let round = 0; pings.exitCode === null; round += 1) {
    disturb(round);
    await end.counters();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await ended;
  return Number(/(\d+) received/u.exec(Buffer.concat(output).toString())?.[1]);
}

describe('transmission by packet sockets', { skip: cannotMakeNamespaces() }, () => {
  it('begins when the neighbour is known', async (context) => {
    const [a] = await pair(context);
    assert.equal(ping(a), 0);
    await direct(a);
    assert.equal(ping(a, '-s', '1300'), 0);
  });

  it('follows a route that changes under traffic, and loses nothing', async (context) => {
    const [a, b] = await pair(context);
    await direct(a);
    const wm1 = () => Number(b.host.must(['cat', '/sys/class/net/wm1/statistics/rx_packets']));
    const before = wm1();
    const count = await answered(a, (round) => {
      if (round % 2 === 0) a.host.ip('route', 'replace', `${right}/32`, 'via', '10.2.0.2', 'src', left);
      else a.host.ip('route', 'del', `${right}/32`);
    });
    assert.equal(count, 500);
    assert.ok(wm1() - before > 100);
    await direct(a);
  });

  it('loses nothing when the neighbour is forgotten under traffic', async (context) => {
    const [a] = await pair(context);
    await direct(a);
    const count = await answered(a, () => {
      a.host.run(['ip', 'neigh', 'del', right, 'dev', 'wm0']);
    });
    assert.equal(count, 500);
    await direct(a);
  });

  it('uses another hardware address as soon as the kernel does', async (context) => {
    const [a, b] = await pair(context);
    await direct(a);
    b.host.ip('link', 'set', 'wm0', 'address', '02:00:00:00:00:99');
    a.host.ip('neigh', 'replace', right, 'lladdr', '02:00:00:00:00:99', 'nud', 'permanent', 'dev', 'wm0');
    await a.counters();
    const { odirect } = await a.counters();
    assert.equal(ping(a), 0);
    assert.ok((await a.counters()).odirect > odirect);
  });

  it('asks for a neighbour of which the kernel is no longer sure', async (context) => {
    const [a] = await pair(context);
    await direct(a);
    const lladdr = /lladdr (\S+)/u.exec(a.host.ip('neigh', 'show', right, 'dev', 'wm0'))![1]!;
    a.host.ip('neigh', 'replace', right, 'lladdr', lladdr, 'nud', 'stale', 'dev', 'wm0');
    // Without packets that would make it: the kernel's own first probe would come five seconds after the next packet.
    const deadline = Date.now() + 4_000;
    while (!a.host.ip('neigh', 'show', right, 'dev', 'wm0').includes('REACHABLE')) {
      assert.ok(Date.now() < deadline, 'nobody has asked for the neighbour');
      await a.counters();
    }
    await direct(a);
  });

  it('leaves packets that need fragments to the raw socket', async (context) => {
    const [a, b] = await pair(context);
    await direct(a);
    for (const { host } of [b, a]) host.ip('link', 'set', 'wm0', 'mtu', '1000');
    await a.counters();
    const before = await a.counters();
    assert.equal(ping(a, '-s', '1300'), 0);
    const after = await a.counters();
    assert.ok(after.opackets > before.opackets);
    assert.equal(after.odirect, before.odirect);
    await direct(a);
    for (const { host } of [b, a]) host.ip('link', 'set', 'wm0', 'mtu', '1500');
    await a.counters();
    assert.equal(ping(a, '-s', '1300'), 0);
    assert.ok((await a.counters()).odirect > after.odirect);
  });

  it('goes on when the interface has been down', async (context) => {
    const [a] = await pair(context);
    await direct(a);
    a.host.ip('link', 'set', 'wm0', 'down');
    const { drops } = await a.counters();
    ping(a, '-W0.2');
    await a.until((counters) => (counters.drops['no-route'] ?? 0) > (drops['no-route'] ?? 0));
    a.host.ip('link', 'set', 'wm0', 'up');
    await direct(a);
    assert.equal(ping(a), 0);
  });

  it('obeys IPsec policies', async (context) => {
    const [a] = await pair(context);
    await direct(a);
    const selector = ['src', left, 'dst', '10.99.0.1', 'dir', 'out'];
    if (a.host.run(['ip', 'xfrm', 'policy', 'add', ...selector, 'action', 'allow']).status !== 0) {
      context.diagnostic('this kernel has no IPsec');
      return;
    }
    await raw(a);
    a.host.must(['ip', 'xfrm', 'policy', 'del', ...selector]);
    await direct(a);
  });

  it('has no part in tunnels in UDP', async (context) => {
    const [a, b] = await pair(context);
    await direct(a);
    await a.set(inUdp(endConfig(left, right, 1, 2)));
    await b.set(inUdp(endConfig(right, left, 2, 1)));
    await raw(a);
    assert.equal(ping(a), 0);
    await a.set(endConfig(left, right, 1, 2));
    await b.set(endConfig(right, left, 2, 1));
    await direct(a);
  });

  it('has no part in tunnels to this host and over devices that are no Ethernet', async (context) => {
    const [a] = await pair(context);
    a.host.ip('addr', 'add', '10.3.0.1/32', 'dev', 'lo');
    a.host.ip('addr', 'add', '10.3.0.2/32', 'dev', 'lo');
    await a.set(endConfig('10.3.0.1', '10.3.0.2', 1, 2));
    await raw(a);
  });
});
