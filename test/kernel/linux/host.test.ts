/** The Linux host against what ip(8) and bridge(8) say of the same namespace. */
import { after, before, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readSync, readFileSync, writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import * as netbsd from '../../../native-structs';
import type { Host, LinkAddress } from '../../../src/kernel/host';
import { HostError } from '../../../src/kernel/linux/errors';
import { linuxHost } from '../../../src/kernel/linux/linux-host';
import { must } from '../../system/lab';
import { FakeHost } from '../fake-host';
import {
  cannotHaveNamespace,
  cannotMakeTaps,
  enterNewMounts,
  enterNewNamespace,
  makeCard,
  tool,
} from './own-namespace';

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects that `line` prints as JSON. */
function objects(line: string): readonly Fields[] {
  const value: unknown = JSON.parse(tool(line) || '[]');
  assert.ok(Array.isArray(value));
  return value.filter(isFields);
}

function object(line: string): Fields {
  const [first] = objects(line);
  assert.ok(first, line);
  return first;
}

/** A member that is itself an object; empty if it is not there. */
function within(fields: Fields, ...path: readonly string[]): Fields {
  return path.reduce<Fields>((inner, name) => {
    const next = inner[name];
    return isFields(next) ? next : {};
  }, fields);
}

const colons = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').replace(/..\B/g, '$&:');
const dots = (bytes: Uint8Array | null): string | undefined => bytes?.join('.');

const forever = 0xffffffff;

function inet(index: number, address: readonly number[], more: Partial<LinkAddress> = {}): LinkAddress {
  return {
    index,
    address: Uint8Array.from(address),
    prefixLength: address.length === 4 ? 24 : 64,
    broadcast: null,
    peer: null,
    flags: 0,
    validLifetime: forever,
    preferredLifetime: forever,
    ...more,
  };
}

/** Until it holds, or five seconds are over: the assertion's own error then. */
async function eventually(assertion: () => void): Promise<void> {
  const deadline = Date.now() + 5000;
  for (;;) {
    try {
      assertion();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await setTimeout(5);
  }
}

/** A frame from a non-blocking descriptor. */
async function frameFrom(fd: number): Promise<Buffer> {
  const buffer = Buffer.alloc(2048);
  let length = 0;
  await eventually(() => {
    length = readSync(fd, buffer);
  });
  return buffer.subarray(0, length);
}

async function sendDatagram(port: number, address: string): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) =>
    socket.send('x', port, address, (error) => (error ? reject(error) : resolve())),
  );
  socket.close();
  await once(socket, 'close');
}

suite('LinuxHost', { skip: cannotHaveNamespace }, () => {
  let host: Host;
  const at = (name: string): number => {
    const link = host.link(name);
    assert.ok(link, `no link ${name}`);
    return link.index;
  };

  before(() => {
    enterNewNamespace();
    tool('ip link set lo up');
    makeCard('wm0');
    makeCard('wm1');
    host = linuxHost();
  });
  after(() => host.close());

  test('every link is as ip(8) shows it', async () => {
    await sendDatagram(9, '127.0.0.1');
    tool('ip link add br0 type bridge');
    tool('ip link set wm1 master br0');
    const flagNames: readonly (readonly [string, number])[] = [
      ['UP', netbsd.IFF_UP],
      ['BROADCAST', netbsd.IFF_BROADCAST],
      ['LOOPBACK', netbsd.IFF_LOOPBACK],
      ['MULTICAST', netbsd.IFF_MULTICAST],
      ['NOARP', netbsd.IFF_NOARP],
    ];
    const links = host.links();
    const shown = objects('ip -j -s -d link');
    assert.deepEqual(
      links.map(({ name }) => name),
      shown.map(({ ifname }) => ifname),
    );
    for (const [position, link] of links.entries()) {
      const ip = shown[position];
      assert.ok(ip);
      const flags = Array.isArray(ip.flags) ? ip.flags.map(String) : [];
      const [rx, tx] = [within(ip, 'stats64', 'rx'), within(ip, 'stats64', 'tx')];
      assert.deepEqual(
        {
          index: link.index,
          mtu: link.mtu,
          flags: flagNames.filter(([, flag]) => link.flags & flag).map(([name]) => name),
          address: link.type === 24 ? '00:00:00:00:00:00' : colons(link.address),
          promiscuous: (link.flags & netbsd.IFF_PROMISC) !== 0,
          master: links.find(({ index }) => index === link.master)?.name,
          bridge: link.bridge,
          counters: [
            link.counters.ipackets,
            link.counters.ibytes,
            link.counters.opackets,
            link.counters.obytes,
          ],
        },
        {
          index: ip.ifindex,
          mtu: ip.mtu,
          flags: flagNames.filter(([name]) => flags.includes(name)).map(([name]) => name),
          address: ip.address,
          promiscuous: Number(ip.promiscuity) > 0,
          master: ip.master,
          bridge: within(ip, 'linkinfo').info_kind === 'bridge',
          counters: [rx.packets, rx.bytes, tx.packets, tx.bytes].map((count) => BigInt(String(count))),
        },
      );
    }
    assert.ok((links.find(({ name }) => name === 'lo')?.counters.ipackets ?? 0n) > 0n);
    tool('ip link del br0');
  });

  test('flags, mtu and membership arrive', async () => {
    const bridge = host.createBridge('bridge0').index;
    host.setUp(at('wm0'), true);
    host.setMtu(at('wm0'), 1400);
    host.setNoArp(at('wm0'), true);
    host.setLinkAddress(at('wm0'), Uint8Array.of(2, 0, 0, 0, 0, 7));
    host.setMaster(at('wm0'), bridge);
    await eventually(() => assert.equal(host.link('wm0')?.linkState, 'up'));
    const shown = object('ip -j link show wm0');
    assert.deepEqual([shown.mtu, shown.master], [1400, 'bridge0']);
    assert.ok(String(shown.flags).includes('NOARP,UP'));
    assert.equal(shown.address, '02:00:00:00:00:07');
    host.setMaster(at('wm0'), 0);
    host.setNoArp(at('wm0'), false);
    host.setUp(at('wm0'), false);
    host.setMtu(at('wm0'), 1500);
    assert.equal(String(object('ip -j link show wm0').flags), 'BROADCAST,MULTICAST');
    host.deleteLink(bridge);
    assert.equal(host.link('bridge0'), null);
  });

  test('many TAP devices close at once, and nothing else goes with them', () => {
    const taps = ['tap0', 'tap1', 'tap2'].map((name) => host.createTap(name));
    const stays = host.createTap('tap3');
    // a group that would be the first choice, of somebody else's
    must(['ip', 'link', 'set', 'wm1', 'group', String(0x6c327470)]);
    must(['ip', 'link', 'del', 'tap1']);
    host.closeTaps(taps);
    assert.deepEqual(
      ['tap0', 'tap1', 'tap2', 'tap3', 'wm1'].map((name) => host.link(name) !== null),
      [false, false, false, true, true],
    );
    must(['ip', 'link', 'set', 'wm1', 'group', '0']);
    host.closeTaps([stays]);
    assert.equal(host.link('tap3'), null);
    host.closeTaps([]);
  });

  test('a new bridge is quiet, forwards as NetBSD does and keeps its mtu', () => {
    const bridge = host.createBridge('bridge0');
    const shown = object('ip -d -j link show bridge0');
    const data = within(shown, 'linkinfo', 'info_data');
    assert.deepEqual(
      [data.stp_state, data.mcast_snooping, data.group_fwd_mask, shown.inet6_addr_gen_mode, shown.mtu],
      [0, 0, '0xfff8', 'none', 1500],
    );
    tool('ip link set wm0 mtu 1400');
    host.setMaster(at('wm0'), bridge.index);
    assert.equal(host.link('bridge0')?.mtu, 1500);
    tool('ip link set wm0 mtu 9000');
    assert.equal(host.link('bridge0')?.mtu, 1500);
    host.deleteLink(bridge.index);
  });

  test('parameters of a bridge and of its port are those of ip(8) and bridge(8)', () => {
    const bridge = host.createBridge('bridge0').index;
    host.setMaster(at('wm0'), bridge);
    host.setBridgeParameters(bridge, {
      ageing: 1200,
      priority: 4096,
      helloTime: 3,
      forwardDelay: 4,
      maxAge: 21,
    });
    host.setBridgePort(at('wm0'), { learning: false, unicastFlood: false, priority: 7, pathCost: 55 });
    const data = within(object('ip -d -j link show bridge0'), 'linkinfo', 'info_data');
    assert.deepEqual(
      ['ageing_time', 'priority', 'hello_time', 'forward_delay', 'max_age'].map((name) => data[name]),
      [120000, 4096, 300, 400, 2100],
    );
    const port = object('bridge -d -j link show dev wm0');
    assert.deepEqual(
      ['learning', 'flood', 'priority', 'cost', 'state'].map((name) => port[name]),
      [false, false, 7, 55, 'disabled'],
    );
    assert.deepEqual(host.bridgePorts(bridge), [
      { index: at('wm0'), learning: false, unicastFlood: false, state: 0, priority: 7, pathCost: 55 },
    ]);
    host.deleteLink(bridge);
  });

  test('addresses are as ip(8) shows them', () => {
    const index = at('wm0');
    host.addAddress(inet(index, [192, 168, 0, 1], { broadcast: Uint8Array.of(192, 168, 0, 255) }));
    host.addAddress(inet(index, [10, 0, 0, 1], { prefixLength: 32, peer: Uint8Array.of(10, 0, 0, 2) }));
    host.addAddress(inet(at('lo'), [127, 0, 0, 2], { prefixLength: 8 }));
    const fd01 = [0xfd, ...new Array<number>(14).fill(0), 1];
    host.addAddress(inet(index, fd01, { validLifetime: 1000, preferredLifetime: 0 }));
    const info = (name: string): readonly Fields[] => {
      const list = object(`ip -j addr show ${name}`).addr_info;
      assert.ok(Array.isArray(list));
      return list.filter(isFields);
    };
    const shown = info('wm0');
    assert.deepEqual(
      host
        .addresses()
        .filter((address) => address.index === index && address.address.length === 4)
        .map(({ address, prefixLength, broadcast, peer }) => [
          dots(address),
          prefixLength,
          dots(broadcast),
          dots(peer),
        ]),
      shown
        .filter(({ family }) => family === 'inet')
        .map((one) => [one.local, one.prefixlen, one.broadcast, one.address]),
    );
    assert.deepEqual(
      info('lo')
        .filter(({ family }) => family === 'inet')
        .map(({ local, scope }) => [local, scope]),
      [
        ['127.0.0.1', 'host'],
        ['127.0.0.2', 'host'],
      ],
    );
    const ipv6 = shown.find(({ family }) => family === 'inet6');
    assert.deepEqual([ipv6?.local, ipv6?.prefixlen, ipv6?.deprecated], ['fd00::1', 64, true]);
    const [seen] = host.addresses().filter((one) => one.index === index && one.address.length === 16);
    assert.ok(seen);
    assert.ok(seen.flags & netbsd.IN6_IFF_DEPRECATED);
    assert.equal(seen.preferredLifetime, 0);
    assert.ok(seen.validLifetime > 900 && seen.validLifetime <= 1000);
    for (const one of host.addresses().filter((address) => address.index === index)) host.deleteAddress(one);
    assert.deepEqual(info('wm0'), []);
  });

  test("deleting a subnet's first address leaves the others, labels and all", () => {
    tool('sysctl -q -w net.ipv4.conf.all.promote_secondaries=0');
    const index = at('wm0');
    host.addAddress(inet(index, [10, 1, 0, 1]));
    tool('ip addr add 10.1.0.2/24 brd 10.1.0.255 dev wm0 label wm0:two');
    tool('ip addr add 10.1.0.3/24 dev wm0');
    host.deleteAddress(inet(index, [10, 1, 0, 1]));
    const shown = tool('ip -o -4 addr show wm0');
    assert.match(shown, /10\.1\.0\.2\/24 brd 10\.1\.0\.255 scope global wm0:two/);
    assert.match(shown, /10\.1\.0\.3\/24/);
    assert.doesNotMatch(shown, /10\.1\.0\.1\//);
    tool('ip addr flush dev wm0');
  });

  test('without privilege every change is EPERM, and reading goes on', (context) => {
    const fake = new FakeHost([{ name: 'wm0' }]);
    fake.privileged = false;
    try {
      process.seteuid?.(65534);
    } catch {
      context.skip('needs a second user id: run as root outside of a user namespace');
      return;
    }
    const unprivileged = linuxHost();
    try {
      for (const machine of [unprivileged, fake]) {
        const wm0 = machine.link('wm0')?.index ?? 0;
        for (const change of [
          () => machine.createTap('l2tp9'),
          () => machine.createBridge('bridge9'),
          () => machine.setUp(wm0, true),
          () => machine.setMtu(wm0, 1500),
          () => machine.setNoArp(wm0, true),
          () => machine.setLinkAddress(wm0, Uint8Array.of(2, 0, 0, 0, 0, 7)),
          () => machine.setMaster(wm0, 0),
          () => machine.addAddress(inet(wm0, [10, 0, 0, 1])),
          () => machine.deleteAddress(inet(wm0, [10, 0, 0, 1])),
          () => machine.deleteLink(wm0),
          () => machine.setBridgePort(wm0, { pathCost: 5 }),
          () => machine.addForwardingEntry(wm0, Uint8Array.of(2, 0, 0, 0, 0, 1)),
          () => machine.deleteForwardingEntry(wm0, Uint8Array.of(2, 0, 0, 0, 0, 1)),
        ]) {
          assert.throws(change, { name: 'KernelError', code: 'EPERM' }, String(change));
        }
      }
    } finally {
      unprivileged.close();
      process.seteuid?.(0);
    }
  });

  suite('TAP', { skip: cannotMakeTaps }, () => {
    test('is as ip(8) shows it, says nothing by itself, and goes with its descriptor', async () => {
      const tap = host.createTap('l2tp0');
      const shown = object('ip -d -j link show l2tp0');
      const data = within(shown, 'linkinfo', 'info_data');
      assert.deepEqual(
        [data.type, data.pi, data.vnet_hdr, data.persist, shown.mtu, shown.txqlen],
        ['tap', false, true, false, 9216, 1000],
      );
      assert.equal(shown.inet6_addr_gen_mode, 'none');
      assert.equal(shown.ifindex, tap.index);
      host.setUp(tap.index, true);
      assert.equal(readFileSync('/proc/sys/net/ipv6/conf/l2tp0/disable_ipv6', 'utf8'), '1\n');
      host.addAddress(inet(tap.index, [10, 2, 0, 1]));
      tool('ip neigh add 10.2.0.2 lladdr 02:00:00:00:00:02 dev l2tp0 nud permanent');
      await sendDatagram(9, '10.2.0.2');
      assert.equal(tap.vnetHeader, 10);
      const frame = (await frameFrom(tap.fd)).subarray(tap.vnetHeader);
      assert.equal(colons(frame.subarray(0, 6)), '02:00:00:00:00:02');
      assert.equal(frame.readUInt16BE(12), 0x0800);
      host.closeTap(tap);
      assert.equal(host.link('l2tp0'), null);
      host.closeTap(tap);
    });

    test('does not take over a device that is there', () => {
      tool('ip tuntap add l2tp0 mode tap');
      assert.throws(() => host.createTap('l2tp0'), { code: 'EEXIST' });
      assert.equal(within(object('ip -d -j link show l2tp0'), 'linkinfo', 'info_data').persist, true);
      tool('ip tuntap del l2tp0 mode tap');
    });

    test('survives in the descriptor when somebody deletes the device', () => {
      const tap = host.createTap('l2tp0');
      tool('ip link del l2tp0');
      assert.equal(host.link('l2tp0'), null);
      assert.throws(() => host.setUp(tap.index, true), { code: 'ENXIO' });
      const next = host.createTap('l2tp0');
      host.closeTap(tap);
      assert.equal(host.link('l2tp0')?.index, next.index);
      host.closeTap(next);
    });

    test('a bridge learns from it, and its table is that of bridge(8)', async () => {
      const bridge = host.createBridge('bridge0').index;
      const tap = host.createTap('l2tp0');
      for (const index of [tap.index, at('wm1')]) {
        host.setMaster(index, bridge);
        host.setUp(index, true);
      }
      host.setUp(bridge, true);
      host.addForwardingEntry(at('wm1'), Uint8Array.of(2, 0, 0, 0, 0, 7));
      await eventually(() =>
        assert.equal(host.bridgePorts(bridge).find((p) => p.index === tap.index)?.state, 3),
      );
      const frame = Buffer.alloc(60);
      frame.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 8, 0x88, 0xb5]);
      writeSync(tap.fd, Buffer.concat([Buffer.alloc(tap.vnetHeader), frame]));
      await eventually(() => {
        assert.deepEqual(
          host
            .forwardingTable(bridge)
            .map((entry) => [colons(entry.address), entry.port, entry.static])
            .sort(),
          [
            ['02:00:00:00:00:07', at('wm1'), true],
            ['02:00:00:00:00:08', tap.index, false],
          ],
        );
      });
      const shown = objects('bridge -j fdb show br bridge0')
        .filter(({ mac, master }) => master === 'bridge0' && String(mac).startsWith('02:00:00:00:00'))
        .map(({ mac, ifname, state }) => [mac, ifname, state])
        .sort();
      assert.deepEqual(shown, [
        ['02:00:00:00:00:07', 'wm1', 'static'],
        ['02:00:00:00:00:08', 'l2tp0', ''],
      ]);
      assert.ok((host.forwardingTable(bridge).find((entry) => !entry.static)?.age ?? 99) <= 5);
      host.closeTap(tap);
      assert.deepEqual(
        host.forwardingTable(bridge).map((entry) => entry.port),
        [at('wm1')],
      );
      host.deleteLink(bridge);
    });

    test('without /dev/net/tun it is ENXIO, and the reason says what to do', () => {
      enterNewMounts();
      tool('mount -t tmpfs tmpfs /dev/net');
      try {
        assert.throws(
          () => host.createTap('l2tp0'),
          (error) =>
            error instanceof HostError && error.code === 'ENXIO' && error.reason.includes('modprobe tun'),
        );
        const fake = new FakeHost();
        fake.tunAvailable = false;
        assert.throws(() => fake.createTap('l2tp0'), { code: 'ENXIO' });
      } finally {
        tool('umount /dev/net');
      }
    });
  });

  test('a dump of many links is complete, and while others come and go, too', async () => {
    const many = Array.from({ length: 100 }, (_, number) => `link add many${number} type bridge`);
    must(['ip', '-batch', '-'], { input: many.join('\n') });
    const expected = objects('ip -j link').map(({ ifname }) => ifname);
    assert.ok(expected.length > 100);
    const stable = (): readonly string[] =>
      host
        .links()
        .map(({ name }) => name)
        .filter((name) => name !== 'flicker');
    assert.deepEqual(stable(), expected);
    const others = spawn('ip', ['-batch', '-']);
    others.stdin.end('link add flicker type bridge\nlink del flicker\n'.repeat(20));
    const ended = once(others, 'exit');
    while (others.exitCode === null) {
      assert.deepEqual(stable(), expected);
      await setTimeout(0);
    }
    assert.deepEqual(await ended, [0, null]);
  });
});
