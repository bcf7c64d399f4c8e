/** The list by ioctls alone, as librumpclient needs it, against the kernel's own list. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abi } from '../../../native-structs';
import { listInterfaces } from '../../../src/ioctl/netbsd/interface-ioctls';
import type { LinkAddress } from '../../../src/kernel/host';
import { seamTo } from '../../cli/emulated-kernel';
import { bytesOf } from '../../kernel/addresses';
import { machine } from '../../kernel/process';

function hostAddress(text: string, prefixLength: number, broadcast?: string): Omit<LinkAddress, 'index'> {
  return {
    address: bytesOf(text),
    prefixLength,
    broadcast: broadcast === undefined ? null : bytesOf(broadcast),
    peer: null,
    flags: 0,
    validLifetime: 0xffffffff,
    preferredLifetime: 0xffffffff,
  };
}

test('the list by SIOCGIFCONF is the list of getifaddrs(3)', async () => {
  const addresses = [
    hostAddress('10.0.0.1', 24, '10.0.0.255'),
    hostAddress('10.0.1.1', 16, '10.0.255.255'),
    hostAddress('fe80::1', 64),
    hostAddress('fc00::1', 48),
  ];
  const { kernel, process } = machine([{ name: 'wm0', up: true, addresses }, { name: 'wm1' }]);
  await process.create('l2tp0');
  const seam = seamTo(kernel);
  const list = await listInterfaces(abi('amd64'), seam.ioctl.bind(seam));
  const expected = await kernel.getifaddrs();
  assert.ok(list.length > addresses.length + 2);
  // What is behind sa_len is padding, of which each way has its own.
  const hex = (sockaddr: Buffer | null) => sockaddr?.toString('hex', 0, sockaddr.readUInt8(0));
  const essential = ({ name, flags, addr, netmask, dstaddr, data, addrflags }: (typeof list)[number]) => ({
    name,
    flags,
    addrflags,
    addr: hex(addr),
    netmask: hex(netmask),
    dstaddr: hex(dstaddr),
    data: data?.toString('hex'),
  });
  assert.deepEqual(list.map(essential), expected.map(essential));
});
