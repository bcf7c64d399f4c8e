/** TAP devices with virtio_net headers: what passes is what was sent, in fewer and larger pieces. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { cannotMakeNamespaces, Lab, type Namespace } from '../system/lab';
import { End, endConfig, inUdp } from './end';
import type { EndConfig } from './end-process';
import { runPeers } from './peers';
import { noQemu, startQemu } from './qemu';
import type { VnetHeader } from './tap-device';
import type { TcpReport } from './tcp-peer';
import type { UdpReport } from './udp-peer';

const wires = { ipv4: ['10.1.0.1', '10.1.0.2'], ipv6: ['fd01::1', 'fd01::2'] } as const;
const cookies = ['0123456789abcdef', 'fedcba9876543210'] as const;

/** Far ends' addresses inside the tunnel. */
const inner = ['192.168.7.2', 'fd07::2'] as const;

const tcpBytes = 6_000_000;
const udpCount = 600;

interface Case {
  readonly outer: 'ipv4' | 'ipv6';
  readonly mtu: number;
  readonly near: VnetHeader;
  readonly far: VnetHeader | 'QEMU';
  readonly cookies: boolean;
  readonly udp?: boolean;
}

const cases: readonly Case[] = [
  { outer: 'ipv4', mtu: 1600, near: 10, far: 10, cookies: false },
  // Every full frame travels in fragments.
  { outer: 'ipv4', mtu: 1500, near: 10, far: 12, cookies: true },
  { outer: 'ipv6', mtu: 1500, near: 12, far: 10, cookies: true },
  { outer: 'ipv6', mtu: 1600, near: 10, far: 0, cookies: false },
  { outer: 'ipv4', mtu: 1600, near: 10, far: 'QEMU', cookies: true },
  { outer: 'ipv4', mtu: 1600, near: 10, far: 10, cookies: false, udp: true },
  { outer: 'ipv4', mtu: 1500, near: 12, far: 10, cookies: true, udp: true },
  { outer: 'ipv6', mtu: 1600, near: 10, far: 0, cookies: true, udp: true },
  { outer: 'ipv4', mtu: 1600, near: 10, far: 'QEMU', cookies: true, udp: true },
];

/** Two hosts with l2tp0 and VLAN 5 on it; the near end is ours. */
async function tunnel(context: TestContext, setting: Case): Promise<readonly [End, Namespace]> {
  const lab = new Lab();
  context.after(() => lab.close());
  const [left, right] = wires[setting.outer];
  const hosts = [lab.host('a'), lab.host('b')] as const;
  lab.wire(hosts[0], 'wm0', hosts[1], 'wm0', setting.mtu);
  for (const [place, host] of hosts.entries()) {
    const options =
      setting.outer === 'ipv4' ? [`10.1.0.${place + 1}/24`] : [`fd01::${place + 1}/64`, 'nodad'];
    host.ip('addr', 'add', ...options, 'dev', 'wm0');
    host.ip('link', 'set', 'wm0', 'up');
  }
  const [ours, theirs] = setting.cookies ? cookies : ['', ''];
  const near = new End(hosts[0]);
  await near.tap('l2tp0', 1, setting.near);
  const wrapped = (config: EndConfig) => (setting.udp ? inUdp(config) : config);
  await near.set(wrapped(endConfig(left, right, 1234, 4321, { localCookie: ours, remoteCookie: theirs })));
  if (setting.far === 'QEMU') {
    await startQemu(hosts[1], 'l2tp0', {
      local: right,
      remote: left,
      localSession: 4321,
      remoteSession: 1234,
      ...(setting.udp && { udp: { local: 1701, remote: 1701 } }),
      ...(setting.cookies && { cookies: { local: `0x${theirs}`, remote: `0x${ours}` } }),
    });
  } else {
    const far = new End(hosts[1]);
    await far.tap('l2tp0', 1, setting.far);
    await far.set(wrapped(endConfig(right, left, 4321, 1234, { localCookie: theirs, remoteCookie: ours })));
  }
  for (const [place, host] of hosts.entries()) {
    host.ip('link', 'set', 'l2tp0', 'up');
    host.ip('addr', 'add', `192.168.7.${place + 1}/24`, 'dev', 'l2tp0');
    host.ip('addr', 'add', `fd07::${place + 1}/64`, 'dev', 'l2tp0', 'nodad');
  }
  for (const address of inner) hosts[0].must(['ping', '-q', '-c1', '-w5', address]);
  return [near, hosts[1]];
}

/** Packets as the host counts them for its device, where a super-frame is one. */
function devicePackets(host: Namespace, direction: 'rx' | 'tx'): number {
  return Number(host.must(['cat', `/sys/class/net/l2tp0/statistics/${direction}_packets`]));
}

/** Messages that the host's UDP has sent or received, where several datagrams that it cuts up or has joined are one. */
function udpMessages(host: Namespace, outer: Case['outer'], direction: 'Out' | 'In'): number {
  const name = `${direction}Datagrams`;
  if (outer === 'ipv6') {
    return Number(
      new RegExp(`^Udp6${name}\\s+(\\d+)$`, 'm').exec(host.must(['cat', '/proc/net/snmp6']))?.[1],
    );
  }
  const lines = host.must(['cat', '/proc/net/snmp']).split('\n');
  const [names = '', values = ''] = lines.filter((line) => line.startsWith('Udp: '));
  return Number(values.split(' ')[names.split(' ').indexOf(name)]);
}

describe('segmentation offload', { skip: cannotMakeNamespaces() }, () => {
  it('is done without, and says so, where the device refuses it', async (context) => {
    const lab = new Lab();
    context.after(() => lab.close());
    const end = new End(lab.host('a'));
    await end.ask({ verb: 'stranger', id: 1 });
    await end.set(endConfig('10.1.0.1', '10.1.0.2', 1, 2));
    await end.set(endConfig('10.1.0.1', '10.1.0.2', 1, 3));
    await end.event('warning');
    assert.deepEqual(end.events, [
      { kind: 'warning', message: 'no segmentation offload: the device refuses it, ENOTTY', id: 1 },
    ]);
  });

  for (const setting of cases) {
    const { outer, mtu, near: header, far, cookies: withCookies } = setting;
    const peer = far === 'QEMU' ? 'QEMU' : `a header of ${far}`;
    const title = `over ${outer}${setting.udp ? ' and UDP' : ''}, MTU ${mtu}, a header of ${header} bytes to ${peer}${withCookies ? ', cookies' : ''}`;
    it(title, { skip: far === 'QEMU' && noQemu() }, async (context) => {
      const [near, host] = await tunnel(context, setting);
      for (const address of inner) {
        const before = await near.counters();
        const devices = (['tx', 'rx'] as const).map((direction) => devicePackets(near.host, direction));
        const messages = (['Out', 'In'] as const).map((way) => udpMessages(near.host, outer, way));
        const lines = await runPeers('tcp-peer', near.host, host, address, tcpBytes);
        const [listener, sender] = lines.map((line) => JSON.parse(line) as TcpReport);
        assert.deepEqual([listener?.bytes, sender?.bytes], [tcpBytes, tcpBytes]);
        assert.equal(listener?.received, sender?.sent);
        assert.equal(sender?.received, listener?.sent);
        const after = await near.counters();
        const sent = devicePackets(near.host, 'tx') - devices[0]!;
        const received = devicePackets(near.host, 'rx') - devices[1]!;
        assert.ok(after.opackets - before.opackets > 2 * sent, 'super-frames were cut');
        assert.ok(after.ipackets - before.ipackets > 1.2 * received, 'segments were merged');
        if (!setting.udp || mtu === 1500) continue;
        const messagesSent = udpMessages(near.host, outer, 'Out') - messages[0]!;
        assert.ok(after.opackets - before.opackets > 2 * messagesSent, 'the kernel cut messages up');
        if (far === 'QEMU') continue;
        const messagesReceived = udpMessages(near.host, outer, 'In') - messages[1]!;
        assert.ok(after.ipackets - before.ipackets > 1.2 * messagesReceived, 'the kernel joined messages');
      }
      for (const address of inner) {
        const [report = ''] = await runPeers('udp-peer', near.host, host, address, udpCount);
        const expected: UdpReport = { received: udpCount, bad: 0, reordered: 0 };
        assert.deepEqual(JSON.parse(report), expected);
      }
      const { drops, global } = await near.counters();
      assert.deepEqual({ ...drops, ...global }, {});
      assert.deepEqual(near.events, []);
    });
  }
});
