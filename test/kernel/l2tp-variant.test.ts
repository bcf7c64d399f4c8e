import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AF_INET, AF_INET6, structs } from '../../native-structs';
import { nothingConfigured, pseudowire, type Tunnel } from '../../src/kernel/l2tp-variant';
import { kernelAbi } from '../../src/kernel/requests';

const sockaddr_in = structs(kernelAbi, 'sockaddr_in');
const sockaddr_in6 = structs(kernelAbi, 'sockaddr_in6');
const device = { id: 1, name: 'l2tp0', tap: 3, vnetHeader: 0 } as const;

function ipv4(source: number, destination: number): Tunnel {
  const end = (last: number, sin_port: number) =>
    sockaddr_in.make({
      sin_len: sockaddr_in.size,
      sin_family: AF_INET,
      sin_port,
      sin_addr: Buffer.of(192, 0, 2, last),
    });
  return { source: end(1, source), destination: end(2, destination) };
}

function ipv6(source: number, destination: number): Tunnel {
  const end = (sin6_port: number) =>
    sockaddr_in6.make({ sin6_len: sockaddr_in6.size, sin6_family: AF_INET6, sin6_port });
  return { source: end(source), destination: end(destination) };
}

const udpOf = (tunnel: Tunnel, udpPorts: boolean) =>
  pseudowire(device, { ...nothingConfigured, tunnel }, udpPorts).tunnel?.udp;

describe('ports of a tunnel', () => {
  for (const make of [ipv4, ipv6]) {
    it(`mean UDP if they are to, ${make.name}`, () => {
      assert.deepEqual(udpOf(make(1701, 4500), true), { local: 1701, remote: 4500 });
      assert.deepEqual(udpOf(make(0, 1701), true), { local: 0, remote: 1701 });
      assert.deepEqual(udpOf(make(65535, 0), true), { local: 65535, remote: 0 });
    });

    it(`mean nothing otherwise, and their absence means nothing either, ${make.name}`, () => {
      assert.equal(udpOf(make(1701, 1701), false), undefined);
      assert.equal(udpOf(make(0, 0), true), undefined);
    });
  }
});
