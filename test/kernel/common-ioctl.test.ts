/** What every interface answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  IFDESCRSIZE,
  IFF_CANTCHANGE,
  IFF_DEBUG,
  IFF_LINK0,
  IFF_NOARP,
  IFF_UP,
  structs,
} from '../../native-structs';
import { amd64, machine, outcome, type Process } from './process';

const ifreq = structs(amd64, 'ifreq');
const ifdatareq = structs(amd64, 'ifdatareq');
const ifcapreq = structs(amd64, 'ifcapreq');
const address = 0x5000n;

async function everyKind() {
  const made = machine();
  await made.process.create('l2tp0');
  await made.process.create('bridge0');
  return { ...made, names: ['lo', 'wm0', 'l2tp0', 'bridge0'] as const };
}

async function data(process: Process, request: 'SIOCGIFDATA' | 'SIOCZIFDATA', name: string) {
  const argument = ifdatareq.make({ ifdr_name: name });
  await process.ioctl(request, argument);
  return ifdatareq.at(argument).ifdr_data;
}

function describe(
  process: Process,
  request: 'SIOCGIFDESCR' | 'SIOCSIFDESCR',
  name: string,
  length: number,
  bytes: Buffer | null,
) {
  const ifru_b = { b_buflen: length, b_buf: bytes ? address : 0n };
  return process.ioctl(
    request,
    ifreq.make({ ifr_name: name, ifr_ifru: { ifru_b } }),
    bytes ? [{ address, bytes }] : [],
  );
}

test('metric and index', async () => {
  const { process, host, names } = await everyKind();
  for (const name of names) {
    assert.equal((await process.ifreq('SIOCGIFMETRIC', name)).ifru_metric, 0);
    await process.ifreq('SIOCSIFMETRIC', name, { ifru_metric: 5 });
    assert.equal((await process.ifreq('SIOCGIFMETRIC', name)).ifru_metric, 5);
    assert.equal((await data(process, 'SIOCGIFDATA', name)).ifi_metric, 5n);
    assert.equal((await process.ifreq('SIOCGIFINDEX', name)).ifru_value, host.link(name)?.index);
  }
});

test('what was remembered goes with the interface', async () => {
  const { process, host } = await everyKind();
  await process.ifreq('SIOCSIFMETRIC', 'wm0', { ifru_metric: 5 });
  await process.ifreq('SIOCSIFMETRIC', 'l2tp0', { ifru_metric: 5 });
  host.removeLink('wm0');
  host.plug({ name: 'wm0' });
  await process.destroy('l2tp0');
  await process.create('l2tp0');
  for (const name of ['wm0', 'l2tp0'])
    assert.equal((await process.ifreq('SIOCGIFMETRIC', name)).ifru_metric, 0, name);
});

test("flags that are the interface's own cannot be changed, others are kept", async () => {
  const { process, names } = await everyKind();
  for (const name of names) {
    const before = await process.flags(name);
    await process.setFlags(name, (IFF_CANTCHANGE & ~before) | IFF_UP | IFF_DEBUG | IFF_LINK0);
    const after = await process.flags(name);
    assert.equal(after & (IFF_UP | IFF_DEBUG | IFF_LINK0), IFF_UP | IFF_DEBUG | IFF_LINK0, name);
    // RUNNING follows UP on some
    assert.equal((after ^ before) & IFF_CANTCHANGE & ~0x40, 0, name);
    await process.setFlags(name, 0);
    assert.equal((await process.flags(name)) & (IFF_UP | IFF_DEBUG | IFF_LINK0), 0, name);
  }
});

test("UP and NOARP are the host's, whoever changes them", async () => {
  const { process, host } = await everyKind();
  for (const name of ['wm0', 'l2tp0']) {
    await process.setFlags(name, IFF_UP | IFF_NOARP);
    assert.equal((host.link(name)?.flags ?? 0) & (IFF_UP | IFF_NOARP), IFF_UP | IFF_NOARP);
    host.setUpBehind(name, false);
    assert.equal((await process.flags(name)) & (IFF_UP | IFF_NOARP), IFF_NOARP);
    await process.setFlags(name, 0);
    assert.equal((await process.flags(name)) & IFF_NOARP, 0);
  }
});

test("the host's mtu is the host's to set, negative ones are EINVAL", async () => {
  const { process, host, names } = await everyKind();
  await process.ifreq('SIOCSIFMTU', 'wm0', { ifru_mtu: 1400 });
  assert.equal(host.link('wm0')?.mtu, 1400);
  assert.equal((await process.ifreq('SIOCGIFMTU', 'wm0')).ifru_mtu, 1400);
  assert.equal(await outcome(process.ifreq('SIOCSIFMTU', 'wm0', { ifru_mtu: 10 })), 'EINVAL');
  for (const name of names)
    assert.equal(await outcome(process.ifreq('SIOCSIFMTU', name, { ifru_mtu: -1 })), 'EINVAL', name);
});

test('descriptions', async () => {
  const { process, names } = await everyKind();
  for (const name of names) {
    const get = async (length = IFDESCRSIZE) => {
      const bytes = Buffer.alloc(length, 0xff);
      await describe(process, 'SIOCGIFDESCR', name, length, bytes);
      return bytes.toString('latin1').replace(/\0+$/, '');
    };
    const set = (text: string) =>
      describe(process, 'SIOCSIFDESCR', name, text.length + 1, Buffer.from(`${text}\0`));
    await assert.rejects(get(), { code: 'ENOMSG' });
    await set('to the other office');
    assert.equal(await get(), 'to the other office');
    await assert.rejects(get(IFDESCRSIZE - 1), { code: 'EINVAL' });
    await set('x'.repeat(IFDESCRSIZE - 1));
    assert.equal(await get(), 'x'.repeat(IFDESCRSIZE - 1));
    await assert.rejects(set('x'.repeat(IFDESCRSIZE)), { code: 'ENAMETOOLONG' });
    assert.equal(await outcome(describe(process, 'SIOCSIFDESCR', name, 5, Buffer.from('abc'))), 'EFAULT');
    assert.equal(
      await outcome(describe(process, 'SIOCGIFDESCR', name, IFDESCRSIZE, Buffer.alloc(63))),
      'EFAULT',
    );
    await describe(process, 'SIOCSIFDESCR', name, 0, null);
    await assert.rejects(get(), { code: 'ENOMSG' });
  }
});

test('capabilities: none, and none can be enabled', async () => {
  const { process, names } = await everyKind();
  for (const name of names) {
    const argument = ifcapreq.make({ ifcr_name: name, ifcr_capabilities: 1n, ifcr_capenable: 1n });
    await process.ioctl('SIOCGIFCAP', argument);
    assert.equal(ifcapreq.at(argument).ifcr_capabilities, 0n);
    assert.equal(ifcapreq.at(argument).ifcr_capenable, 0n);
    await process.ioctl('SIOCSIFCAP', argument);
    const enable = ifcapreq.make({ ifcr_name: name, ifcr_capenable: 0x100n });
    assert.equal(await outcome(process.ioctl('SIOCSIFCAP', enable)), 'EINVAL');
  }
});

test('interface data of the host and of l2tp, and zeroing it', async () => {
  const { process, host, datapath } = await everyKind();
  host.setCounters('wm0', { ipackets: 7n, ibytes: 700n, imcasts: 1n, iqdrops: 2n });
  datapath.setCounters(datapath.named('l2tp0').id, {
    ipackets: 7n,
    ibytes: 700n,
    opackets: 3n,
    obytes: 30n,
    oerrors: 4n,
  });
  for (const name of ['wm0', 'l2tp0']) {
    const { ifi_ipackets, ifi_ibytes, ifi_lastchange } = await data(process, 'SIOCGIFDATA', name);
    assert.deepEqual([ifi_ipackets, ifi_ibytes, ifi_lastchange.tv_sec], [7n, 700n, 0n], name);
    assert.equal((await data(process, 'SIOCZIFDATA', name)).ifi_ipackets, 7n, 'answered before it is zeroed');
    const zeroed = await data(process, 'SIOCGIFDATA', name);
    assert.equal(zeroed.ifi_ipackets, 0n);
    assert(Math.abs(Number(zeroed.ifi_lastchange.tv_sec) - Date.now() / 1000) < 60);
  }
  host.setCounters('wm0', { ipackets: 9n });
  assert.equal((await data(process, 'SIOCGIFDATA', 'wm0')).ifi_ipackets, 2n);
  const l2tp = await data(process, 'SIOCGIFDATA', 'l2tp0');
  assert.deepEqual(
    [l2tp.ifi_type, l2tp.ifi_addrlen, l2tp.ifi_hdrlen, l2tp.ifi_mtu, l2tp.ifi_link_state],
    [247, 0, 14, 1280n, 1],
  );
  const wm0 = await data(process, 'SIOCGIFDATA', 'wm0');
  assert.deepEqual([wm0.ifi_type, wm0.ifi_addrlen, wm0.ifi_hdrlen, wm0.ifi_mtu], [6, 6, 14, 1500n]);
});

test('data link types', async () => {
  const { process, names } = await everyKind();
  const types = await Promise.all(
    names.map(async (name) => (await process.ifreq('SIOCGIFDLT', name)).ifru_dlt),
  );
  assert.deepEqual(types, [0, 1, 1, 1]);
});
