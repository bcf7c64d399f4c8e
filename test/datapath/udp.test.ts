/** Tunnels in UDP: what their ports mean, whose a port is, peers behind a NAT, and what is not delivered. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { ChildProcess } from 'node:child_process';
import { cannotMakeNamespaces, eventually, Lab, type Namespace } from '../system/lab';
import { End, endConfig, inUdp } from './end';
import type { EndConfig } from './end-process';

const left = '10.1.0.1';
const right = '10.1.0.2';
const cookies = ['0123456789abcdef', 'fedcba9876543210'] as const;

/** Two hosts on one wire. */
function hosts(context: TestContext): readonly [Namespace, Namespace] {
  const lab = new Lab();
  context.after(() => lab.close());
  const [a, b] = [lab.host('a'), lab.host('b')];
  lab.wire(a, 'wm0', b, 'wm0', 1600);
  for (const [place, host] of [a, b].entries()) {
    host.ip('addr', 'add', `10.1.0.${place + 1}/24`, 'dev', 'wm0');
    host.ip('addr', 'add', `fd01::${place + 1}/64`, 'dev', 'wm0', 'nodad');
    host.ip('link', 'set', 'wm0', 'up');
  }
  return [a, b];
}

/** A tunnel end with its device up, at `192.168.N.place`, N being the device's id. */
async function endAt(host: Namespace, place: 1 | 2, ...configs: readonly EndConfig[]): Promise<End> {
  const end = new End(host);
  for (const config of configs) {
    const name = `l2tp${config.id - 1}`;
    await end.tap(name, config.id, 10);
    await end.set(config);
    host.ip('link', 'set', name, 'up');
    host.ip('addr', 'add', `192.168.${config.id}.${place}/24`, 'dev', name);
  }
  return end;
}

function reaches(host: Namespace, address: string): void {
  host.must(['ping', '-q', '-c2', '-i0.05', '-w5', address]);
}

function silent(host: Namespace, address: string): void {
  assert.notEqual(host.run(['ping', '-q', '-c1', '-W1', address]).status, 0);
}

/** Starts a program of the tests; resolves when it has said something. */
async function start(host: Namespace, program: string, ...words: readonly string[]): Promise<ChildProcess> {
  const child = host.start([process.execPath, join(__dirname, `${program}.js`), ...words]);
  await once(child.stdout!, 'data');
  return child;
}

/** Local ports of the host's UDP sockets. */
function openPorts(host: Namespace): number[] {
  const lines = host.must(['ss', '-Hlun']).trim().split('\n');
  return lines.map((line) => Number(/:(\d+)\s/.exec(line)?.[1])).filter((port) => port > 0);
}

describe('tunnels in UDP', { skip: cannotMakeNamespaces() }, () => {
  it('share ports: many sessions, sockets for each family and port', async (context) => {
    const [a, b] = hosts(context);
    const configs = (from: string, to: string, from6: string, to6: string, near: boolean) => {
      const session = (id: number) => (near ? ([id, id + 100] as const) : ([id + 100, id] as const));
      return [
        inUdp(endConfig(from, to, ...session(1), { id: 1 }), 1701, 1701),
        inUdp(endConfig(from, to, ...session(2), { id: 2 }), 1701, 1701),
        inUdp(endConfig(from6, to6, ...session(3), { id: 3 }), 1701, 1701),
        inUdp(endConfig(from, to, ...session(4), { id: 4 }), near ? 4500 : 4501, near ? 4501 : 4500),
        endConfig(from, to, ...session(5), { id: 5 }),
      ];
    };
    const near = await endAt(a, 1, ...configs(left, right, 'fd01::1', 'fd01::2', true));
    await endAt(b, 2, ...configs(right, left, 'fd01::2', 'fd01::1', false));
    for (const id of [1, 2, 3, 4, 5]) reaches(a, `192.168.${id}.2`);
    assert.deepEqual(openPorts(a).sort(), [1701, 1701, 4500]);
    for (const id of [1, 2, 3, 4]) {
      await near.ask({ verb: 'remove', id });
    }
    assert.deepEqual(openPorts(a), [], 'given back with the last tunnel');
    reaches(a, '192.168.5.2');
    assert.deepEqual(near.events, []);
  });

  it('has several sessions of different lengths in one batch', async (context) => {
    const [a, b] = hosts(context);
    const near = await endAt(
      a,
      1,
      inUdp(endConfig(left, right, 1, 101, { id: 1 })),
      inUdp(endConfig(left, right, 2, 102, { id: 2, remoteCookie: cookies[0] })),
    );
    const far = await endAt(
      b,
      2,
      inUdp(endConfig(right, left, 101, 1, { id: 1 })),
      inUdp(endConfig(right, left, 102, 2, { id: 2, localCookie: cookies[0] })),
    );
    const flood = (id: number, size: number) =>
      once(a.start(['ping', '-q', '-c2000', '-l20', '-i0', '-w10', `-s${size}`, `192.168.${id}.2`]), 'exit');
    const statuses = await Promise.all([flood(1, 100), flood(2, 100), flood(1, 1400), flood(2, 700)]);
    assert.deepEqual(
      statuses.map(([status]) => Number(status)),
      [0, 0, 0, 0],
    );
    for (const end of [near, far]) {
      for (const id of [1, 2]) {
        const { drops, global, ipackets } = await end.counters(id);
        assert.deepEqual({ ...drops, ...global }, {});
        assert.ok(ipackets >= 4000);
      }
    }
  });

  it('goes on without a port that another process has, and takes it when it is free', async (context) => {
    const [a, b] = hosts(context);
    const holder = await start(a, 'port-holder', '1701');
    const near = await endAt(
      a,
      1,
      inUdp(endConfig(left, right, 1, 101, { id: 1 })),
      inUdp(endConfig(left, right, 2, 102, { id: 2 })),
      endConfig(left, right, 3, 103, { id: 3 }),
    );
    await endAt(
      b,
      2,
      inUdp(endConfig(right, left, 101, 1, { id: 1 })),
      inUdp(endConfig(right, left, 102, 2, { id: 2 })),
      endConfig(right, left, 103, 3, { id: 3 }),
    );
    silent(a, '192.168.1.2');
    reaches(a, '192.168.3.2');
    const { drops } = await near.until((counters) => (counters.drops['port-unavailable'] ?? 0) > 0);
    assert.deepEqual(Object.keys(drops), ['port-unavailable']);
    const taken = 'UDP port 1701 over IPv4 is in use by another process';
    const told = `${taken}: nothing passes through it; it is tried again every second`;
    const warnings = () => near.events.map(({ message }) => message);
    assert.deepEqual(warnings(), [told]);
    holder.kill();
    await eventually('the port is taken', () => warnings().length > 1);
    reaches(a, '192.168.1.2');
    reaches(b, '192.168.2.1');
    assert.deepEqual(warnings(), [told, 'UDP port 1701 over IPv4 is free now: frames pass']);
  });

  it('sends from an address that the host only gets later', async (context) => {
    const [a, b] = hosts(context);
    const near = await endAt(a, 1, inUdp(endConfig('10.1.0.9', right, 1, 2)));
    await endAt(b, 2, inUdp(endConfig(right, '10.1.0.9', 2, 1)));
    silent(a, '192.168.1.2');
    const { drops } = await near.until((counters) => (counters.drops['bad-source'] ?? 0) > 0);
    assert.deepEqual(Object.keys(drops), ['bad-source']);
    a.ip('addr', 'add', '10.1.0.9/24', 'dev', 'wm0');
    reaches(a, '192.168.1.2');
  });

  it('finds a peer behind a NAT, and again when the NAT has forgotten it', async (context) => {
    const lab = new Lab();
    context.after(() => lab.close());
    const [client, nat, server] = ['client', 'nat', 'server'].map((label) => lab.host(label));
    assert.ok(client && nat && server);
    lab.wire(client, 'wm0', nat, 'lan', 1600);
    lab.wire(nat, 'wan', server, 'wm0', 1600);
    const addresses = [
      [client, 'wm0', '10.0.0.2/24'],
      [nat, 'lan', '10.0.0.1/24'],
      [nat, 'wan', '192.0.2.1/24'],
      [server, 'wm0', '192.0.2.2/24'],
    ] as const;
    for (const [host, device, address] of addresses) {
      host.ip('addr', 'add', address, 'dev', device);
      host.ip('link', 'set', device, 'up');
    }
    const router = await start(nat, 'nat', 'nat0', '198.51.100.7', '30000');
    nat.ip('link', 'set', 'nat0', 'up', 'mtu', '1600');
    nat.sh(
      'for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$f; done; echo 1 >/proc/sys/net/ipv4/ip_forward',
    );
    // From the LAN to the world, and from the world to the public address: both by way of the translator.
    nat.ip('rule', 'add', 'iif', 'lan', 'table', '100');
    nat.ip('route', 'add', 'default', 'dev', 'nat0', 'table', '100');
    nat.ip('route', 'add', '198.51.100.7', 'dev', 'nat0');
    client.ip('route', 'add', 'default', 'via', '10.0.0.1');
    server.ip('route', 'add', '198.51.100.0/24', 'via', '192.0.2.1');

    const [ours, theirs] = cookies;
    const behind = endConfig('10.0.0.2', '192.0.2.2', 1, 2, { localCookie: ours, remoteCookie: theirs });
    const public_ = endConfig('192.0.2.2', '10.0.0.2', 2, 1, { localCookie: theirs, remoteCookie: ours });
    const outside = await endAt(server, 2, inUdp(public_, 1701, 0));
    silent(server, '192.168.1.1');
    const { drops } = await outside.until((counters) => (counters.drops['peer-unknown'] ?? 0) > 0);
    assert.deepEqual(Object.keys(drops), ['peer-unknown']);
    const inside = await endAt(client, 1, inUdp(behind, 0, 1701));
    reaches(client, '192.168.1.2');
    reaches(server, '192.168.1.1');

    // Messages that are not good teach nothing.
    const bad = [`0003000000000002${ours}${'00'.repeat(60)}`, `0003000000000003${theirs}${'00'.repeat(60)}`];
    const sender = [process.execPath, join(__dirname, 'datagram-sender.js'), '192.0.2.2', '1701'];
    nat.must(sender, { input: `${bad.join('\n')}\n` });
    await outside.until(
      ({ drops, global }) => drops['cookie-mismatch'] === 1 && global['unknown-session'] === 1,
    );
    reaches(server, '192.168.1.1');

    // What is known of the peer outlives a change of something else.
    await outside.set(inUdp({ ...public_, remoteCookie: theirs }, 1701, 0));
    await inside.set(inUdp({ ...behind, localCookie: theirs }, 0, 1701));
    reaches(server, '192.168.1.1');

    router.stdin!.write('\n');
    await once(router.stdout!, 'data');
    reaches(client, '192.168.1.2');
    reaches(server, '192.168.1.1');
    reaches(client, '192.168.1.2');
  });

  it('counts what is not delivered under its cause', async (context) => {
    const [a, b] = hosts(context);
    const end = await endAt(
      b,
      2,
      inUdp(endConfig(right, left, 1, 2, { id: 1, localCookie: cookies[0] })),
      inUdp(endConfig(right, left, 3, 4, { id: 2 }), 4500, 4500),
      endConfig(right, left, 5, 6, { id: 3 }),
      inUdp(endConfig('fd01::2', 'fd01::1', 7, 8, { id: 4 })),
    );
    const frame = `ffffffffffff02000000000188b5${'00'.repeat(46)}`;
    const data = (session: number, rest = frame) => `00030000${session.toString(16).padStart(8, '0')}${rest}`;
    const good = data(1, cookies[0] + frame);
    const cut = [0, 3, 4, 7].map((bytes) => good.slice(0, 2 * bytes));
    const headers = (...words: readonly string[]) => words.map((word) => word + good.slice(4));
    const inUdpAt1701 = [
      ...cut,
      ...headers('0002', '0000', '8002', 'c801'),
      ...headers('8003', 'c803'),
      // Reserved bits are ignored.
      ...headers('7ff3'),
      data(9),
      data(3),
      data(5),
      data(7),
      good.slice(0, 2 * 15),
      data(1, cookies[1] + frame),
      data(1, cookies[0] + frame.slice(0, 26)),
      good,
    ];
    const send = (program: string, options: readonly string[], lines: readonly string[]) =>
      a.must([process.execPath, join(__dirname, `${program}.js`), right, ...options], {
        input: `${lines.join('\n')}\n`,
      });
    send('datagram-sender', ['1701'], inUdpAt1701);
    send('raw-sender', [], [good.slice(8)]);
    await end.until(({ drops, ipackets }) => ipackets === 2 && drops['wrong-encapsulation'] === 1);
    const first = await end.counters(1);
    assert.deepEqual(first.global, {
      'runt-packet': 4,
      'wrong-version': 4,
      'control-message': 2,
      'unknown-session': 1,
    });
    assert.deepEqual(first.drops, {
      'wrong-encapsulation': 1,
      'cookie-missing': 1,
      'cookie-mismatch': 1,
      'runt-frame': 1,
    });
    for (const [id, cause] of [
      [2, 'wrong-encapsulation'],
      [3, 'wrong-encapsulation'],
      [4, 'no-tunnel'],
    ] as const) {
      assert.deepEqual((await end.counters(id)).drops, { [cause]: 1 });
    }
  });
});
