/** Link-layer addresses, by the requests of a socket of AF_LINK. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AF_LINK,
  IFLR_ACTIVE,
  IFLR_FACTORY,
  IFLR_PREFIX,
  type IoctlName,
  structs,
} from '../../native-structs';
import { linkAddressOf, linkSocketAddress } from '../../src/kernel/socket-address';
import { amd64, machine, outcome } from './process';

const if_laddrreq = structs(amd64, 'if_laddrreq');
const { offset } = if_laddrreq.fields.addr;

const mac = (last: number) => Uint8Array.of(2, 0, 0, 0, 0, last);
const own = mac(1);

async function linkMachine() {
  const made = machine([{ name: 'wm0', address: own }]);
  await made.process.create('l2tp0');
  await made.process.create('bridge0');
  made.process.domain = AF_LINK;
  return {
    ...made,
    /** What a request with `address` ends with, and what it answers. */
    ask: async (request: IoctlName, name: string, address: Uint8Array, flags = 0, prefixlen = 0) => {
      const argument = if_laddrreq.make({ iflr_name: name, flags, prefixlen });
      linkSocketAddress(0, 0, '', address).copy(argument, offset);
      const code = await outcome(made.process.ioctl(request, argument));
      return {
        code,
        flags: if_laddrreq.at(argument).flags,
        address: linkAddressOf(argument.subarray(offset)),
      };
    },
  };
}

for (const request of ['SIOCALIFADDR', 'SIOCDLIFADDR', 'SIOCGLIFADDR'] as const) {
  test(`${request}: an address of another length or family, a prefix of part of it`, async () => {
    const { ask, process } = await linkMachine();
    for (const name of ['l2tp0', 'bridge0'])
      assert.equal((await ask(request, name, own)).code, 'EINVAL', name);
    for (const length of [0, 5, 7, 20])
      assert.equal((await ask(request, 'wm0', new Uint8Array(length))).code, 'EINVAL');
    assert.equal((await ask(request, 'wm0', own, IFLR_PREFIX, 47)).code, 'EINVAL');
    const argument = if_laddrreq.make({ iflr_name: 'wm0' });
    assert.equal(await outcome(process.ioctl(request, argument)), 'EINVAL');
    // a name so long that the address would be behind the struct
    argument.set([20, AF_LINK, 0, 0, 6, 255, 6], offset);
    assert.equal(await outcome(process.ioctl(request, argument)), 'EINVAL');
  });
}

test('an interface without link-layer address has the empty one', async () => {
  const { ask } = await linkMachine();
  const none = new Uint8Array();
  for (const name of ['l2tp0', 'bridge0']) {
    assert.deepEqual(await ask('SIOCGLIFADDR', name, none), {
      code: 'OK',
      flags: IFLR_ACTIVE | IFLR_FACTORY,
      address: none,
    });
    assert.equal((await ask('SIOCALIFADDR', name, none, IFLR_ACTIVE)).code, 'OK');
    assert.equal((await ask('SIOCDLIFADDR', name, none)).code, 'EBUSY');
  }
});

test('the active one is the host’s, the others are kept', async () => {
  const { ask, host } = await linkMachine();
  const factory = { code: 'OK', flags: IFLR_ACTIVE | IFLR_FACTORY, address: own };
  assert.deepEqual(await ask('SIOCGLIFADDR', 'wm0', mac(9)), factory);
  assert.equal((await ask('SIOCALIFADDR', 'wm0', mac(2))).code, 'OK');
  assert.deepEqual(host.link('wm0')?.address, own);
  assert.equal((await ask('SIOCALIFADDR', 'wm0', mac(2), IFLR_ACTIVE)).code, 'OK');
  assert.deepEqual(host.link('wm0')?.address, mac(2));
  const shown = async (address: Uint8Array) => {
    const { code, flags } = await ask('SIOCGLIFADDR', 'wm0', address, IFLR_PREFIX, 48);
    return code === 'OK' ? flags : code;
  };
  assert.deepEqual(await Promise.all([own, mac(2), mac(3)].map(shown)), [
    IFLR_FACTORY,
    IFLR_ACTIVE,
    'EADDRNOTAVAIL',
  ]);
  assert.deepEqual(await ask('SIOCGLIFADDR', 'wm0', mac(9)), { ...factory, flags: IFLR_FACTORY });
});

test('an address that the host refuses is not remembered', async () => {
  const { ask } = await linkMachine();
  const multicast = Uint8Array.of(1, 0, 0, 0, 0, 1);
  assert.equal((await ask('SIOCALIFADDR', 'wm0', multicast, IFLR_ACTIVE)).code, 'EADDRNOTAVAIL');
  assert.equal((await ask('SIOCDLIFADDR', 'wm0', multicast)).code, 'EADDRNOTAVAIL');
});

test('an address that others gave the link is the active one', async () => {
  const { ask, host } = await linkMachine();
  await ask('SIOCALIFADDR', 'wm0', mac(2));
  host.setLinkAddress(host.link('wm0')?.index ?? 0, mac(3));
  assert.equal((await ask('SIOCGLIFADDR', 'wm0', mac(3), IFLR_PREFIX, 48)).flags, IFLR_ACTIVE);
  assert.equal((await ask('SIOCDLIFADDR', 'wm0', mac(3))).code, 'EBUSY');
});

test('other requests are none of a socket of AF_LINK', async () => {
  const { ask } = await linkMachine();
  assert.equal((await ask('SIOCGIFALIAS', 'wm0', own)).code, 'ENOTTY');
});
