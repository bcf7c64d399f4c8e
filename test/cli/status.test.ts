/** What ifconfig prints of an interface, of all of them, and of what it is told to choose. */
import assert from 'node:assert/strict';
import { beforeEach, suite, test } from 'node:test';
import { KernelError, structs } from '../../native-structs';
import type { IfAddr } from '../../src/ioctl/kernel';
import { FakeKernel } from './fake-kernel';
import { runWords } from './run';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const sin = (address: string) => hex(`1002 0000 ${address} 0000000000000000`);
const sin6 = (address: string, scope = '00000000') => hex(`1c18 0000 00000000 ${address} ${scope}`);
const sdl = (index: number, name: string, address: string) =>
  Buffer.concat([
    Buffer.from([8 + name.length + address.length / 2, 18, index, 0, 6, name.length, address.length / 2, 0]),
    Buffer.from(name),
    hex(address),
  ]);

const entry = (name: string, flags: number, addr: Buffer, rest: Partial<IfAddr> = {}): IfAddr => ({
  name,
  flags,
  addr,
  netmask: null,
  dstaddr: null,
  data: null,
  addrflags: 0,
  ...rest,
});

const mask64 = sin6('ffffffffffffffff0000000000000000');

interface Interface {
  readonly flags: number;
  readonly mtu: number;
  readonly linkState: number;
}

const interfaces: ReadonlyMap<string, Interface> = new Map([
  ['lo0', { flags: 0x8049, mtu: 33624, linkState: 0 }],
  ['wm0', { flags: 0x8843, mtu: 1500, linkState: 2 }],
  ['wm1', { flags: 0x8802, mtu: 1500, linkState: 1 }],
  ['l2tp0', { flags: 0x8851, mtu: 1280, linkState: 2 }],
  ['bridge0', { flags: 0, mtu: 1500, linkState: 0 }],
]);

const addresses = [
  entry('lo0', 0x8049, sdl(1, 'lo0', '')),
  entry('lo0', 0x8049, sin('7f000001'), { netmask: hex('0502 0000 ff') }),
  entry('lo0', 0x8049, sin6('00000000000000000000000000000001'), {
    netmask: sin6('ff'.repeat(16)),
    addrflags: 0x20,
  }),
  entry('lo0', 0x8049, sin6('fe800001000000000000000000000001'), { netmask: mask64 }),
  entry('wm0', 0x8843, sdl(2, 'wm0', '0200000000aa')),
  entry('wm0', 0x8843, sin('c0a80001'), { netmask: sin('ffffff00'), dstaddr: sin('c0a800ff') }),
  entry('wm0', 0x8843, sin('0a000001'), { netmask: sin('ff00ff00'), dstaddr: sin('0affffff'), addrflags: 1 }),
  entry('wm0', 0x8843, sin6('fe800000000000000000000000000002', '02000000'), {
    netmask: mask64,
    addrflags: 6,
  }),
  entry('wm1', 0x8802, sdl(3, 'wm1', '0200000000ab')),
  entry('l2tp0', 0x8851, sdl(4, 'l2tp0', '')),
  entry('bridge0', 0, sdl(5, 'bridge0', '')),
];

let kernel: FakeKernel;

/** The interface that a request names; ENXIO if there is none. */
function named(argument: Buffer): Interface {
  const found = interfaces.get(argument.toString('latin1', 0, 16).replace(/\0.*$/, ''));
  if (!found) throw new KernelError('ENXIO');
  return found;
}

beforeEach(() => {
  kernel = new FakeKernel();
  kernel.addresses = addresses;
  const view = (argument: Buffer) => structs(kernel.abi, 'ifreq').at(argument).ifr_ifru;
  kernel
    .answer('SIOCGIFFLAGS', (argument) => {
      view(argument).ifru_flags = (named(argument).flags << 16) >> 16;
    })
    .answer('SIOCGIFMTU', (argument) => {
      view(argument).ifru_mtu = named(argument).mtu;
    })
    .answer('SIOCGIFMETRIC', (argument) => {
      view(argument).ifru_metric = 0;
    })
    .refuse('SIOCGLIFPHYADDR', 'EADDRNOTAVAIL')
    .refuse('SIOCGIFDESCR', 'ENOMSG')
    .refuse('SIOCGIFADDRPREF', 'EADDRNOTAVAIL')
    .answer('SIOCGIFDATA', (argument) => {
      const { ifdr_data } = structs(kernel.abi, 'ifdatareq').at(argument);
      ifdr_data.ifi_link_state = named(argument).linkState;
      ifdr_data.ifi_ipackets = 1n;
      ifdr_data.ifi_ibytes = 2048n;
      ifdr_data.ifi_opackets = 3n;
      ifdr_data.ifi_obytes = 1n;
    });
});

const stdoutOf = async (words: string): Promise<string> => {
  const { stdout, stderr, status } = await runWords(kernel, words);
  assert.deepEqual([stderr, status], ['', 0]);
  return stdout;
};

const lo0 = `lo0: flags=0x8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 33624
	inet 127.0.0.1/8 flags 0
	inet6 ::1/128 flags 0x20<NODAD>
	inet6 fe80::1%lo0/64 flags 0 scopeid 0x1
`;
const wm0 = `wm0: flags=0x8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> mtu 1500
	address: 02:00:00:00:00:aa
	inet 192.168.0.1/24 broadcast 192.168.0.255 flags 0
	inet 10.0.0.1 netmask 0xff00ff00 broadcast 10.255.255.255 flags 0x1<TENTATIVE>
	inet6 fe80::2%wm0/64 flags 0x6<TENTATIVE,DUPLICATED> scopeid 0x2
`;
const wm1 = `wm1: flags=0x8802<BROADCAST,SIMPLEX,MULTICAST> mtu 1500
	address: 02:00:00:00:00:ab
`;
const l2tp0 = 'l2tp0: flags=0x8851<UP,POINTOPOINT,RUNNING,SIMPLEX,MULTICAST> mtu 1280\n';
const bridge0 = 'bridge0: flags=0 mtu 1500\n';

suite('status', () => {
  test('of all interfaces', async () => {
    const all = lo0 + wm0 + wm1 + l2tp0 + bridge0;
    assert.equal(await stdoutOf(''), all);
    assert.equal(await stdoutOf('-a'), all);
  });
  test('of the chosen ones', async () => {
    assert.equal(await stdoutOf('-a -b'), wm0 + wm1);
    assert.equal(await stdoutOf('-a -b -u'), wm0);
    assert.equal(await stdoutOf('-ad'), wm1 + bridge0);
    assert.equal(await stdoutOf('-a -s'), lo0 + wm0 + l2tp0 + bridge0);
  });
  test('of one', async () => assert.equal(await stdoutOf('wm0'), wm0));
  test('of one that -u leaves out', async () => assert.equal(await stdoutOf('-u wm1'), ''));
  test('with the addresses of one family', async () => {
    const lines = lo0.split('\n');
    assert.equal(await stdoutOf('lo0 inet'), `${lines[0]}\n${lines[1]}\n`);
    assert.equal(await stdoutOf('lo0 inet6'), [lines[0], ...lines.slice(2)].join('\n'));
    assert.equal(await stdoutOf('lo0 link'), `${lines[0]}\n`);
  });
  test('of several link-layer addresses', async () => {
    kernel.addresses = [...addresses, entry('wm1', 0x8802, sdl(3, 'wm1', '0200000000ac'))];
    kernel.answer('SIOCGLIFADDR', (argument) => {
      const request = structs(kernel.abi, 'if_laddrreq').at(argument);
      assert.deepEqual([request.flags, request.prefixlen], [0x8000, 48]);
      if (argument.includes(hex('0200000000ac'))) request.flags |= 0x4000;
    });
    const [head = ''] = wm1.split('\n');
    const lines = `${head}\n\taddress: 02:00:00:00:00:ac\n\tlink 02:00:00:00:00:ab\n`;
    assert.equal(await stdoutOf('wm1'), lines);
    assert.equal(await stdoutOf('wm1 link'), lines);
    assert.equal(await stdoutOf('wm1 inet'), lines.replace(/\tlink.*\n/, ''));
  });
  test('of none', async () => {
    for (const words of ['l2tp9', 'l2tp9 inet', '-v l2tp9', '-s l2tp9'])
      assert.deepEqual(await runWords(kernel, words), {
        stdout: '',
        stderr: 'ifconfig: SIOCGIFFLAGS l2tp9: Device not configured\n',
        status: 1,
      });
  });

  test('with everything that an l2tp interface has', async () => {
    kernel
      .answer('SIOCGIFMETRIC', (argument) => {
        structs(kernel.abi, 'ifreq').at(argument).ifr_ifru.ifru_metric = 5;
      })
      .answer('SIOCGL2TP', (_argument, [memory]) => {
        const request = structs(kernel.abi, 'l2tp_req').at(memory!);
        request.my_sess_id = 0xffffffff;
        request.my_cookie = 2n ** 64n - 1n;
        request.peer_cookie = 1n;
      })
      .answer('SIOCGLIFPHYADDR', (argument) => {
        sin6('fe800002000000000000000000000001').copy(argument, 24);
        const destination = sin6('fe800002000000000000000000000002');
        destination.writeUInt16BE(600, 2);
        destination.copy(argument, 152);
      })
      .answer('SIOCGIFDESCR', (_argument, [memory]) => void memory!.write('to the lab\0'));
    assert.equal(
      await stdoutOf('l2tp0'),
      `l2tp0: flags=0x8851<UP,POINTOPOINT,RUNNING,SIMPLEX,MULTICAST> metric 5 mtu 1280
	tunnel inet6 fe80::1%wm0 --> fe80::2%wm0,600
	local-session-id: 4294967295
	remote-session-id: 0
	local-cookie: 18446744073709551615
	remote-cookie: 1
	description: "to the lab"
`,
    );
  });

  test('a tunnel of another family', async () => {
    kernel.answer('SIOCGLIFPHYADDR', (argument) => {
      argument.set([8, 18], 24);
    });
    assert.match(await stdoutOf('l2tp0'), /^\ttunnel \?\?\? {2}--> $/m);
  });

  test('the session of an interface that is not named l2tp is not asked for', async () => {
    await stdoutOf('wm0');
    assert.ok(!kernel.names.includes('SIOCGL2TP'));
  });

  test('capabilities', async () => {
    kernel
      .answer('SIOCGIFCAP', (argument) => {
        const request = structs(kernel.abi, 'ifcapreq').at(argument);
        request.ifcr_capabilities = 0x7ff80n;
        request.ifcr_capenable = 0n;
      })
      .answer('SIOCGETHERCAP', (argument) => {
        const request = structs(kernel.abi, 'eccapreq').at(argument);
        request.eccr_capabilities = 7;
        request.eccr_capenable = 2;
      });
    assert.equal(
      await stdoutOf('wm1'),
      `wm1: flags=0x8802<BROADCAST,SIMPLEX,MULTICAST> mtu 1500
	capabilities=0x7ff80<TSO4,IP4CSUM_Rx,IP4CSUM_Tx,TCP4CSUM_Rx>
	capabilities=0x7ff80<TCP4CSUM_Tx,UDP4CSUM_Rx,UDP4CSUM_Tx,TCP6CSUM_Rx>
	capabilities=0x7ff80<TCP6CSUM_Tx,UDP6CSUM_Rx,UDP6CSUM_Tx,TSO6>
	enabled=0
	ec_capabilities=0x7<VLAN_MTU,VLAN_HWTAGGING,JUMBO_MTU>
	ec_enabled=0x2<VLAN_HWTAGGING>
	address: 02:00:00:00:00:ab
`,
    );
  });

  test('a link string', async () => {
    kernel.answer('SIOCGLINKSTR', (argument, [memory]) => {
      const request = structs(kernel.abi, 'ifdrv').at(argument);
      if (request.ifd_cmd === 1n) request.ifd_len = 5n;
      else memory?.write('bus0\0');
    });
    assert.match(await stdoutOf('wm1'), /\n\taddress: .*\n\tlinkstr: bus0\n$/);
  });

  test('preferences, as soon as one is not zero', async () => {
    kernel.answer('SIOCGIFADDRPREF', (argument) => {
      const request = structs(kernel.abi, 'if_addrprefreq').at(argument);
      const [first] = request.ifap_addr.bytes.subarray(4, 5);
      request.ifap_preference = first === 10 ? -7 : 0;
    });
    const lines = (await stdoutOf('wm0 inet')).split('\n');
    assert.match(lines[2]!, / flags 0 preference 0$/);
    assert.match(lines[3]!, / flags 0x1<TENTATIVE> preference -7$/);
  });

  test('lifetimes', async () => {
    const now = BigInt(Math.floor(Date.now() / 1000));
    kernel.answer('SIOCGIFALIFETIME_IN6', (argument) => {
      const { ifru_lifetime } = structs(kernel.abi, 'in6_ifreq').at(argument).ifr_ifru;
      ifru_lifetime.ia6t_preferred = now - 5n;
      ifru_lifetime.ia6t_expire = now + 3600n;
    });
    assert.match(await stdoutOf('-L wm0 inet6'), / scopeid 0x2 pltime 0 vltime (3600|35\d\d)\n$/);
    kernel.refuse('SIOCGIFALIFETIME_IN6', 'EADDRNOTAVAIL');
    assert.match(await stdoutOf('-L wm0 inet6'), / scopeid 0x2\n$/);
  });

  test('the metric that cannot be read is a warning', async () => {
    kernel.refuse('SIOCGIFMETRIC', 'EPERM');
    const { stdout, stderr, status } = await runWords(kernel, 'wm1');
    assert.deepEqual(
      [stdout, stderr, status],
      [wm1, 'ifconfig: SIOCGIFMETRIC wm1: Operation not permitted\n', 0],
    );
  });
});

suite('counters', () => {
  test('-v', async () => {
    assert.equal(
      await stdoutOf('-v wm1'),
      `${wm1}\tlinkstate: down\n\tinput: 1 packet, 2048 bytes\n\toutput: 3 packets, 1 byte\n`,
    );
  });
  test('-v -h', async () => assert.match(await stdoutOf('-vh wm1'), /input: 1 packet, 2.0K bytes\n/));
  test('-z reads and zeroes in one request', async () => {
    kernel.answer('SIOCZIFDATA', (argument) => {
      const { ifdr_data } = structs(kernel.abi, 'ifdatareq').at(argument);
      for (const [index, field] of (
        ['imcasts', 'ierrors', 'iqdrops', 'noproto', 'omcasts', 'oerrors', 'collisions'] as const
      ).entries())
        ifdr_data[`ifi_${field}`] = BigInt(index + 1);
    });
    assert.equal(
      await stdoutOf('-z bridge0'),
      `${bridge0}	input: 0 packets, 0 bytes, 1 multicast, 2 errors, 3 queue drops, 4 unknown protocol
	output: 0 packets, 0 bytes, 5 multicasts, 6 errors, 7 collisions
`,
    );
    assert.ok(!kernel.names.includes('SIOCGIFDATA'));
  });
  test('that cannot be read', async () => {
    kernel.refuse('SIOCZIFDATA', 'EPERM');
    const { stderr, status } = await runWords(kernel, '-z bridge0');
    assert.deepEqual([stderr, status], ['ifconfig: SIOCZIFDATA: Operation not permitted\n', 1]);
  });
});

suite('lists', () => {
  test('-l', async () => {
    assert.equal(await stdoutOf('-l'), 'lo0 wm0 wm1 l2tp0 bridge0\n');
    assert.equal(await stdoutOf('-lu'), 'lo0 wm0 l2tp0\n');
    assert.equal(await stdoutOf('-l -d -b'), 'wm1\n');
    assert.equal(await stdoutOf('-l -s'), 'lo0 wm0 l2tp0 bridge0\n');
    kernel.addresses = [];
    assert.equal(await stdoutOf('-l'), '\n');
  });

  test('-C', async () => {
    kernel.answer('SIOCIFGCLONERS', (argument, [memory]) => {
      structs(kernel.abi, 'if_clonereq').at(argument).ifcr_total = 2;
      memory?.write('bridge\0', 0);
      memory?.write('l2tp\0', 16);
    });
    assert.equal(await stdoutOf('-C'), 'bridge l2tp\n');
  });

  test('-C when one goes between the two requests', async () => {
    let total = 2;
    kernel.answer('SIOCIFGCLONERS', (argument, [memory]) => {
      const request = structs(kernel.abi, 'if_clonereq').at(argument);
      request.ifcr_total = total;
      memory?.write('l2tp\0', 0);
      total = 1;
    });
    assert.equal(await stdoutOf('-C'), 'l2tp\n');
  });

  test('-s: the exit status is the link', async () => {
    const status = async (name: string) => {
      const result = await runWords(kernel, `-s ${name}`);
      assert.equal(result.stdout + result.stderr, '');
      return result.status;
    };
    assert.deepEqual(await Promise.all(['wm0', 'wm1', 'lo0'].map(status)), [0, 1, 0]);
    kernel.refuse('SIOCGIFDATA', 'ENOTTY');
    assert.equal(await status('wm0'), 1);
  });

  test('-A', async () => {
    const { stderr, status } = await runWords(kernel, '-A -l');
    assert.deepEqual([stderr, status], ['ifconfig: -A is deprecated\n', 0]);
  });
});

suite('-w', () => {
  const tentative = (flags: number) => [entry('wm0', 0x43, sin('0a000001'), { addrflags: flags })];

  test('returns at once when all addresses are usable', async () => {
    assert.equal((await runWords(Object.assign(kernel, { addresses: tentative(0) }), '-w 3')).status, 0);
  });
  test('waits for a tentative one', async () => {
    kernel.addresses = tentative(1);
    const waiting = runWords(kernel, '-w 10');
    setTimeout(() => (kernel.addresses = tentative(0)), 30);
    assert.equal((await waiting).status, 0);
  });
  test('gives up', async () => {
    kernel.addresses = tentative(1);
    assert.deepEqual(await runWords(kernel, '-w1'), {
      stdout: '',
      stderr: 'ifconfig: timed out\n',
      status: 1,
    });
  });
  test('detached addresses only with -W', async () => {
    kernel.addresses = tentative(4);
    assert.equal((await runWords(kernel, '-w 1')).status, 0);
    assert.equal((await runWords(kernel, '-W 2 -w 1')).status, 1);
  });
  for (const value of ['x', '3x', '-1', '4294967296'])
    test(`${value} is no number`, async () => {
      const { stderr, status } = await runWords(kernel, `-w ${value}`);
      assert.deepEqual([stderr, status], [`ifconfig: ${value}: not a number\n`, 1]);
    });
});
