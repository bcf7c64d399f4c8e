/** The list of all addresses, by getifaddrs(3) and by SIOCGIFCONF. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AF_INET, AF_INET6, AF_LINK, structs } from '../../native-structs';
import type { LinkAddress } from '../../src/kernel/host';
import { bytesOf, textOf } from './addresses';
import type { FakeLinkOptions } from './fake-host';
import { amd64, machine, outcome, user } from './process';

const if_data = structs(amd64, 'if_data');
const ifreq = structs(amd64, 'ifreq');
const ifconf = structs(amd64, 'ifconf');
const sockaddr_dl = structs(amd64, 'sockaddr_dl');

function hostAddress(
  text: string,
  prefixLength: number,
  rest: Partial<LinkAddress> = {},
): Omit<LinkAddress, 'index'> {
  return {
    address: bytesOf(text),
    prefixLength,
    broadcast: null,
    peer: null,
    flags: 0,
    validLifetime: 0xffffffff,
    preferredLifetime: 0xffffffff,
    ...rest,
  };
}

const links: readonly FakeLinkOptions[] = [
  {
    name: 'wm0',
    up: true,
    address: Uint8Array.of(2, 0, 0, 0, 0, 1),
    addresses: [
      hostAddress('10.0.0.1', 24, { broadcast: bytesOf('10.0.0.255') }),
      hostAddress('fe80::1', 64, { flags: 2 }),
    ],
  },
  { name: 'tun0', kind: 'tunnel', addresses: [hostAddress('10.9.0.1', 32, { peer: bytesOf('10.9.0.2') })] },
];

const family = (bytes: Buffer | null) => bytes?.[1];

test('every interface begins with its link-layer address and its data', async () => {
  const { process, host } = machine(links);
  await process.create('l2tp0');
  const all = await process.getifaddrs();
  const firsts = [...new Map([...all].reverse().map((entry) => [entry.name, entry])).values()].reverse();
  assert.deepEqual(
    firsts.map(({ name }) => name),
    ['lo', 'wm0', 'tun0', 'l2tp0'],
  );
  for (const { name, addr, data, netmask, dstaddr } of firsts) {
    assert(addr && data);
    assert.equal(family(addr), AF_LINK, name);
    assert.equal(sockaddr_dl.at(addr).sdl_index, host.link(name)?.index);
    const { dl_nlen, dl_alen, dl_data } = sockaddr_dl.at(addr).sdl_addr;
    assert.equal(dl_data.toString('latin1', 0, dl_nlen), name);
    assert.equal(sockaddr_dl.at(addr).sdl_len, 8 + dl_nlen + dl_alen);
    assert.equal(data.length, if_data.size);
    assert.deepEqual([netmask, dstaddr], [null, null]);
  }
  const [, wm0, , l2tp0] = firsts.map(({ addr }) => sockaddr_dl.at(addr ?? Buffer.alloc(0)).sdl_addr);
  assert.deepEqual([wm0?.dl_type, wm0?.dl_alen], [6, 6]);
  assert.deepEqual([...(wm0?.dl_data.subarray(3, 9) ?? [])], [2, 0, 0, 0, 0, 1]);
  assert.deepEqual([l2tp0?.dl_type, l2tp0?.dl_alen], [247, 0], 'no address of its own');
});

test('then come the others, a link-local one with the interface in it', async () => {
  const { process, host } = machine(links);
  const all = await process.getifaddrs();
  const of = (name: string) => all.filter((entry) => entry.name === name && family(entry.addr) !== AF_LINK);
  const text = (bytes: Buffer | null) => bytes && textOf(bytes);
  const shown = of('wm0').map(({ addr, netmask, dstaddr, addrflags }) => [
    text(addr),
    text(netmask),
    text(dstaddr),
    addrflags,
  ]);
  const index = (host.link('wm0')?.index ?? 0).toString(16);
  assert.deepEqual(shown, [
    ['10.0.0.1', '255.255.255.0', '10.0.0.255', 0],
    [`fe80:${index}::1`, 'ffff:ffff:ffff:ffff::', null, 2],
  ]);
  assert.deepEqual(
    of('wm0').map(({ addr }) => family(addr)),
    [AF_INET, AF_INET6],
  );
  assert.deepEqual(
    of('tun0').map(({ dstaddr }) => text(dstaddr)),
    ['10.9.0.2'],
  );
  assert.deepEqual(
    of('lo').map(({ addr, dstaddr }) => [text(addr), dstaddr]),
    [
      ['127.0.0.1', null],
      ['::1', null],
    ],
  );
  for (const { name, flags } of all) assert.equal(flags, await process.flags(name));
});

test('SIOCGIFCONF gives the same, as many as fit', async () => {
  const { process } = machine(links);
  process.caller = user;
  const all = await process.getifaddrs();
  const address = 0x4000n;
  const ask = async (length: number, buffer: Buffer | null) => {
    const argument = ifconf.make({ ifc_len: length, ifc_ifcu: buffer ? address : 0n });
    await process.ioctl('SIOCGIFCONF', argument, buffer ? [{ address, bytes: buffer }] : []);
    return ifconf.at(argument).ifc_len;
  };
  const needed = all.length * ifreq.size;
  assert.equal(await ask(0, null), needed);
  const buffer = Buffer.alloc(needed + 7);
  assert.equal(await ask(buffer.length, buffer), needed);
  all.forEach(({ name, addr }, place) => {
    const entry = ifreq.at(buffer, place * ifreq.size);
    assert.equal(entry.ifr_name, name);
    assert(addr);
    assert.deepEqual(entry.ifr_ifru.ifru_space.bytes.subarray(0, addr.length), addr);
  });
  const short = Buffer.alloc(2 * ifreq.size + 1);
  assert.equal(await ask(short.length, short), 2 * ifreq.size);
  assert.equal(await outcome(ask(-1, short)), 'EINVAL');
  assert.equal(await outcome(ask(needed, short)), 'EFAULT');
});
