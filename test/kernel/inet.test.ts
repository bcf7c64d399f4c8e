/** IPv4 addresses on the host's interfaces. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IFF_UP, type IoctlName, KernelError, structs } from '../../native-structs';
import type { LinkAddress } from '../../src/kernel/host';
import { bytesOf, named, socketAddress, textOf } from './addresses';
import type { FakeHost } from './fake-host';
import { amd64, machine, outcome, type Process } from './process';

const ifreq = structs(amd64, 'ifreq');
const in_aliasreq = structs(amd64, 'in_aliasreq');
const if_addrprefreq = structs(amd64, 'if_addrprefreq');
const { ifra_addr, ifra_dstaddr, ifra_mask } = in_aliasreq.fields;

interface Alias {
  readonly address?: string;
  readonly other?: string;
  readonly mask?: string;
}

function alias(process: Process, name: string, { address, other, mask }: Alias): Promise<void> {
  return process.ioctl(
    'SIOCAIFADDR',
    named(in_aliasreq.size, name, [
      [ifra_addr.offset, address === undefined ? Buffer.alloc(0) : socketAddress(address)],
      [ifra_dstaddr.offset, other === undefined ? Buffer.alloc(0) : socketAddress(other)],
      [ifra_mask.offset, mask === undefined ? Buffer.alloc(0) : socketAddress(mask)],
    ]),
  );
}

/** A request about one address; its answer as text. */
async function one(process: Process, request: IoctlName, name: string, address?: string): Promise<string> {
  const argument = named(ifreq.size, name, [
    [ifreq.fields.ifr_ifru.offset, address === undefined ? Buffer.alloc(0) : socketAddress(address)],
  ]);
  await process.ioctl(request, argument);
  return textOf(argument.subarray(ifreq.fields.ifr_ifru.offset));
}

/** The interface's IPv4 addresses as ip(8) writes them. */
function shown(host: FakeHost, name: string): readonly string[] {
  const text = (bytes: Uint8Array | null) => (bytes ? [...bytes].join('.') : '-');
  return host
    .addresses()
    .filter(({ index, address }) => index === host.link(name)?.index && address.length === 4)
    .map((a) => `${text(a.address)}/${a.prefixLength} brd ${text(a.broadcast)} peer ${text(a.peer)}`);
}

test('an address with a mask: the broadcast address follows, and the interface is up', async () => {
  const { process, host } = machine();
  await alias(process, 'wm0', { address: '192.168.5.1', mask: '255.255.252.0' });
  assert.deepEqual(shown(host, 'wm0'), ['192.168.5.1/22 brd 192.168.7.255 peer -']);
  assert.equal((await process.flags('wm0')) & IFF_UP, IFF_UP);
  assert.equal(await one(process, 'SIOCGIFADDR', 'wm0'), '192.168.5.1');
  assert.equal(await one(process, 'SIOCGIFNETMASK', 'wm0'), '255.255.252.0');
  assert.equal(await one(process, 'SIOCGIFBRDADDR', 'wm0'), '192.168.7.255');
  assert.equal(await outcome(one(process, 'SIOCGIFDSTADDR', 'wm0')), 'EINVAL', 'not point-to-point');
});

test('without a mask the class decides', async () => {
  const { process, host } = machine();
  for (const address of ['10.1.2.3', '172.16.1.1', '192.0.2.1']) await alias(process, 'wm0', { address });
  assert.deepEqual(shown(host, 'wm0'), [
    '10.1.2.3/8 brd 10.255.255.255 peer -',
    '172.16.1.1/16 brd 172.16.255.255 peer -',
    '192.0.2.1/24 brd 192.0.2.255 peer -',
  ]);
});

test("a broadcast address of one's own, and none in the smallest networks", async () => {
  const { process, host } = machine();
  await alias(process, 'wm0', { address: '192.0.2.1', mask: '255.255.255.0', other: '192.0.2.0' });
  await alias(process, 'wm1', { address: '192.0.2.8', mask: '255.255.255.254' });
  await alias(process, 'wm1', { address: '192.0.2.9', mask: '255.255.255.255' });
  assert.deepEqual(shown(host, 'wm0'), ['192.0.2.1/24 brd 192.0.2.0 peer -']);
  assert.deepEqual(shown(host, 'wm1'), ['192.0.2.8/31 brd - peer -', '192.0.2.9/32 brd - peer -']);
});

test('an address that is there gets another mask, in its place', async () => {
  const { process, host } = machine();
  await alias(process, 'wm0', { address: '10.0.0.1', mask: '255.255.255.0' });
  await alias(process, 'wm0', { address: '10.0.0.1', mask: '255.255.0.0' });
  assert.deepEqual(shown(host, 'wm0'), ['10.0.0.1/16 brd 10.0.255.255 peer -']);
  await alias(process, 'wm0', { address: '10.0.0.1' });
  assert.deepEqual(shown(host, 'wm0'), ['10.0.0.1/16 brd 10.0.255.255 peer -'], 'no mask keeps it');
});

test('a change that the host refuses leaves the address as it was', async () => {
  const { process, host } = machine();
  await alias(process, 'wm0', { address: '10.0.0.1', mask: '255.255.255.0' });
  const add = host.addAddress.bind(host);
  host.addAddress = (address: LinkAddress) => {
    if (address.prefixLength === 16) throw new KernelError('ENOBUFS');
    add(address);
  };
  const change = alias(process, 'wm0', { address: '10.0.0.1', mask: '255.255.0.0' });
  assert.equal(await outcome(change), 'ENOBUFS');
  assert.deepEqual(shown(host, 'wm0'), ['10.0.0.1/24 brd 10.0.0.255 peer -']);
});

test('a mask that is no prefix is EINVAL', async () => {
  const { process, host } = machine();
  const odd = alias(process, 'wm0', { address: '10.0.0.1', mask: '255.0.255.0' });
  assert.equal(await outcome(odd), 'EINVAL');
  assert.deepEqual(shown(host, 'wm0'), []);
});

test('point-to-point: a destination, and all ones without a mask', async () => {
  const { process, host } = machine([{ name: 'tun0', kind: 'tunnel' }]);
  await alias(process, 'tun0', { address: '10.0.0.1', other: '10.0.0.2' });
  assert.deepEqual(shown(host, 'tun0'), ['10.0.0.1/32 brd - peer 10.0.0.2']);
  assert.equal(await one(process, 'SIOCGIFDSTADDR', 'tun0'), '10.0.0.2');
  assert.equal(await outcome(one(process, 'SIOCGIFBRDADDR', 'tun0')), 'EINVAL', 'not broadcast');
  await one(process, 'SIOCSIFDSTADDR', 'tun0', '10.0.0.3');
  assert.deepEqual(shown(host, 'tun0'), ['10.0.0.1/32 brd - peer 10.0.0.3']);
});

test('delete one, or the first, until there is none', async () => {
  const { process, host } = machine();
  for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.3'])
    await alias(process, 'wm0', { address, mask: '255.255.255.0' });
  await one(process, 'SIOCDIFADDR', 'wm0', '10.0.0.2');
  assert.equal(await outcome(one(process, 'SIOCDIFADDR', 'wm0', '10.0.0.2')), 'EADDRNOTAVAIL');
  await one(process, 'SIOCDIFADDR', 'wm0');
  assert.deepEqual(shown(host, 'wm0'), ['10.0.0.3/24 brd 10.0.0.255 peer -']);
  await one(process, 'SIOCDIFADDR', 'wm0');
  for (const request of [
    'SIOCDIFADDR',
    'SIOCGIFADDR',
    'SIOCGIFNETMASK',
    'SIOCGIFBRDADDR',
    'SIOCGIFDSTADDR',
    'SIOCSIFNETMASK',
  ] as const)
    assert.equal(await outcome(one(process, request, 'wm0')), 'EADDRNOTAVAIL', request);
});

test("Linux takes a network's other addresses with the first one: they come back", async () => {
  const { process, host } = machine();
  for (const address of ['10.0.0.1', '10.0.0.2', '172.16.0.1'])
    await alias(process, 'wm0', { address, mask: '255.255.255.0' });
  const remove = host.deleteAddress.bind(host);
  host.deleteAddress = (address: LinkAddress) => {
    for (const other of host.addresses())
      if (
        other.address.length === 4 &&
        other.address[0] === address.address[0] &&
        other.index === address.index
      )
        remove(other);
  };
  await one(process, 'SIOCDIFADDR', 'wm0', '10.0.0.1');
  assert.deepEqual([...shown(host, 'wm0')].sort(), [
    '10.0.0.2/24 brd 10.0.0.255 peer -',
    '172.16.0.1/24 brd 172.16.0.255 peer -',
  ]);
});

test('the old requests change the first address', async () => {
  const { process, host } = machine();
  await one(process, 'SIOCSIFADDR', 'wm0', '192.0.2.1');
  assert.deepEqual(shown(host, 'wm0'), ['192.0.2.1/24 brd 192.0.2.255 peer -']);
  await one(process, 'SIOCSIFNETMASK', 'wm0', '255.255.0.0');
  await one(process, 'SIOCSIFADDR', 'wm0', '192.0.2.9');
  assert.deepEqual(shown(host, 'wm0'), ['192.0.2.9/16 brd 192.0.255.255 peer -']);
  await one(process, 'SIOCSIFBRDADDR', 'wm0', '192.0.0.0');
  assert.deepEqual(shown(host, 'wm0'), ['192.0.2.9/16 brd 192.0.0.0 peer -']);
  assert.equal(await outcome(one(process, 'SIOCSIFDSTADDR', 'wm0', '192.0.0.1')), 'EINVAL');
});

test('SIOCGIFALIAS and SIOCGIFAFLAG_IN', async () => {
  const { process } = machine();
  await alias(process, 'wm0', { address: '10.0.0.1', mask: '255.255.255.0' });
  await alias(process, 'wm0', { address: '10.9.0.1', mask: '255.255.0.0' });
  const argument = named(in_aliasreq.size, 'wm0', [[ifra_addr.offset, socketAddress('10.9.0.1')]]);
  await process.ioctl('SIOCGIFALIAS', argument);
  assert.deepEqual(
    [ifra_addr, ifra_dstaddr, ifra_mask].map(({ offset }) => textOf(argument.subarray(offset, offset + 16))),
    ['10.9.0.1', '10.9.255.255', '255.255.0.0'],
  );
  const flags = named(ifreq.size, 'wm0', [[16, socketAddress('10.9.0.1')]]);
  await process.ioctl('SIOCGIFAFLAG_IN', flags);
  assert.equal(ifreq.at(flags).ifr_ifru.ifru_addrflags, 0);
  const missing = named(ifreq.size, 'wm0', [[16, socketAddress('10.9.0.2')]]);
  assert.equal(await outcome(process.ioctl('SIOCGIFAFLAG_IN', missing)), 'EADDRNOTAVAIL');
});

test('an address of another family', async () => {
  const { process } = machine();
  const argument = named(in_aliasreq.size, 'wm0', [[ifra_addr.offset, Buffer.from([16, 24])]]);
  assert.equal(await outcome(process.ioctl('SIOCAIFADDR', argument)), 'EAFNOSUPPORT');
  assert.equal(await outcome(alias(process, 'wm0', {})), 'EAFNOSUPPORT', 'none, and none there');
});

test('preferences are 0', async () => {
  const { process } = machine();
  await alias(process, 'wm0', { address: '10.0.0.1', mask: '255.255.255.0' });
  const ask = (request: IoctlName, address: string, preference: number) => {
    const argument = named(if_addrprefreq.size, 'wm0', [
      [if_addrprefreq.fields.ifap_addr.offset, socketAddress(address)],
    ]);
    argument.writeInt16LE(preference, if_addrprefreq.fields.ifap_preference.offset);
    return process
      .ioctl(request, argument)
      .then(() => argument.readInt16LE(if_addrprefreq.fields.ifap_preference.offset));
  };
  assert.equal(await ask('SIOCGIFADDRPREF', '10.0.0.1', 99), 0);
  assert.equal(await ask('SIOCSIFADDRPREF', '10.0.0.1', 0), 0);
  assert.equal(await outcome(ask('SIOCSIFADDRPREF', '10.0.0.1', 1)), 'EOPNOTSUPP');
  assert.equal(await outcome(ask('SIOCGIFADDRPREF', '10.0.0.2', 0)), 'EADDRNOTAVAIL');
});

test('l2tp and bridge interfaces take no address', async () => {
  const { process, host } = machine();
  for (const name of ['l2tp0', 'bridge0']) {
    await process.create(name);
    assert.equal(await outcome(alias(process, name, { address: '10.0.0.1' })), 'ENOTTY', name);
    assert.equal(await outcome(one(process, 'SIOCGIFADDR', name)), 'EADDRNOTAVAIL', name);
    assert.equal((await process.flags(name)) & IFF_UP, 0);
    assert.deepEqual(shown(host, name), []);
  }
});

test('but one that somebody else gave them can be seen and deleted', async () => {
  const { process, host } = machine();
  await process.create('l2tp0');
  host.addAddress({
    index: host.link('l2tp0')?.index ?? 0,
    address: bytesOf('10.0.0.1'),
    prefixLength: 24,
    broadcast: null,
    peer: null,
    flags: 0,
    validLifetime: 0xffffffff,
    preferredLifetime: 0xffffffff,
  });
  assert.equal(await one(process, 'SIOCGIFADDR', 'l2tp0'), '10.0.0.1');
  await one(process, 'SIOCDIFADDR', 'l2tp0');
  assert.deepEqual(shown(host, 'l2tp0'), []);
});
