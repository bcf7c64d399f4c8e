/** -N: hosts and services by name in a status. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { structs } from '../../native-structs';
import type { LookupNames } from '../../src/cli/command';
import { FakeKernel } from './fake-kernel';
import { run } from './run';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const sin = (address: string, port = '0000') => hex(`1002 ${port} ${address} 0000000000000000`);
const sin6 = (address: string, port = '0000') => hex(`1c18 ${port} 00000000 ${address} 00000000`);

function machine(source: Buffer, destination: Buffer): FakeKernel {
  const kernel = new FakeKernel()
    .flags(0x10)
    .answer('SIOCGIFMETRIC')
    .refuse('SIOCGIFADDRPREF', 'EADDRNOTAVAIL');
  const common = { name: 'l2tp0', flags: 0x10, netmask: null, dstaddr: null, data: null, addrflags: 0 };
  kernel.addresses = [
    { ...common, addr: hex('08 12 04 00 00 00 00 00') },
    { ...common, addr: sin('0a000001'), netmask: sin('ffffffff'), dstaddr: sin('0a000002') },
  ];
  return kernel.answer('SIOCGLIFPHYADDR', (argument) => {
    const { addr, dstaddr } = structs(kernel.abi, 'if_laddrreq').fields;
    source.copy(argument, addr.offset);
    destination.copy(argument, dstaddr.offset);
  });
}

suite('-N', () => {
  const asked: [string, number][] = [];
  const lookupNames: LookupNames = (address, port) => {
    asked.push([address, port]);
    if (address === '10.0.0.2') return Promise.reject(new Error('SERVFAIL'));
    return Promise.resolve({ hostname: `host-${address}`, service: port === 1701 ? 'l2tp' : String(port) });
  };
  const status = async (kernel: FakeKernel, ...argv: string[]) => {
    asked.length = 0;
    const { stdout, stderr } = await run(kernel, argv, undefined, { lookupNames });
    assert.equal(stderr, '');
    return stdout.split('\n').slice(1).join('\n');
  };

  test('tunnel and addresses; the number where there is no name', async () => {
    const kernel = machine(sin('0a000001', '06a5'), sin('0a000002', '0050'));
    assert.equal(
      await status(kernel, '-N', 'l2tp0'),
      '\ttunnel inet host-10.0.0.1,l2tp --> 10.0.0.2,80\n' + '\tinet host-10.0.0.1/32 -> 10.0.0.2 flags 0\n',
    );
  });

  test('a scope goes with the question', async () => {
    const kernel = machine(
      sin6('fe80000400000000 0000000000000001'),
      sin6('fc00000000000000 0000000000000002'),
    );
    assert.match(
      await status(kernel, '-N', 'l2tp0'),
      /^\ttunnel inet6 host-fe80::1%l2tp0 --> host-fc00::2\n/,
    );
    assert.ok(asked.some(([address]) => address === 'fe80::1%l2tp0'));
  });

  test('without it nobody is asked', async () => {
    const kernel = machine(sin('0a000001', '06a5'), sin('0a000002', '0050'));
    assert.equal(
      await status(kernel, 'l2tp0'),
      '\ttunnel inet 10.0.0.1,1701 --> 10.0.0.2,80\n\tinet 10.0.0.1/32 -> 10.0.0.2 flags 0\n',
    );
    assert.deepEqual(asked, []);
  });

  test('the system’s resolver has a name for this host', async () => {
    const kernel = machine(sin('7f000001', '0035'), sin('7f000001', '0000'));
    const { stdout } = await run(kernel, ['-N', 'l2tp0']);
    assert.match(stdout, /^\ttunnel inet [a-z][^, ]*,(domain|53) --> [a-z][^, ]*$/m);
  });
});
