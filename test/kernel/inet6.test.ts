/** IPv6 addresses on the host's interfaces. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AF_INET6,
  IFF_UP,
  IN6_IFF_ANYCAST,
  IN6_IFF_AUTOCONF,
  IN6_IFF_TENTATIVE,
  type IoctlName,
  ND6_INFINITE_LIFETIME,
  structs,
} from '../../native-structs';
import { bytesOf, named, socketAddress, textOf } from './addresses';
import type { FakeLinkOptions } from './fake-host';
import { amd64, machine, outcome, type Process } from './process';

const in6_ifreq = structs(amd64, 'in6_ifreq');
const in6_aliasreq = structs(amd64, 'in6_aliasreq');
const sockaddr_in6 = structs(amd64, 'sockaddr_in6');
const value = in6_ifreq.fields.ifr_ifru.offset;

interface Alias {
  readonly address: string;
  readonly prefixLength?: number;
  readonly destination?: string;
  readonly flags?: number;
  readonly valid?: number;
  readonly preferred?: number;
}

function mask(prefixLength: number): Buffer {
  const bits = '1'.repeat(prefixLength).padEnd(128, '0');
  const bytes = Buffer.from(
    Array.from({ length: 16 }, (_, place) => parseInt(bits.slice(8 * place, 8 * place + 8), 2)),
  );
  return sockaddr_in6.make({ sin6_len: 28, sin6_family: AF_INET6, sin6_addr: bytes });
}

function alias(process: Process, name: string, request: Alias): Promise<void> {
  const { address, prefixLength, destination, flags = 0 } = request;
  const { valid = ND6_INFINITE_LIFETIME, preferred = valid } = request;
  const { ifra_addr, ifra_dstaddr, ifra_prefixmask } = in6_aliasreq.fields;
  const argument = named(in6_aliasreq.size, name, [
    [ifra_addr.offset, socketAddress(address)],
    [ifra_dstaddr.offset, destination === undefined ? Buffer.alloc(0) : socketAddress(destination)],
    [ifra_prefixmask.offset, prefixLength === undefined ? Buffer.alloc(0) : mask(prefixLength)],
  ]);
  const view = in6_aliasreq.at(argument);
  view.ifra_flags = flags;
  view.ifra_lifetime.ia6t_vltime = valid;
  view.ifra_lifetime.ia6t_pltime = preferred;
  return process.ioctl('SIOCAIFADDR_IN6', argument);
}

/** A request about one address, and its answer. */
async function one(
  process: Process,
  request: IoctlName,
  name: string,
  address: string,
  scope = 0,
): Promise<Buffer> {
  const argument = named(in6_ifreq.size, name, [[value, socketAddress(address)]]);
  in6_ifreq.at(argument).ifr_ifru.ifru_addr.sin6_scope_id = scope;
  await process.ioctl(request, argument);
  return argument;
}

function inet6Machine(links?: readonly FakeLinkOptions[]) {
  const made = machine(links);
  made.process.domain = AF_INET6;
  const shown = (name: string) =>
    made.host
      .addresses()
      .filter(({ index, address }) => index === made.host.link(name)?.index && address.length === 16)
      .map((a) => `${textOf(socketAddress6(a.address))}/${a.prefixLength}`);
  return { ...made, shown };
}

const socketAddress6 = (address: Uint8Array) =>
  sockaddr_in6.make({ sin6_len: 28, sin6_family: AF_INET6, sin6_addr: Buffer.from(address) });

test('an address is added, read and deleted, and the interface is up', async () => {
  const { process, shown } = inet6Machine();
  await alias(process, 'wm0', { address: 'fc00::1', prefixLength: 64 });
  assert.deepEqual(shown('wm0'), ['fc00::1/64']);
  assert.equal((await process.flags('wm0')) & IFF_UP, IFF_UP);
  const got = await one(process, 'SIOCGIFADDR_IN6', 'wm0', 'fc00::1');
  assert.equal(textOf(got.subarray(value)), 'fc00::1');
  const netmask = await one(process, 'SIOCGIFNETMASK_IN6', 'wm0', 'fc00::1');
  assert.deepEqual(netmask.subarray(value, value + 28), mask(64));
  await one(process, 'SIOCDIFADDR_IN6', 'wm0', 'fc00::1');
  assert.deepEqual(shown('wm0'), []);
});

test('every request names an address of the interface, or is EADDRNOTAVAIL', async () => {
  const { process } = inet6Machine();
  await alias(process, 'wm1', { address: 'fc00::1', prefixLength: 64 });
  for (const request of [
    'SIOCGIFADDR_IN6',
    'SIOCGIFNETMASK_IN6',
    'SIOCGIFDSTADDR_IN6',
    'SIOCGIFAFLAG_IN6',
    'SIOCGIFALIFETIME_IN6',
    'SIOCDIFADDR_IN6',
  ] as const)
    assert.equal(await outcome(one(process, request, 'wm0', 'fc00::1')), 'EADDRNOTAVAIL', request);
});

test('what cannot be: prefixes, flags, lifetimes, destinations, families', async () => {
  const { process, shown } = inet6Machine();
  const refused: readonly (readonly [Alias, string])[] = [
    [{ address: 'fc00::1' }, 'EINVAL'],
    [{ address: 'fc00::1', prefixLength: 0 }, 'EINVAL'],
    [{ address: 'fc00::1', prefixLength: 64, flags: IN6_IFF_TENTATIVE }, 'EINVAL'],
    [{ address: 'fc00::1', prefixLength: 64, flags: IN6_IFF_AUTOCONF }, 'EINVAL'],
    [{ address: 'fc00::1', prefixLength: 64, flags: IN6_IFF_ANYCAST }, 'EOPNOTSUPP'],
    [{ address: 'fc00::1', prefixLength: 64, valid: 100, preferred: 101 }, 'EINVAL'],
    [{ address: 'fc00::1', prefixLength: 128, destination: 'fc00::2' }, 'EINVAL'],
    [{ address: '10.0.0.1', prefixLength: 64 }, 'EAFNOSUPPORT'],
    [{ address: 'fe80:77::1', prefixLength: 64 }, 'EINVAL'],
  ];
  for (const [request, expected] of refused)
    assert.equal(await outcome(alias(process, 'wm0', request)), expected, JSON.stringify(request));
  await alias(process, 'wm0', { address: 'fc00::1', prefixLength: 64 });
  const changed = alias(process, 'wm0', { address: 'fc00::1', prefixLength: 48 });
  assert.equal(await outcome(changed), 'EINVAL', 'the prefix of an address stays');
  assert.deepEqual(shown('wm0'), ['fc00::1/64']);
});

test('lifetimes are set, changed and read, and no life is no address', async () => {
  const { process, host, shown } = inet6Machine();
  await alias(process, 'wm0', { address: 'fc00::1', prefixLength: 64, valid: 2000, preferred: 1000 });
  const lifetime = async () => {
    const argument = await one(process, 'SIOCGIFALIFETIME_IN6', 'wm0', 'fc00::1');
    return in6_ifreq.at(argument).ifr_ifru.ifru_lifetime;
  };
  const now = Date.now() / 1000;
  const first = await lifetime();
  assert.deepEqual([first.ia6t_vltime, first.ia6t_pltime], [2000, 1000]);
  assert(Math.abs(Number(first.ia6t_expire) - now - 2000) < 60);
  assert(Math.abs(Number(first.ia6t_preferred) - now - 1000) < 60);
  await alias(process, 'wm0', { address: 'fc00::1' });
  const second = await lifetime();
  assert.deepEqual([second.ia6t_vltime, second.ia6t_expire], [ND6_INFINITE_LIFETIME, 0n]);
  assert.equal(
    host.addresses().filter(({ address }) => address.length === 16 && address[0] === 0xfc).length,
    1,
  );
  await alias(process, 'wm0', { address: 'fc00::1', valid: 0 });
  assert.deepEqual(shown('wm0'), []);
  await alias(process, 'wm0', { address: 'fc00::1', prefixLength: 64, valid: 0 });
  assert.deepEqual(shown('wm0'), []);
});

test('link-local addresses: a scope in the address, beside it or nowhere; answered beside it', async () => {
  const { process, host, shown } = inet6Machine();
  const index = host.link('wm0')?.index ?? 0;
  await alias(process, 'wm0', { address: `fe80:${index.toString(16)}::1`, prefixLength: 64 });
  assert.deepEqual(shown('wm0'), ['fe80::1/64']);
  for (const [address, scope] of [
    ['fe80::1', 0],
    ['fe80::1', index],
    [`fe80:${index.toString(16)}::1`, 0],
  ] as const) {
    const got = await one(process, 'SIOCGIFADDR_IN6', 'wm0', address, scope);
    const { sin6_scope_id, sin6_addr } = in6_ifreq.at(got).ifr_ifru.ifru_addr;
    assert.equal(sin6_scope_id, index);
    assert.deepEqual([...sin6_addr], [...bytesOf('fe80::1')]);
  }
  assert.equal(await outcome(one(process, 'SIOCGIFADDR_IN6', 'wm0', 'fe80::1', index + 1)), 'EADDRNOTAVAIL');
  await one(process, 'SIOCDIFADDR_IN6', 'wm0', 'fe80::1', index);
  assert.deepEqual(shown('wm0'), []);
});

test('point-to-point destinations, with all of the prefix', async () => {
  const { process } = inet6Machine([{ name: 'tun0', kind: 'tunnel' }]);
  await alias(process, 'tun0', { address: 'fc00::1', prefixLength: 128, destination: 'fc00::2' });
  const got = await one(process, 'SIOCGIFDSTADDR_IN6', 'tun0', 'fc00::1');
  assert.equal(textOf(got.subarray(value)), 'fc00::2');
  const short = alias(process, 'tun0', { address: 'fc00::3', prefixLength: 64, destination: 'fc00::4' });
  assert.equal(await outcome(short), 'EINVAL');
});

test("an address's flags are the host's", async () => {
  const { process } = inet6Machine([
    {
      name: 'wm0',
      addresses: [
        {
          address: bytesOf('fc00::1'),
          prefixLength: 64,
          broadcast: null,
          peer: null,
          flags: IN6_IFF_TENTATIVE,
          validLifetime: 10,
          preferredLifetime: 10,
        },
      ],
    },
  ]);
  const got = await one(process, 'SIOCGIFAFLAG_IN6', 'wm0', 'fc00::1');
  assert.equal(in6_ifreq.at(got).ifr_ifru.ifru_flags6, IN6_IFF_TENTATIVE);
  assert.equal(await outcome(one(process, 'SIOCGIFDSTADDR_IN6', 'wm0', 'fc00::1')), 'EINVAL');
});

test("the requests of IPv4's old style are refused", async () => {
  const { process } = inet6Machine();
  for (const request of ['SIOCSIFADDR', 'SIOCSIFDSTADDR', 'SIOCSIFBRDADDR', 'SIOCSIFNETMASK'] as const)
    assert.equal(await outcome(process.ifreq(request, 'wm0')), 'EOPNOTSUPP', request);
  assert.equal(await outcome(one(process, 'SIOCSIFADDR_IN6', 'wm0', 'fc00::1')), 'EOPNOTSUPP');
  assert.equal(await outcome(process.ifreq('SIOCGIFADDR', 'wm0')), 'ENOTTY');
});

test('l2tp and bridge interfaces take no address', async () => {
  const { process, shown } = inet6Machine();
  for (const name of ['l2tp0', 'bridge0']) {
    await process.create(name);
    assert.equal(
      await outcome(alias(process, name, { address: 'fe80::1', prefixLength: 64 })),
      'ENOTTY',
      name,
    );
    assert.equal((await process.flags(name)) & IFF_UP, 0);
    assert.deepEqual(shown(name), []);
  }
});
