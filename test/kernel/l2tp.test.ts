/** l2tp interfaces beyond the observed answers: what the data path is told, what the host shows, what goes wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  IFF_DEBUG,
  IFF_PROMISC,
  IFF_RUNNING,
  IFF_UP,
  BRDGADD,
  KernelError,
  L2TP_STATE_UP,
  structs,
} from '../../native-structs';
import { dropCauses } from '../../src/datapath/drop-causes';
import { L2TPDROPS } from '../../src/kernel/l2tp-drops';
import { named, socketAddress } from './addresses';
import { amd64, machine, outcome, type Process } from './process';

const ifreq = structs(amd64, 'ifreq');
const in6_ifreq = structs(amd64, 'in6_ifreq');
const if_laddrreq = structs(amd64, 'if_laddrreq');
const ifbreq = structs(amd64, 'ifbreq');
const l2tp_req = structs(amd64, 'l2tp_req');

const { addr, dstaddr } = if_laddrreq.fields;

function setTunnel(process: Process, name: string, source: Buffer, destination: Buffer): Promise<void> {
  return process.ioctl(
    'SIOCSLIFPHYADDR',
    named(if_laddrreq.size, name, [
      [addr.offset, source],
      [dstaddr.offset, destination],
    ]),
  );
}

async function getTunnel(process: Process, name: string): Promise<readonly [Buffer, Buffer]> {
  const argument = if_laddrreq.make({ iflr_name: name });
  await process.ioctl('SIOCGLIFPHYADDR', argument);
  return [argument.subarray(addr.offset, dstaddr.offset), argument.subarray(dstaddr.offset)];
}

async function configured() {
  const made = machine();
  const { process } = made;
  await process.create('l2tp0');
  await setTunnel(process, 'l2tp0', socketAddress('192.0.2.1'), socketAddress('192.0.2.2'));
  await process.l2tp('SIOCSL2TPSESSION', 'l2tp0', { my_sess_id: 1234, peer_sess_id: 4321 });
  await process.l2tp('SIOCSL2TPSTATE', 'l2tp0', { state: L2TP_STATE_UP });
  await process.l2tp('SIOCSL2TPCOOKIE', 'l2tp0', {
    my_cookie_len: 4,
    my_cookie: 12345n,
    peer_cookie_len: 8,
    peer_cookie: 0x1122334455667788n,
  });
  return made;
}

test('the data path knows an interface as soon as it is created', async () => {
  const { process, datapath } = machine();
  await process.create('l2tp0');
  const { id, tap, ...rest } = datapath.named('l2tp0');
  assert(id > 0);
  assert.equal(typeof tap, 'number');
  assert.deepEqual(rest, {
    name: 'l2tp0',
    vnetHeader: 0,
    tunnel: null,
    localSession: 0,
    remoteSession: 0,
    localCookie: new Uint8Array(),
    remoteCookie: new Uint8Array(),
    receiving: false,
  });
});

test('each setter is in force in the data path when it returns, cookies in network order', async () => {
  const { datapath, process } = await configured();
  const { id, tap, ...rest } = datapath.named('l2tp0');
  const wanted = {
    name: 'l2tp0',
    vnetHeader: 0,
    tunnel: { local: Uint8Array.of(192, 0, 2, 1), remote: Uint8Array.of(192, 0, 2, 2), scope: 0 },
    localSession: 1234,
    remoteSession: 4321,
    localCookie: Uint8Array.of(0, 0, 0x30, 0x39),
    remoteCookie: Uint8Array.of(0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88),
    receiving: true,
  };
  assert.deepEqual(rest, wanted);
  await process.l2tp('SIOCDL2TPSESSION', 'l2tp0');
  await process.l2tp('SIOCDL2TPCOOKIE', 'l2tp0');
  await process.l2tp('SIOCSL2TPSTATE', 'l2tp0', { state: -7 });
  await process.indirect('SIOCDIFPHYADDR', 'l2tp0', null);
  assert.deepEqual(datapath.named('l2tp0'), {
    id,
    tap,
    ...wanted,
    tunnel: null,
    localSession: 0,
    remoteSession: 0,
    localCookie: new Uint8Array(),
    remoteCookie: new Uint8Array(),
    receiving: false,
  });
  assert.equal((await process.getL2tp('l2tp0')).state, -7);
});

test('a change is a new description, not a change of the old one', async () => {
  const { datapath, process } = await configured();
  const before = datapath.named('l2tp0');
  const copy = structuredClone(before);
  await process.l2tp('SIOCSL2TPSESSION', 'l2tp0', { my_sess_id: 5, peer_sess_id: 6 });
  await setTunnel(process, 'l2tp0', socketAddress('10.0.0.1'), socketAddress('10.0.0.2'));
  assert.deepEqual(before, copy);
});

test('if the data path refuses, nothing has changed', async () => {
  const { datapath, process, log } = await configured();
  const before = [
    await getTunnel(process, 'l2tp0'),
    await process.getL2tp('l2tp0'),
    await process.flags('l2tp0'),
  ];
  datapath.refusal = Object.assign(new Error('socket: EPERM'), { code: 'EPERM' });
  const cookies = { my_cookie_len: 4, my_cookie: 1n, peer_cookie_len: 4, peer_cookie: 1n };
  const attempts = [
    setTunnel(process, 'l2tp0', socketAddress('fc00::1'), socketAddress('fc00::2')),
    process.indirect('SIOCDIFPHYADDR', 'l2tp0', null),
    process.l2tp('SIOCSL2TPSESSION', 'l2tp0', { my_sess_id: 7, peer_sess_id: 8 }),
    process.l2tp('SIOCDL2TPSESSION', 'l2tp0'),
    process.l2tp('SIOCSL2TPCOOKIE', 'l2tp0', cookies),
    process.l2tp('SIOCDL2TPCOOKIE', 'l2tp0'),
    process.l2tp('SIOCSL2TPSTATE', 'l2tp0', { state: 0 }),
  ];
  for (const attempt of attempts) assert.equal(await outcome(attempt), 'EPERM');
  assert.deepEqual(
    [await getTunnel(process, 'l2tp0'), await process.getL2tp('l2tp0'), await process.flags('l2tp0')],
    before,
  );
  assert(log.lines.includes('error: l2tp0: the data path refuses: socket: EPERM'));
});

test('if the data path refuses a new interface, there is none', async () => {
  const { datapath, process, host, kernel } = machine();
  datapath.refusal = new Error('no worker');
  assert.equal(await outcome(process.create('l2tp0')), 'EIO');
  assert.equal(host.link('l2tp0'), null);
  assert.equal(kernel.inUse, false);
  datapath.refusal = null;
  await process.create('l2tp0');
});

test('what the host says to a new device is the answer', async () => {
  const { process, host } = machine();
  host.tunAvailable = false;
  assert.equal(await outcome(process.create('l2tp0')), 'ENXIO');
  host.tunAvailable = true;
  host.privileged = false;
  assert.equal(await outcome(process.create('l2tp0')), 'EPERM');
  host.privileged = true;
  host.plug({ name: 'l2tp0' });
  assert.equal(await outcome(process.create('l2tp0')), 'EEXIST', 'a link of that name');
  assert.equal(await outcome(process.create('l2tp00')), 'EEXIST', 'the same unit by another name');
  assert.equal(await outcome(process.destroy('l2tp0')), 'EOPNOTSUPP', 'a link that is not ours');
});

test('link-local ends: the scope goes beside the address for the data path, and reads back as it was set', async () => {
  const { datapath, process } = machine();
  await process.create('l2tp0');
  const [source, destination] = [socketAddress('fe80:7::1', 500), socketAddress('fe80:7::2', 600)];
  await setTunnel(process, 'l2tp0', source, destination);
  const { tunnel } = datapath.named('l2tp0');
  assert.equal(tunnel?.scope, 7);
  assert.deepEqual([tunnel.local[2], tunnel.local[3], tunnel.remote[2], tunnel.remote[3]], [0, 0, 0, 0]);
  const [gotSource, gotDestination] = await getTunnel(process, 'l2tp0');
  assert.deepEqual(gotSource.subarray(0, 28), source);
  assert.deepEqual(gotDestination.subarray(0, 28), destination);
  await setTunnel(process, 'l2tp0', socketAddress('fc00::1'), socketAddress('fe80:9::2'));
  assert.equal(datapath.named('l2tp0').tunnel?.scope, 9);
});

test('an IPv6 end fits struct in6_ifreq, and an IPv4 end too', async () => {
  const { process } = machine();
  await process.create('l2tp0');
  for (const [from, to] of [
    [socketAddress('fc00::1'), socketAddress('fc00::2')],
    [socketAddress('10.0.0.1'), socketAddress('10.0.0.2')],
  ] as const) {
    await setTunnel(process, 'l2tp0', from, to);
    for (const [request, end] of [
      ['SIOCGIFPSRCADDR_IN6', from],
      ['SIOCGIFPDSTADDR_IN6', to],
    ] as const) {
      const argument = in6_ifreq.make({ ifr_name: 'l2tp0' });
      await process.ioctl(request, argument);
      assert.deepEqual(argument.subarray(16, 16 + end.length), end);
    }
  }
});

test("socket address lengths other than the family's are EINVAL, at either end", async () => {
  const { process } = machine();
  await process.create('l2tp0');
  for (const text of ['10.0.0.1', 'fc00::1'])
    for (const length of [0, 15, 17, 27, 29, 255])
      for (const bad of ['source', 'destination'] as const) {
        const good = socketAddress(text);
        const wrong = Buffer.from(good);
        wrong[0] = length;
        const [from, to] = bad === 'source' ? [wrong, good] : [good, wrong];
        assert.equal(await outcome(setTunnel(process, 'l2tp0', from, to)), 'EINVAL');
      }
  assert.equal((await process.flags('l2tp0')) & IFF_RUNNING, 0);
});

test('pointers that lead nowhere, or to too little', async () => {
  const { process } = await configured();
  const before = await process.getL2tp('l2tp0');
  for (const request of ['SIOCSL2TPSESSION', 'SIOCSL2TPCOOKIE', 'SIOCSL2TPSTATE', 'SIOCGL2TP'] as const) {
    assert.equal(await outcome(process.indirect(request, 'l2tp0', null)), 'EFAULT', request);
    const short = Buffer.alloc(l2tp_req.size - 1);
    assert.equal(await outcome(process.indirect(request, 'l2tp0', short)), 'EFAULT', request);
    assert.deepEqual(short, Buffer.alloc(l2tp_req.size - 1), 'nothing was written');
  }
  assert.deepEqual(await process.getL2tp('l2tp0'), before);
});

test('multicast of no family that it carries', async () => {
  const { process } = machine();
  await process.create('l2tp0');
  for (const [family, expected] of [
    [2, 'OK'],
    [24, 'OK'],
    [18, 'EAFNOSUPPORT'],
  ] as const)
    for (const request of ['SIOCADDMULTI', 'SIOCDELMULTI'] as const)
      assert.equal(
        await outcome(process.ifreq(request, 'l2tp0', { ifru_addr: { sa_len: 16, sa_family: family } })),
        expected,
      );
});

test('in a bridge it is PROMISC, whoever put it there', async () => {
  const { process, host } = machine();
  await process.create('l2tp0');
  await process.create('bridge0');
  await process.driverSpecific('SIOCSDRVSPEC', 'bridge0', BRDGADD, ifbreq.make({ ifbr_ifsname: 'l2tp0' }));
  assert.equal((await process.flags('l2tp0')) & IFF_PROMISC, IFF_PROMISC);
  host.nomaster('l2tp0');
  assert.equal((await process.flags('l2tp0')) & IFF_PROMISC, 0);
  host.setMaster(host.link('l2tp0')?.index ?? 0, host.link('bridge0')?.index ?? 0);
  assert.equal((await process.flags('l2tp0')) & IFF_PROMISC, IFF_PROMISC);
  await process.destroy('l2tp0');
});

test('the legacy SIOCSIFADDR marks it UP and sets no address', async () => {
  const { process, host } = machine();
  await process.create('l2tp0');
  const argument = ifreq.make({ ifr_name: 'l2tp0' });
  socketAddress('10.0.0.1').copy(argument, 16);
  await process.ioctl('SIOCSIFADDR', argument);
  assert.equal((await process.flags('l2tp0')) & IFF_UP, IFF_UP);
  assert.equal(host.addresses().filter(({ index }) => index === host.link('l2tp0')?.index).length, 0);
});

test('deleted behind our back: gone at once, its session free, its pseudowire removed when the data path notices', async () => {
  const { process, host, datapath, kernel, log } = await configured();
  const { id } = datapath.named('l2tp0');
  host.removeLink('l2tp0');
  assert.equal(await outcome(process.getL2tp('l2tp0')), 'ENXIO');
  await process.create('l2tp1');
  await process.l2tp('SIOCSL2TPSESSION', 'l2tp1', { my_sess_id: 1234, peer_sess_id: 1 });
  assert(!log.lines.some((line) => line.includes('duplicate')));
  assert.deepEqual(datapath.removed, [id]);
  await kernel.interfaceGone(id);
  assert.deepEqual(datapath.removed, [id], 'known already');
  const { id: second } = datapath.named('l2tp1');
  host.removeLink('l2tp1');
  assert.equal(kernel.inUse, true, 'until it is noticed');
  await kernel.interfaceGone(second);
  assert.deepEqual(datapath.removed, [id, second]);
  assert.equal(kernel.inUse, false);
});

test('a new interface of the same name is another one', async () => {
  const { process, host, datapath, kernel } = await configured();
  const { id } = datapath.named('l2tp0');
  host.removeLink('l2tp0');
  await process.create('l2tp0');
  await kernel.interfaceGone(id);
  assert.notEqual(datapath.named('l2tp0').id, id);
  assert.equal((await process.getL2tp('l2tp0')).my_sess_id, 0);
  await process.destroy('l2tp0');
  await process.create('l2tp0');
  assert(datapath.named('l2tp0').id > id + 1, 'never used again');
});

test("the log says what NetBSD's says", async () => {
  const { process, log } = await configured();
  await process.create('l2tp1');
  log.lines.length = 0;
  await assert.rejects(
    process.l2tp('SIOCSL2TPSESSION', 'l2tp1', { my_sess_id: 1234, peer_sess_id: 1 }),
    new KernelError('EINVAL'),
  );
  await process.setFlags('l2tp1', IFF_DEBUG);
  await process.l2tp('SIOCSL2TPSESSION', 'l2tp1', { my_sess_id: 0xfedc1234, peer_sess_id: 1 });
  const cookies = { my_cookie_len: 4, my_cookie: 5n, peer_cookie_len: 8, peer_cookie: 6n };
  await process.l2tp('SIOCSL2TPCOOKIE', 'l2tp1', cookies);
  assert.deepEqual(log.lines, [
    'warning: l2tp1: duplicate session id 1234 of l2tp0',
    // (0xfedc1234 >> 16) ^ 0xfedc1234 = 0xfedcece8; that >> 4, ^ itself = 0xf1312226; & 63
    'debug: l2tp1: add hash entry: sess_id=4275835444, idx=38',
    'debug: l2tp1: set cookie: local cookie_len=4 local cookie=5, remote cookie_len=8 remote cookie=6',
  ]);
});

test('drop counters by cause, and packets sent by packet sockets: one line each, by SIOCGDRVSPEC', async () => {
  const { process, datapath } = await configured();
  datapath.setCounters(datapath.named('l2tp0').id, { odirect: 5n, drops: { 'cookie-mismatch': 3n } });
  datapath.setGlobalDrops({ 'unknown-session': 9n, 'cookie-mismatch': 77n });
  const buffer = Buffer.alloc(4096);
  const length = await process.driverSpecific('SIOCGDRVSPEC', 'l2tp0', L2TPDROPS, buffer);
  const lines = buffer.toString('ascii', 0, length).trimEnd().split('\n');
  const drops = dropCauses.map(
    ({ name }) => `${name} ${{ 'cookie-mismatch': 3, 'unknown-session': 9 }[name as string] ?? 0}`,
  );
  assert.deepEqual(lines, [...drops, 'packet-socket 5']);
  const short = Buffer.alloc(length - 1);
  assert.equal(await process.driverSpecific('SIOCGDRVSPEC', 'l2tp0', L2TPDROPS, short), length);
  assert.deepEqual(short, Buffer.alloc(length - 1), 'nothing written');
  assert.equal(await outcome(process.driverSpecific('SIOCGDRVSPEC', 'l2tp0', 0, buffer)), 'ENOTTY');
  assert.equal(await outcome(process.driverSpecific('SIOCSDRVSPEC', 'l2tp0', L2TPDROPS, buffer)), 'ENOTTY');
});
