/** What each verb asks of the kernel, byte for byte, and what it says when the kernel refuses. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  abiNames,
  AF_INET,
  AF_INET6,
  IFF_BROADCAST,
  IFF_POINTOPOINT,
  IFF_UP,
  structs,
  type Errno,
  type IoctlName,
} from '../../native-structs';
import { FakeKernel, type Answer } from './fake-kernel';
import { run, runWords } from './run';

const textOf = (bytes: Buffer): string => bytes.toString('latin1').replace(/\0+$/, '');

suite('l2tp(4) verbs', () => {
  const l2tpReq = (kernel: FakeKernel, name: IoctlName) => {
    const { argument, memory } = kernel.the(name);
    assert.equal(structs(kernel.abi, 'ifreq').at(argument).ifr_name, 'l2tp0');
    assert.equal(memory.length, 1);
    return structs(kernel.abi, 'l2tp_req').at(memory[0]!);
  };

  for (const abi of abiNames) {
    test(`session and cookie on ${abi}`, async () => {
      const kernel = new FakeKernel(abi)
        .answer('SIOCSL2TPSESSION')
        .answer('SIOCSL2TPSTATE')
        .answer('SIOCSL2TPCOOKIE');
      const { status } = await runWords(
        kernel,
        'l2tp0 session 4294967295 1234 cookie 8 9223372036854775807 4 54321',
      );
      assert.equal(status, 0);
      const { my_sess_id, peer_sess_id, state } = l2tpReq(kernel, 'SIOCSL2TPSESSION');
      assert.deepEqual([my_sess_id, peer_sess_id, state], [0xffffffff, 1234, 0]);
      const up = l2tpReq(kernel, 'SIOCSL2TPSTATE');
      assert.deepEqual([up.my_sess_id, up.peer_sess_id, up.state], [0xffffffff, 1234, 1]);
      const cookie = l2tpReq(kernel, 'SIOCSL2TPCOOKIE');
      assert.deepEqual(
        [cookie.my_cookie_len, cookie.my_cookie, cookie.peer_cookie_len, cookie.peer_cookie],
        [8, 2n ** 63n - 1n, 4, 54321n],
      );
    });
  }

  test('deletesession and deletecookie carry nothing but zeroes', async () => {
    const kernel = new FakeKernel()
      .answer('SIOCDL2TPSESSION')
      .answer('SIOCSL2TPSTATE')
      .answer('SIOCDL2TPCOOKIE');
    await runWords(kernel, 'l2tp0 deletesession deletecookie');
    assert.deepEqual(kernel.names, ['SIOCDL2TPSESSION', 'SIOCSL2TPSTATE', 'SIOCDL2TPCOOKIE']);
    for (const { memory } of kernel.asked) assert.deepEqual(memory, [Buffer.alloc(40)]);
  });

  test("an older kernel's numbers are tried after ENOTTY, and first from then on", async () => {
    const kernel = new FakeKernel().answer('SIOCSL2TPSESSION_OLD').answer('SIOCSL2TPSTATE_OLD');
    assert.equal((await runWords(kernel, 'l2tp0 session 1 2')).status, 0);
    assert.deepEqual(kernel.names, ['SIOCSL2TPSESSION', 'SIOCSL2TPSESSION_OLD', 'SIOCSL2TPSTATE_OLD']);
  });

  test('an errno other than ENOTTY is the answer', async () => {
    const kernel = new FakeKernel().refuse('SIOCSL2TPSESSION', 'EINVAL');
    await runWords(kernel, 'l2tp0 session 1 2');
    assert.deepEqual(kernel.names, ['SIOCSL2TPSESSION']);
  });

  test('a refused state is an error, and the session stays', async () => {
    const kernel = new FakeKernel().answer('SIOCSL2TPSESSION').refuse('SIOCSL2TPSTATE', 'EPERM');
    const { stderr, status } = await runWords(kernel, 'l2tp0 session 1 2');
    assert.equal(stderr, 'ifconfig: exec_matches: Operation not permitted\n');
    assert.equal(status, 1);
  });

  for (const cookie of ['8 -1 8 1', '8 1 8 -1', '32768 1 4 2', '4 1 65535 2']) {
    test(`cookie ${cookie} parses, and is refused without the kernel`, async () => {
      const kernel = new FakeKernel().answer('SIOCSL2TPCOOKIE');
      const { stderr, status } = await runWords(kernel, `l2tp0 cookie ${cookie}`);
      assert.equal(stderr, 'ifconfig: exec_matches: No such file or directory\n');
      assert.equal(status, 1);
      assert.deepEqual(kernel.asked, []);
    });
  }
});

suite('tunnel', () => {
  const laddr = (kernel: FakeKernel) => {
    const { argument } = kernel.the('SIOCSLIFPHYADDR');
    const view = structs(kernel.abi, 'if_laddrreq').at(argument);
    assert.equal(view.iflr_name, 'l2tp0');
    assert.deepEqual([view.flags, view.prefixlen], [0, 0]);
    return [argument.subarray(24, 52), argument.subarray(152, 180)].map((one) => one.toString('hex'));
  };
  const padded = (hex: string) => hex.replaceAll(' ', '').padEnd(56, '0');

  const cases: readonly (readonly [words: string, source: string, destination: string])[] = [
    ['10.0.0.1 10.0.0.2', '1002 0000 0a000001', '1002 0000 0a000002'],
    ['10.1,500 0x0a000002,600', '1002 01f4 0a000001', '1002 0258 0a000002'],
    [
      'fc00::1 fc00::2',
      '1c18 0000 00000000 fc000000000000000000000000000001',
      '1c18 0000 00000000 fc000000000000000000000000000002',
    ],
    [
      'fe80::1%wm0 fe80::2%wm0',
      '1c18 0000 00000000 fe800007000000000000000000000001',
      '1c18 0000 00000000 fe800007000000000000000000000002',
    ],
    [
      'fe80::1%258 fe80::2%258',
      '1c18 0000 00000000 fe800102000000000000000000000001',
      '1c18 0000 00000000 fe800102000000000000000000000002',
    ],
  ];
  for (const [words, source, destination] of cases) {
    test(words, async () => {
      const kernel = new FakeKernel().answer('SIOCSLIFPHYADDR').answer('SIOCGIFINDEX', (argument) => {
        const request = structs(kernel.abi, 'ifreq').at(argument);
        request.ifr_ifru.ifru_value = request.ifr_name === 'wm0' ? 7 : 0;
      });
      const { stderr, status } = await runWords(kernel, `l2tp0 tunnel ${words}`);
      assert.deepEqual([stderr, status], ['', 0]);
      assert.deepEqual(laddr(kernel), [padded(source), padded(destination)]);
    });
  }

  test('a name with one address', async () => {
    const kernel = new FakeKernel().answer('SIOCSLIFPHYADDR');
    const asked: string[] = [];
    await runWords(kernel, 'l2tp0 inet6 tunnel here.example,1 fc00::2', (host, family) => {
      asked.push(`${host} ${family}`);
      return Promise.resolve(['fc00::1']);
    });
    assert.deepEqual(asked, ['here.example 6']);
    assert.equal(laddr(kernel)[0], padded('1c18 0001 00000000 fc000000000000000000000000000001'));
  });

  const refused: readonly (readonly [words: string, message: string])[] = [
    ['10.0.0.1 fc00::2', 'source and destination address families do not match'],
    ['fc00::1 10.0.0.1', 'source and destination address families do not match'],
    ['fe80::1%wm0 fe80::2', 'scope mismatch'],
    ['fc00::1 ff02::1', 'tunnel src/dst is multicast'],
    ['ff02::1 fc00::1', 'tunnel src/dst is multicast'],
  ];
  for (const [words, message] of refused) {
    test(`${words}: ${message}`, async () => {
      const kernel = new FakeKernel().answer('SIOCSLIFPHYADDR').answer('SIOCGIFINDEX', (argument) => {
        structs(kernel.abi, 'ifreq').at(argument).ifr_ifru.ifru_value = 1;
      });
      const result = await runWords(kernel, `l2tp0 tunnel ${words}`);
      assert.deepEqual(result, { stdout: '', stderr: `ifconfig: ${message}\n`, status: 1 });
      assert.ok(!kernel.names.includes('SIOCSLIFPHYADDR'));
    });
  }
});

suite('refusals: words and exit status', () => {
  const cases: readonly (readonly [
    line: string,
    request: IoctlName,
    errno: Errno,
    stderr: string,
    status: number,
  ])[] = [
    ['create', 'SIOCIFCREATE', 'EEXIST', 'clone_command: File exists|exec_matches: File exists', 1],
    [
      'create',
      'SIOCIFCREATE',
      'EPERM',
      'clone_command: Operation not permitted|exec_matches: Operation not permitted',
      1,
    ],
    [
      'destroy',
      'SIOCIFDESTROY',
      'ENXIO',
      'clone_command: Device not configured|exec_matches: Device not configured',
      1,
    ],
    ['tunnel 1.1.1.1 1.1.1.2', 'SIOCSLIFPHYADDR', 'ENXIO', 'SIOCSLIFPHYADDR: Device not configured', 0],
    ['deletetunnel', 'SIOCDIFPHYADDR', 'ENXIO', 'SIOCDIFPHYADDR: Device not configured', 1],
    ['mtu 9000', 'SIOCSIFMTU', 'EINVAL', 'SIOCSIFMTU: Invalid argument', 0],
    ['metric 1', 'SIOCSIFMETRIC', 'EPERM', 'SIOCSIFMETRIC: Operation not permitted', 0],
    ['up', 'SIOCGIFFLAGS', 'ENXIO', 'exec_matches: Device not configured', 1],
    ['description x', 'SIOCSIFDESCR', 'EPERM', 'SIOCSIFDESCR: Operation not permitted', 1],
    ['-descr', 'SIOCSIFDESCR', 'ENOTTY', 'SIOCSIFDESCR: Inappropriate ioctl for device', 1],
    ['linkstr x', 'SIOCSLINKSTR', 'ENOTTY', 'SIOCSLINKSTR: Inappropriate ioctl for device', 1],
    ['-linkstr', 'SIOCSLINKSTR', 'ENOTTY', 'SIOCSLINKSTR: Inappropriate ioctl for device', 1],
    ['10.0.0.1', 'SIOCGIFFLAGS', 'ENXIO', 'commit_address: getifflags: Device not configured', 1],
    ['10.0.0.1 10.0.0.2', 'SIOCGIFFLAGS', 'ENXIO', 'setifdstormask: getifflags: Device not configured', 1],
    ['delete', 'SIOCGIFADDR', 'EADDRNOTAVAIL', "SIOCGIFADDR: Can't assign requested address", 1],
    ['inet6 delete', 'SIOCGIFADDR_IN6', 'ENXIO', 'SIOCGIFADDR_IN6: Device not configured', 1],
    ['inet 10.0.0.1/33', 'SIOCAIFADDR', 'EINVAL', 'prefixlen_to_mask: Invalid argument', 1],
    // without inet6 in front of it the line is one of inet
    ['fc00::1/64', 'SIOCAIFADDR', 'EINVAL', 'prefixlen_to_mask: Invalid argument', 1],
    ['prefixlen 33', 'SIOCAIFADDR', 'EINVAL', 'prefixlen_to_mask: Invalid argument', 1],
    ['inet6 prefixlen 129', 'SIOCAIFADDR', 'EINVAL', 'prefixlen_to_mask: Invalid argument', 1],
    ['link prefixlen 8', 'SIOCALIFADDR', 'EINVAL', 'prefixlen_to_mask: Invalid argument', 1],
    ['prefixlen -1', 'SIOCAIFADDR', 'EINVAL', 'prefixlen_to_mask: Invalid argument', 1],
  ];
  for (const [line, request, errno, stderr, status] of cases) {
    test(`${line}: ${errno}`, async () => {
      const kernel = new FakeKernel().refuse(request, errno);
      const result = await runWords(kernel, `l2tp9 ${line}`);
      const expected = stderr.split('|').map((message) => `ifconfig: ${message}\n`);
      assert.deepEqual(result, { stdout: '', stderr: expected.join(''), status });
    });
  }

  test('a description that is too long', async () => {
    const kernel = new FakeKernel().answer('SIOCSIFDESCR');
    assert.equal((await run(kernel, ['l2tp0', 'descr', 'x'.repeat(63)])).status, 0);
    assert.equal(kernel.the('SIOCSIFDESCR').memory[0]!.length, 64);
    const { stderr, status } = await run(kernel, ['l2tp0', 'descr', 'x'.repeat(64)]);
    assert.match(stderr, /^ifconfig: description too long: /);
    assert.equal(status, 1);
  });

  test('a name without room for its NUL', async () => {
    const { stderr, status } = await run(new FakeKernel(), ['abcdefghijklmnop', 'up']);
    assert.equal(stderr, 'ifconfig: Cannot copy string; 16 chars needed 16 provided: File name too long\n');
    assert.equal(status, 1);
  });

  test('a name of several bytes a character', async () => {
    const kernel = new FakeKernel().answer('SIOCIFCREATE');
    await runWords(kernel, 'é0 create');
    assert.equal(kernel.the('SIOCIFCREATE').argument.toString('utf8', 0, 4), 'é0\0');
    assert.equal((await run(kernel, ['é'.repeat(8)])).status, 1);
  });

  test('an error that is none of the kernel is one line too', async () => {
    const broken: Answer = () => {
      throw new Error('l2tpd: connection lost');
    };
    const { stderr, status } = await runWords(
      new FakeKernel().answer('SIOCIFCREATE', broken),
      'l2tp0 create',
    );
    assert.deepEqual([stderr, status], ['ifconfig: l2tpd: connection lost\n', 1]);
  });

  test('the kernel is closed whatever happens', async () => {
    const kernel = new FakeKernel();
    await runWords(kernel, 'l2tp0 create');
    assert.equal(kernel.closed, 1);
  });
});

suite('flags', () => {
  const cases: readonly (readonly [word: string, before: number, after: number])[] = [
    ['up', 0x8810, 0x8811],
    ['down', 0x8851, 0x8850],
    ['arp', 0x88d0, 0x8850],
    ['-arp', 0x8850, 0x88d0],
    ['debug', 0x8810, 0x8814],
    ['-debug', 0x8814, 0x8810],
    ['unnumbered', 0x8810, 0x8830],
    ['-unnumbered', 0x8830, 0x8810],
    ['link0', 0x8810, 0x9810],
    ['-link1', 0xa810, 0x8810],
    ['link2', 0x0810, 0x4810],
  ];
  for (const [word, before, after] of cases) {
    test(word, async () => {
      const kernel = new FakeKernel().flags(before).answer('SIOCSIFFLAGS');
      assert.equal((await runWords(kernel, `l2tp0 ${word}`)).status, 0);
      const { ifr_ifru } = structs(kernel.abi, 'ifreq').at(kernel.the('SIOCSIFFLAGS').argument);
      assert.equal(ifr_ifru.ifru_flags & 0xffff, after);
    });
  }
});

suite('mtu, metric, description', () => {
  const cases: readonly (readonly [word: string, value: string, kept: number])[] = [
    ['mtu', '1500', 1500],
    ['mtu', '-1', -1],
    ['mtu', '4294968796', 1500],
    ['metric', '+3', 3],
  ];
  for (const [word, value, kept] of cases) {
    test(`${word} ${value}`, async () => {
      const request = word === 'mtu' ? 'SIOCSIFMTU' : 'SIOCSIFMETRIC';
      const kernel = new FakeKernel().answer(request);
      await runWords(kernel, `l2tp0 ${word} ${value}`);
      assert.equal(structs(kernel.abi, 'ifreq').at(kernel.the(request).argument).ifr_ifru.ifru_mtu, kept);
    });
  }

  test('description goes with its NUL, -description as a null pointer', async () => {
    const kernel = new FakeKernel().answer('SIOCSIFDESCR');
    await run(kernel, ['l2tp0', 'description', 'to the lab', '-description']);
    const [set, unset] = kernel.asked;
    assert.deepEqual(set!.memory, [Buffer.from('to the lab\0')]);
    assert.equal(structs(kernel.abi, 'ifreq').at(set!.argument).ifr_ifru.ifru_b.b_buflen, 11);
    assert.deepEqual(unset!.memory, []);
    assert.equal(structs(kernel.abi, 'ifreq').at(unset!.argument).ifr_ifru.ifru_b.b_buflen, 0);
  });

  test('trailers', async () => {
    assert.deepEqual(await runWords(new FakeKernel(), 'l2tp0 trailers'), {
      stdout: 'Note: trailers are no longer sent, but always received\n',
      stderr: '',
      status: 0,
    });
  });
});

suite('addresses', () => {
  const withAddresses = (flags: number) =>
    new FakeKernel()
      .flags(flags)
      .refuse('SIOCGIFADDR', 'EADDRNOTAVAIL')
      .refuse('SIOCGIFADDR_IN6', 'EADDRNOTAVAIL')
      .answer('SIOCAIFADDR')
      .answer('SIOCAIFADDR_IN6')
      .answer('SIOCDIFADDR')
      .answer('SIOCDIFADDR_IN6')
      .answer('SIOCSIFADDRPREF');
  const none = '00'.repeat(16);
  const sin = (address: string) => `10020000${address}`.padEnd(32, '0');

  const inet: readonly (readonly [
    flags: number,
    words: string,
    address: string,
    other: string,
    mask: string,
  ])[] = [
    [IFF_BROADCAST, 'inet 192.168.0.1/24', sin('c0a80001'), none, sin('ffffff00')],
    [IFF_BROADCAST, '192.168.0.1 0xffffff00', sin('c0a80001'), none, sin('ffffff00')],
    [IFF_BROADCAST, '192.168.0.1 netmask 255.255.0.0', sin('c0a80001'), none, sin('ffff0000')],
    [IFF_BROADCAST, '192.168.0.1/24 netmask 255.255.0.0', sin('c0a80001'), none, sin('ffff0000')],
    [IFF_BROADCAST, 'netmask 255.255.0.0 192.168.0.1/24', sin('c0a80001'), none, sin('ffff0000')],
    [IFF_BROADCAST, '192.168.0.1 prefixlen 20', sin('c0a80001'), none, sin('fffff000')],
    [IFF_BROADCAST, '192.168.0.1/0', sin('c0a80001'), none, sin('ffffffff')],
    [IFF_BROADCAST, '1.0.0.1 255.0.0.0 1.255.255.255', sin('01000001'), sin('01ffffff'), sin('ff000000')],
    [IFF_BROADCAST, '1.0.0.1/8 broadcast 1.255.255.255', sin('01000001'), sin('01ffffff'), sin('ff000000')],
    [
      IFF_BROADCAST,
      'netmask 255.0.0.0 1.0.0.1 1.255.255.255',
      sin('01000001'),
      sin('01ffffff'),
      sin('ff000000'),
    ],
    [IFF_POINTOPOINT, '10.9.0.1 10.9.0.2', sin('0a090001'), sin('0a090002'), none],
    [IFF_POINTOPOINT, '10.9.0.1/30 10.9.0.2', sin('0a090001'), sin('0a090002'), sin('fffffffc')],
    [0, '127.0.0.1/8 127.0.0.2', sin('7f000001'), none, sin('ff000000')],
  ];
  for (const [flags, words, address, other, mask] of inet) {
    test(`${words} with flags ${flags}`, async () => {
      const kernel = withAddresses(flags);
      assert.deepEqual(await runWords(kernel, `if0 ${words}`), { stdout: '', stderr: '', status: 0 });
      const { argument, domain } = kernel.the('SIOCAIFADDR');
      assert.equal(domain, AF_INET);
      assert.equal(textOf(argument.subarray(0, 16)), 'if0');
      const parts = [16, 32, 48].map((at) => argument.toString('hex', at, at + 16));
      assert.deepEqual(parts, [address, other, mask]);
    });
  }

  test('a new address takes the place of the first one', async () => {
    const kernel = withAddresses(IFF_BROADCAST).answer('SIOCGIFADDR', (argument) => {
      Buffer.from(sin('0a000001'), 'hex').copy(argument, 16);
    });
    await runWords(kernel, 'wm0 10.0.0.2/8');
    assert.deepEqual(kernel.names, ['SIOCGIFFLAGS', 'SIOCGIFADDR', 'SIOCDIFADDR', 'SIOCAIFADDR']);
    assert.equal(kernel.the('SIOCDIFADDR').argument.toString('hex', 16, 32), sin('0a000001'));
  });

  test('delete without an address removes the first one', async () => {
    const kernel = withAddresses(IFF_BROADCAST).answer('SIOCGIFADDR', (argument) => {
      Buffer.from(sin('0a000001'), 'hex').copy(argument, 16);
    });
    await runWords(kernel, 'wm0 delete');
    assert.deepEqual(kernel.names, ['SIOCGIFADDR', 'SIOCDIFADDR']);
    assert.equal(kernel.the('SIOCDIFADDR').argument.toString('hex', 16, 32), sin('0a000001'));
  });

  test('-alias removes the address that is named', async () => {
    const kernel = withAddresses(IFF_BROADCAST);
    await runWords(kernel, 'wm0 inet -alias 10.0.0.3');
    assert.equal(kernel.the('SIOCDIFADDR').argument.toString('hex', 16, 32), sin('0a000003'));
  });

  test('inet6: prefix, lifetimes without end, flags; the scope inside the address', async () => {
    const kernel = withAddresses(IFF_BROADCAST).answer('SIOCGIFINDEX', (argument) => {
      structs(kernel.abi, 'ifreq').at(argument).ifr_ifru.ifru_value = 3;
    });
    const { status } = await runWords(kernel, 'wm0 inet6 fe80::1%wm0/64 alias anycast');
    assert.equal(status, 0);
    const { argument, domain } = kernel.the('SIOCAIFADDR_IN6');
    assert.equal(domain, AF_INET6);
    const view = structs(kernel.abi, 'in6_aliasreq').at(argument);
    assert.equal(view.ifra_addr.sin6_addr.toString('hex'), 'fe800003000000000000000000000001');
    assert.equal(view.ifra_addr.sin6_scope_id, 0);
    assert.equal(view.ifra_prefixmask.sin6_addr.toString('hex'), 'ff'.repeat(8) + '00'.repeat(8));
    assert.equal(view.ifra_dstaddr.sin6_len, 0);
    assert.equal(view.ifra_flags, 1);
    const { ia6t_expire, ia6t_preferred, ia6t_pltime, ia6t_vltime } = view.ifra_lifetime;
    assert.deepEqual([ia6t_expire, ia6t_preferred], [0n, 0n]);
    assert.deepEqual([ia6t_pltime, ia6t_vltime], [0xffffffff, 0xffffffff]);
  });

  test("inet6: /64 by default, lifetimes in C's notations, preference", async () => {
    const kernel = withAddresses(IFF_BROADCAST);
    const started = BigInt(Math.floor(Date.now() / 1000));
    await runWords(kernel, 'wm0 inet6 fc00::1 pltime 0x3c vltime 0170 preference -5');
    const view = structs(kernel.abi, 'in6_aliasreq').at(kernel.the('SIOCAIFADDR_IN6').argument);
    assert.equal(view.ifra_prefixmask.sin6_addr.toString('hex'), 'ff'.repeat(8) + '00'.repeat(8));
    const { ia6t_expire, ia6t_preferred, ia6t_pltime, ia6t_vltime } = view.ifra_lifetime;
    assert.deepEqual([ia6t_pltime, ia6t_vltime], [60, 120]);
    assert.ok(ia6t_preferred >= started + 60n && ia6t_expire >= started + 120n);
    assert.equal(ia6t_expire - ia6t_preferred, 60n);
    const preference = structs(kernel.abi, 'if_addrprefreq').at(kernel.the('SIOCSIFADDRPREF').argument);
    assert.equal(preference.ifap_preference, -5);
  });

  test('eui64 takes the interface identifier of the link-local address', async () => {
    const kernel = withAddresses(IFF_BROADCAST);
    const linkLocal = Buffer.from('1c18000000000000fe80000300000000021122fffe33445500000000', 'hex');
    const rest = { flags: 0, netmask: null, dstaddr: null, data: null, addrflags: 0 };
    kernel.addresses = [{ name: 'wm0', addr: linkLocal, ...rest }];
    await runWords(kernel, 'wm0 inet6 fc00:: eui64');
    const view = structs(kernel.abi, 'in6_aliasreq').at(kernel.the('SIOCAIFADDR_IN6').argument);
    assert.equal(view.ifra_addr.sin6_addr.toString('hex'), 'fc00000000000000021122fffe334455');
    kernel.addresses = [];
    const { stderr } = await runWords(kernel, 'wm0 inet6 fc00:: eui64');
    assert.equal(stderr, 'ifconfig: could not determine link local address\n');
  });

  const refused: readonly (readonly [flags: number, words: string, message: string])[] = [
    [IFF_POINTOPOINT, 'broadcast 1.2.3.4', 'not a broadcast interface'],
    [IFF_POINTOPOINT, '1.1.1.1 1.1.1.2 1.1.1.3', 'not a broadcast interface'],
    [IFF_POINTOPOINT | IFF_BROADCAST, '1.1.1.1', 'unsupported interface flags'],
    [IFF_UP, '1.1.1.1 pltime 5', 'inet6 address lifetime not allowed for the AF'],
    [IFF_UP, 'inet 1.1.1.1 vltime 5', 'inet6 address lifetime not allowed for the AF'],
  ];
  for (const [flags, words, message] of refused) {
    test(`${words}: ${message}`, async () => {
      const kernel = withAddresses(flags);
      assert.deepEqual(await runWords(kernel, `if0 ${words}`), {
        stdout: '',
        stderr: `ifconfig: ${message}\n`,
        status: 1,
      });
      assert.ok(!kernel.names.includes('SIOCAIFADDR'));
    });
  }

  test('a refused preference is a warning', async () => {
    const kernel = withAddresses(0).refuse('SIOCSIFADDRPREF', 'EINVAL');
    const { stderr, status } = await runWords(kernel, 'lo0 127.0.0.2 alias preference 3');
    assert.deepEqual([stderr, status], ['ifconfig: SIOCSIFADDRPREF: Invalid argument\n', 0]);
  });
});
