/** What ifconfig and brconfig understand, ask and print on the kernels of different releases. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { AF_LINK, KernelError, structs, type Errno } from '../../native-structs';
import { brconfig } from '../../src/cli/brconfig';
import { ifconfigUsage } from '../../src/cli/ifconfig-usage';
import { parseRelease, traitsOf, type Release } from '../../src/ioctl/release';
import { FakeKernel } from './fake-kernel';
import { run } from './run';

const release = (text: string): Release => parseRelease(text)!;

const words = (kernel: FakeKernel, text: string, of: string) =>
  run(kernel, text.split(' '), undefined, { release: release(of) });

const flags = 0x8831;

function machine(): FakeKernel {
  const kernel = new FakeKernel().flags(flags);
  kernel.addresses = [
    { addr: Buffer.from([8, AF_LINK, 1, 0, 0, 0, 0, 0]) },
    {
      addr: Buffer.from('10020000c00002010000000000000000', 'hex'),
      netmask: Buffer.from('10020000ffffff00', 'hex'),
      dstaddr: Buffer.from('10020000c00002020000000000000000', 'hex'),
    },
  ].map((one) => ({ name: 'wm0', flags, netmask: null, dstaddr: null, data: null, addrflags: 0, ...one }));
  return kernel
    .answer('SIOCGIFMTU')
    .answer('SIOCGIFMETRIC')
    .refuse('SIOCGIFADDRPREF', 'EADDRNOTAVAIL')
    .answer('SIOCGIFDATA')
    .answer('SIOCGIFDESCR', (_argument, [memory]) => void memory?.write('uplink\0'))
    .answer('SIOCGIFCAP', (argument) => {
      const view = structs(kernel.abi, 'ifcapreq').at(argument);
      view.ifcr_capabilities = 0x180n;
    })
    .answer('SIOCGETHERCAP', (argument) => {
      structs(kernel.abi, 'eccapreq').at(argument).eccr_capabilities = 1;
    });
}

suite('status', () => {
  const expected: readonly (readonly [release: string, text: string])[] = [
    [
      '8.2',
      `wm0: flags=0x8831<UP,POINTOPOINT,NOTRAILERS,SIMPLEX,MULTICAST>
	capabilities=180<TSO4,IP4CSUM_Rx>
	enabled=0
	ec_capabilities=1<VLAN_MTU>
	ec_enabled=0
	input: 0 packets, 0 bytes
	output: 0 packets, 0 bytes
	inet 192.0.2.1/24 -> 192.0.2.2 flags 0x0
`,
    ],
    [
      '9.3',
      `wm0: flags=0x8831<UP,POINTOPOINT,SIMPLEX,MULTICAST>
	capabilities=180<TSO4,IP4CSUM_Rx>
	enabled=0
	ec_capabilities=1<VLAN_MTU>
	ec_enabled=0
	input: 0 packets, 0 bytes
	output: 0 packets, 0 bytes
	inet 192.0.2.1/24 -> 192.0.2.2 flags 0x0
`,
    ],
    [
      '10.1',
      `wm0: flags=0x8831<UP,POINTOPOINT,UNNUMBERED,SIMPLEX,MULTICAST>
	capabilities=0x180<TSO4,IP4CSUM_Rx>
	enabled=0
	ec_capabilities=0x1<VLAN_MTU>
	ec_enabled=0
	description: "uplink"
	linkstate: unknown
	input: 0 packets, 0 bytes
	output: 0 packets, 0 bytes
	inet 192.0.2.1/24 -> 192.0.2.2 flags 0
`,
    ],
  ];
  for (const [of, text] of expected)
    test(of, async () => {
      const { stdout, stderr } = await words(machine(), '-v wm0', of);
      assert.deepEqual([stderr, stdout], ['', text]);
    });

  test('an interface without flags', async () => {
    for (const [of, text] of [
      ['9.3', '0x0'],
      ['10.0', '0'],
    ] as const) {
      const kernel = new FakeKernel().flags(0).answer('SIOCGIFMETRIC');
      kernel.addresses = [
        { name: 'bridge0', flags: 0, addr: null, netmask: null, dstaddr: null, data: null, addrflags: 0 },
      ];
      assert.equal((await words(kernel, 'bridge0', of)).stdout, `bridge0: flags=${text}\n`);
    }
  });

  test('a bridge', async () => {
    let stdout = '';
    const kernel = new FakeKernel().flags(0x21).answer('SIOCGDRVSPEC').answer('SIOCSDRVSPEC');
    await brconfig(['bridge0'], {
      kernel: () => Promise.resolve(kernel),
      release: release('8.0'),
      stdout: { write: (text) => void (stdout += text) },
      stderr: { write: () => undefined },
    });
    assert.match(stdout, /^bridge0: flags=21<UP,NOTRAILERS>\n/);
  });
});

suite('verbs', () => {
  for (const line of ['l2tp0 description x', 'l2tp0 -descr', 'l2tp0 unnumbered', 'l2tp0 -unnumbered']) {
    for (const of of ['8.0', '9.4'])
      test(`${line}: none of ${of}`, async () => {
        const kernel = new FakeKernel();
        const { stderr, status } = await words(kernel, line, of);
        assert.deepEqual([stderr, status], [ifconfigUsage(traitsOf(release(of))), 1]);
        assert.deepEqual(kernel.asked, []);
      });
    test(`${line}: one of 10`, async () => {
      const kernel = new FakeKernel().flags(0).answer('SIOCSIFDESCR').answer('SIOCSIFFLAGS');
      assert.equal((await words(kernel, line, '10.0')).status, 0);
    });
  }

  test('the usage text names only those that there are', () => {
    assert.match(ifconfigUsage(), /description.*\n/);
    assert.match(ifconfigUsage(), /\[ debug \| -debug \] \[ unnumbered \| -unnumbered \]\n/);
    assert.doesNotMatch(ifconfigUsage(traitsOf(release('9.3'))), /descr|unnumbered/);
  });
});

suite('-s', () => {
  /** A kernel of two releases at once, whose media are not active and whose link is up. */
  const media = (status: number, errno?: Errno) => {
    const kernel = new FakeKernel().flags(0);
    const answer = (argument: Buffer) => {
      if (errno) throw new KernelError(errno);
      structs(kernel.abi, 'ifmediareq').at(argument).ifm_status = status;
    };
    return kernel.answer('SIOCGIFMEDIA', answer).answer('SIOCGIFMEDIA_80', answer).answer('SIOCGIFDATA');
  };
  const cases: readonly (readonly [of: string, kernel: FakeKernel, request: string, status: number])[] = [
    ['8.0', media(1), 'SIOCGIFMEDIA_80', 1],
    ['9.0', media(1), 'SIOCGIFMEDIA', 1],
    ['9.0', media(3), 'SIOCGIFMEDIA', 0],
    ['9.0', media(0), 'SIOCGIFMEDIA', 0],
    ['9.0', media(0, 'ENOTTY'), 'SIOCGIFMEDIA', 0],
    ['10.0', media(1), 'SIOCGIFDATA', 0],
  ];
  for (const [index, [of, kernel, request, status]] of cases.entries())
    test(`${of}, case ${index}: asks ${request}`, async () => {
      const result = await words(kernel, '-s wm0', of);
      assert.deepEqual(result, { stdout: '', stderr: '', status });
      assert.deepEqual(kernel.names, ['SIOCGIFFLAGS', request]);
    });
});
