/** What parses, what does not, and that nothing is done unless all of it parses. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { IFF_BROADCAST, IFF_POINTOPOINT } from '../../native-structs';
import { ifconfigUsage } from '../../src/cli/ifconfig-usage';
import { FakeKernel } from './fake-kernel';
import { run, runWords } from './run';

const willing = (flags = IFF_POINTOPOINT) => {
  const kernel = new FakeKernel().flags(flags);
  for (const name of [
    'SIOCSIFFLAGS',
    'SIOCSLIFPHYADDR',
    'SIOCDIFPHYADDR',
    'SIOCSL2TPSESSION',
    'SIOCDL2TPSESSION',
    'SIOCSL2TPSTATE',
    'SIOCSL2TPCOOKIE',
    'SIOCDL2TPCOOKIE',
    'SIOCIFCREATE',
    'SIOCIFDESTROY',
    'SIOCSIFMTU',
    'SIOCSIFMETRIC',
    'SIOCSIFDESCR',
    'SIOCSLINKSTR',
    'SIOCAIFADDR',
    'SIOCDIFADDR',
    'SIOCAIFADDR_IN6',
    'SIOCSIFADDRPREF',
  ] as const)
    kernel.answer(name);
  return kernel.refuse('SIOCGIFADDR', 'EADDRNOTAVAIL').refuse('SIOCGIFADDR_IN6', 'EADDRNOTAVAIL');
};

const assertUsage = async (argv: readonly string[], notice = '') => {
  const kernel = willing();
  assert.deepEqual(
    await run(kernel, argv),
    { stdout: '', stderr: notice + ifconfigUsage(), status: 1 },
    argv.join(' '),
  );
  assert.deepEqual(kernel.asked, [], `${argv.join(' ')}: nothing may be asked of the kernel`);
};

suite('lines that do not parse', () => {
  const lines = [
    'l2tp0 frobnicate',
    'l2tp0 up frobnicate',
    'l2tp0 UP',
    'l2tp0 sess 1 2',
    'l2tp0 up create',
    'l2tp0 up destroy',
    'l2tp0 inet create',
    'l2tp0 -up',
    'l2tp0 -session',
    'l2tp0 session',
    'l2tp0 session 5',
    'l2tp0 session 5 x',
    'l2tp0 session 0x10 1',
    'l2tp0 session 1.0 1',
    'l2tp0 session -1 1',
    'l2tp0 session 4294967296 1',
    'l2tp0 session 1 2 x',
    'l2tp0 cookie 4 1 4',
    'l2tp0 cookie 70000 1 4 2',
    'l2tp0 cookie -1 1 4 2',
    'l2tp0 cookie 8 9223372036854775808 8 1',
    'l2tp0 cookie 8 18446744073709551615 8 1',
    'l2tp0 cookie 8 1 8 -9223372036854775809',
    'l2tp0 tunnel',
    'l2tp0 tunnel 10.0.0.1',
    'l2tp0 tunnel 10.0.0.256 10.0.0.1',
    'l2tp0 tunnel 10.0.0.1/24 10.0.0.2',
    'l2tp0 inet tunnel fc00::1 fc00::2',
    'l2tp0 inet6 tunnel 10.0.0.1 10.0.0.2',
    'l2tp0 tunnel fc00::1::2 fc00::2',
    'l2tp0 tunnel 10.0.0.1,70000 10.0.0.2',
    'l2tp0 inet inet 10.0.0.1',
    'l2tp0 mtu',
    'l2tp0 mtu 15x',
    'l2tp0 metric',
    'l2tp0 description',
    'l2tp0 alias alias 10.0.0.1',
    'l2tp0 10.0.0.1 -alias delete',
    'l2tp0 inet 10.0.0.1/255',
    'l2tp0 inet 10.0.0.1/-1',
    'l2tp0 inet 10.0.0.1/x',
    'l2tp0 inet 1.1.1.1 2.2.2.2 3.3.3.3 4.4.4.4',
    'l2tp0 preference 3 10.0.0.1',
    'l2tp0 10.0.0.1 preference 32768',
    'l2tp0 00:11:22:33:44:55',
    'l2tp0 link 00:11:22:33:44:55 00:11:22:33:44:56',
    'l2tp0 link 00:11:22::44',
    'l2tp0 link 00:111',
    'l2tp0 link 10.0.0.1',
    'l2tp0 link netmask 255.0.0.0',
    'l2tp0 atalk 10.0.0.1',
    'l2tp0 atalk 0.1',
    'l2tp0 atalk 1.255',
    'l2tp0 -v',
    '-l inet',
    '-l l2tp0',
    '-C l2tp0',
    '-a -l',
    '-l -v',
    '-C -z',
    '-l -C',
    '-l -w 3',
    '-w 3 -L',
    '-a l2tp0',
    '-a inet up',
    '-s',
    '-s l2tp0 inet',
    '-z l2tp0 up',
    '-L l2tp0 up',
    '-m l2tp0 up',
    '-v',
    '-h',
    'abcdefghijklmnopq',
  ];
  for (const line of lines) test(`ifconfig ${line}`, () => assertUsage(line.split(' ')));

  test('an empty word', () => assertUsage(['l2tp0', '']));
  test('an option that does not exist', () => assertUsage(['-x'], 'ifconfig: unknown option -- x\n'));
  test('an option without its number', () =>
    assertUsage(['-w'], 'ifconfig: option requires an argument -- w\n'));
  test('33 words', () => assertUsage(['l2tp0', ...Array.from({ length: 32 }, () => 'up')]));
  test('a string of 129 bytes', () =>
    assertUsage(['l2tp0', 'description', 'x'.repeat(129)], 'ifconfig: strings too long\n'));
  test('hexadecimal strings', async () => {
    await assertUsage(['l2tp0', 'linkstr', '0x123'], 'ifconfig: bad hexadecimal digits\n');
    await assertUsage(['l2tp0', 'linkstr', '0x0g'], 'ifconfig: bad hexadecimal digits\n');
    await assertUsage(
      ['l2tp0', 'linkstr', `0x${'00'.repeat(129)}`],
      'ifconfig: hexadecimal digits too long\n',
    );
  });
  test('a prefix that the address cannot have', async () => {
    for (const words of ['l2tp0 create 10.0.0.1/33', 'l2tp0 create inet6 fc00::1/129']) {
      const kernel = willing();
      const stderr = 'ifconfig: prefixlen_to_mask: Invalid argument\n';
      assert.deepEqual(await runWords(kernel, words), { stdout: '', stderr, status: 1 });
      assert.deepEqual(kernel.asked, []);
    }
  });
  test('a name with several addresses', async () => {
    const kernel = willing();
    const several = () => Promise.resolve(['192.0.2.1', '192.0.2.2']);
    assert.equal((await runWords(kernel, 'l2tp0 tunnel several 10.0.0.1', several)).status, 1);
    assert.deepEqual(kernel.asked, []);
  });
});

suite('lines that parse', () => {
  const lines: readonly (readonly [line: string, ...requests: string[]])[] = [
    ['l2tp0 create', 'SIOCIFCREATE'],
    ['l2tp0 create inet', 'SIOCIFCREATE'],
    ['l2tp0 create inet6 up', 'SIOCIFCREATE', 'SIOCGIFFLAGS', 'SIOCSIFFLAGS'],
    ['l2tp0 destroy', 'SIOCIFDESTROY'],
    ['l2tp0 destroy frobnicate up', 'SIOCIFDESTROY'],
    ['l2tp0 link up', 'SIOCGIFFLAGS', 'SIOCSIFFLAGS'],
    ['l2tp0 session 20 010', 'SIOCSL2TPSESSION', 'SIOCSL2TPSTATE'],
    ['l2tp0 session +7 8', 'SIOCSL2TPSESSION', 'SIOCSL2TPSTATE'],
    ['l2tp0 deletesession', 'SIOCDL2TPSESSION', 'SIOCSL2TPSTATE'],
    ['l2tp0 cookie 4 1 8 2', 'SIOCSL2TPCOOKIE'],
    ['l2tp0 deletecookie', 'SIOCDL2TPCOOKIE'],
    ['l2tp0 tunnel 10.1 0x0a000002', 'SIOCSLIFPHYADDR'],
    ['l2tp0 deletetunnel', 'SIOCDIFPHYADDR'],
    ['-h l2tp0 mtu 1500 metric 3', 'SIOCSIFMTU', 'SIOCSIFMETRIC'],
    ['-- l2tp0 mtu 1500', 'SIOCSIFMTU'],
    ['l2tp0 descr x -descr', 'SIOCSIFDESCR', 'SIOCSIFDESCR'],
    ['l2tp0 linkstr bus0 -linkstr', 'SIOCSLINKSTR', 'SIOCSLINKSTR'],
    ['l2tp0 trailers -trailers'],
    ['l2tp0 alias'],
    ['l2tp0 active'],
    ['l2tp0 atalk up', 'SIOCGIFFLAGS', 'SIOCSIFFLAGS'],
    ['l2tp0 link delete'],
    ['l2tp0 10.0.0.1 10.0.0.2', 'SIOCGIFFLAGS', 'SIOCGIFFLAGS', 'SIOCGIFADDR', 'SIOCAIFADDR'],
    ['l2tp0 alias 10.0.0.1', 'SIOCGIFFLAGS', 'SIOCAIFADDR'],
    ['l2tp0 10.0.0.1 alias preference 3', 'SIOCGIFFLAGS', 'SIOCAIFADDR', 'SIOCSIFADDRPREF'],
    ['l2tp0 -alias 10.0.0.1', 'SIOCGIFFLAGS', 'SIOCDIFADDR'],
    ['l2tp0 10.0.0.1 delete', 'SIOCGIFFLAGS', 'SIOCDIFADDR'],
    ['l2tp0 inet6 fc00::1/64', 'SIOCGIFFLAGS', 'SIOCGIFADDR_IN6', 'SIOCAIFADDR_IN6'],
    // a lone number is an address to inet_aton(3)
    ['l2tp0 session 1 2 alias 3', 'SIOCSL2TPSESSION', 'SIOCSL2TPSTATE', 'SIOCGIFFLAGS', 'SIOCAIFADDR'],
  ];
  for (const [line, ...requests] of lines) {
    test(`ifconfig ${line}`, async () => {
      const kernel = willing();
      const { stderr, status } = await runWords(kernel, line);
      assert.equal(stderr, '');
      assert.equal(status, 0);
      assert.deepEqual(kernel.names, requests);
    });
  }

  test('32 words', async () => {
    const kernel = willing();
    assert.equal((await run(kernel, ['l2tp0', ...Array.from({ length: 31 }, () => 'up')])).status, 0);
    assert.equal(kernel.names.length, 62);
  });

  test('actions run in the order of the words, the address after all of them', async () => {
    const kernel = willing(IFF_BROADCAST);
    await runWords(kernel, 'wm0 10.0.0.1/8 mtu 1400 broadcast 10.255.255.255 up');
    assert.deepEqual(kernel.names, [
      'SIOCSIFMTU',
      'SIOCGIFFLAGS',
      'SIOCGIFFLAGS',
      'SIOCSIFFLAGS',
      'SIOCGIFFLAGS',
      'SIOCGIFADDR',
      'SIOCAIFADDR',
    ]);
  });

  test('the first refused action ends the line', async () => {
    const kernel = willing().refuse('SIOCSL2TPCOOKIE', 'EINVAL');
    const result = await runWords(kernel, 'l2tp0 create cookie 4 1 4 2 up');
    assert.deepEqual(result, {
      stdout: '',
      stderr: 'ifconfig: exec_matches: Invalid argument\n',
      status: 1,
    });
    assert.deepEqual(kernel.names, ['SIOCIFCREATE', 'SIOCSL2TPCOOKIE']);
  });
});

test('no words whatever end in anything but a status, and lines that do not parse ask nothing', async () => {
  const vocabulary = fc.oneof(
    fc.constantFrom(
      ...['l2tp0', 'create', 'destroy', 'inet', 'inet6', 'link', 'up', '-arp', 'session', 'cookie', 'tunnel'],
      ...[
        '10.0.0.1',
        'fc00::1%lo0',
        '10.0.0.1/24',
        '1',
        '4',
        '-1',
        'netmask',
        'alias',
        'delete',
        'prefixlen',
      ],
      ...[
        'description',
        'broadcast',
        'preference',
        'eui64',
        'pltime',
        '-a',
        '-l',
        '-s',
        '-w',
        '-v',
        '-z',
        '--',
      ],
    ),
    fc.string(),
    fc.string({ unit: 'binary' }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(vocabulary, { maxLength: 8 }), async (argv) => {
      const kernel = willing().answer('SIOCGIFINDEX');
      const { stdout, stderr, status } = await run(kernel, argv);
      assert.ok(status === 0 || status === 1);
      assert.doesNotMatch(stderr, /^\s+at /m, 'a stack trace');
      if (stderr.endsWith(ifconfigUsage())) {
        assert.equal(stdout, '');
        assert.deepEqual(
          kernel.names.filter((name) => name !== 'SIOCGIFINDEX'),
          [],
        );
      }
    }),
    { numRuns: 500 },
  );
});
