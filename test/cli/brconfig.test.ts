/** brconfig's words against a kernel that writes down what it is asked and answers what a test has told it to. */
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import * as netbsd from '../../native-structs';
import { brconfig } from '../../src/cli/brconfig';
import type { IfAddr, Kernel, Pointee, SocketDomain } from '../../src/ioctl/kernel';

const commandNames: ReadonlyMap<number, string> = new Map(
  Object.entries(netbsd).flatMap(([name, value]) =>
    name.startsWith('BRDG') && typeof value === 'number' ? [[value, name] as const] : [],
  ),
);

type InitOf<N extends 'ifbreq' | 'ifbareq'> =
  ReturnType<typeof netbsd.structs<N>> extends netbsd.Struct<infer F> ? netbsd.Init<netbsd.View<F>> : never;

class RecordingKernel implements Kernel {
  readonly abi: netbsd.Abi;
  /** `REQUEST COMMAND first argument bytes that are not zero`, in order; the getters of a status left out. */
  readonly asked: string[] = [];
  /** By request or command: the errno. */
  readonly refusals = new Map<string, netbsd.Errno>();
  /** What SIOCGIFFLAGS says. */
  flags = 0;
  /** By BRDG getter: the number. */
  readonly parameters = new Map<string, number>();
  members: readonly InitOf<'ifbreq'>[] = [];
  addresses: readonly InitOf<'ifbareq'>[] = [];
  interfaces: readonly string[] = [];
  closed = 0;

  constructor(abi: netbsd.AbiName = 'amd64') {
    this.abi = netbsd.abi(abi);
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async ioctl(
    domain: SocketDomain,
    request: number,
    argument: Buffer,
    pointees: readonly Pointee[] = [],
  ): Promise<void> {
    assert.equal(domain, netbsd.AF_INET);
    const name = netbsd.ioctlNames.find(
      (one) => !/_(OLD|80)$/.test(one) && netbsd.ioctlNumber(this.abi, one) === request,
    );
    if (name === 'SIOCGDRVSPEC' || name === 'SIOCSDRVSPEC') this.#driverSpecific(name, argument, pointees);
    else this.#flagsRequest(name ?? String(request), argument);
  }

  getifaddrs(): Promise<readonly IfAddr[]> {
    const others = { addr: null, netmask: null, dstaddr: null, data: null, addrflags: 0, flags: 0 };
    return Promise.resolve(this.interfaces.map((name) => ({ name, ...others })));
  }

  close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }

  #flagsRequest(name: string, argument: Buffer): void {
    const { ifr_name, ifr_ifru } = netbsd.structs(this.abi, 'ifreq').at(argument);
    this.#ask(`${name} ${ifr_name}`, name === 'SIOCSIFFLAGS' ? String(ifr_ifru.ifru_flags) : '');
    this.#refuse(name);
    if (name === 'SIOCGIFFLAGS') ifr_ifru.ifru_flags = this.flags;
  }

  #driverSpecific(request: string, argument: Buffer, pointees: readonly Pointee[]): void {
    const ifdrv = netbsd.structs(this.abi, 'ifdrv');
    const view = ifdrv.at(argument);
    const [pointee] = pointees;
    assert.equal(pointees.length, 1);
    assert.equal(pointee!.at, ifdrv.fields.ifd_data.offset);
    assert.equal(view.ifd_len, BigInt(pointee!.memory.length));
    const command = commandNames.get(Number(view.ifd_cmd)) ?? '?';
    this.#ask(`${request} ${command}`, this.#describe(command, pointee!.memory));
    this.#refuse(command);
    if (command === 'BRDGGIFS' || command === 'BRDGRTS') {
      const bytes = this.#list(command);
      if (bytes.length <= pointee!.memory.length) bytes.copy(pointee!.memory);
      view.ifd_len = BigInt(bytes.length);
    } else if (request === 'SIOCGDRVSPEC' && command !== 'BRDGGIFFLGS') {
      this.#answerParameter(command, pointee!.memory);
    } else if (command === 'BRDGGIFFLGS') {
      netbsd.structs(this.abi, 'ifbreq').at(pointee!.memory).ifbr_ifsflags =
        this.parameters.get(command) ?? 3;
    }
  }

  #list(command: 'BRDGGIFS' | 'BRDGRTS'): Buffer {
    const ifbreq = netbsd.structs(this.abi, 'ifbreq');
    const ifbareq = netbsd.structs(this.abi, 'ifbareq');
    return Buffer.concat(
      command === 'BRDGGIFS'
        ? this.members.map((member) => ifbreq.make(member))
        : this.addresses.map((address) => ifbareq.make(address)),
    );
  }

  #answerParameter(command: string, memory: Buffer): void {
    const param = netbsd.structs(this.abi, 'ifbrparam').at(memory).ifbrp_ifbrpu;
    const value = this.parameters.get(command) ?? 0;
    if (['BRDGGCACHE', 'BRDGGTO', 'BRDGGFILT'].includes(command)) param.ifbrpu_int32 = value;
    else if (command === 'BRDGGPRI') param.ifbrpu_int16 = value;
    else param.ifbrpu_int8 = value;
  }

  #describe(command: string, memory: Buffer): string {
    const text = (...parts: readonly (string | number)[]) => parts.filter((part) => part !== '').join(' ');
    if (memory.length === netbsd.structs(this.abi, 'ifbreq').size) {
      const req = netbsd.structs(this.abi, 'ifbreq').at(memory);
      const { ifbr_ifsname, ifbr_ifsflags, ifbr_priority, ifbr_path_cost } = req;
      return text(ifbr_ifsname, ifbr_ifsflags, ifbr_priority, ifbr_path_cost);
    }
    if (memory.length === netbsd.structs(this.abi, 'ifbareq').size) {
      const { ifba_ifsname, ifba_flags, ifba_dst } = netbsd.structs(this.abi, 'ifbareq').at(memory);
      return text(ifba_ifsname, ifba_flags, ifba_dst.toString('hex'));
    }
    const { ifbrpu_int8, ifbrpu_int16, ifbrpu_int32 } = netbsd
      .structs(this.abi, 'ifbrparam')
      .at(memory).ifbrp_ifbrpu;
    if (memory.length > 4) return '';
    if (['BRDGSCACHE', 'BRDGSTO', 'BRDGSFILT'].includes(command)) return String(ifbrpu_int32);
    return String(command === 'BRDGSPRI' ? ifbrpu_int16 : ifbrpu_int8);
  }

  #ask(what: string, argument: string): void {
    this.asked.push(argument === '' ? what : `${what} ${argument}`);
  }

  #refuse(what: string): void {
    const errno = this.refusals.get(what);
    if (errno) throw new netbsd.KernelError(errno);
  }
}

interface Result {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(kernel: RecordingKernel, line: string): Promise<Result> {
  let stdout = '';
  let stderr = '';
  const status = await brconfig(line === '' ? [] : line.split(' '), {
    kernel: () => Promise.resolve(kernel),
    stdout: { write: (text) => void (stdout += text) },
    stderr: { write: (text) => void (stderr += text) },
  });
  return { status, stdout, stderr };
}

const silent: Result = { status: 0, stdout: '', stderr: '' };
const failing = (message: string): Result => ({ status: 1, stdout: '', stderr: `brconfig: ${message}\n` });

const usage = `\
usage: brconfig -a
       brconfig <bridge>
       brconfig <bridge> up|down
       brconfig <bridge> addr
       brconfig <bridge> add <interface>
       brconfig <bridge> delete <interface>
       brconfig <bridge> maxaddr <size>
       brconfig <bridge> timeout <time>
       brconfig <bridge> static <interface> <address>
       brconfig <bridge> deladdr <address>
       brconfig <bridge> flush
       brconfig <bridge> flushall
       brconfig <bridge> ipf|-ipf
       brconfig <bridge> discover|-discover <interface>
       brconfig <bridge> learn|-learn <interface>
       brconfig <bridge> stp|-stp <interface>
       brconfig <bridge> maxage <time>
       brconfig <bridge> fwddelay <time>
       brconfig <bridge> hellotime <time>
       brconfig <bridge> priority <value>
       brconfig <bridge> ifpriority <interface> <value>
       brconfig <bridge> ifpathcost <interface> <value>
`;

suite('what does not get as far as the kernel', () => {
  for (const [line, notice] of [
    ['', ''],
    ['-a bridge0', ''],
    ['-x', 'brconfig: unknown option -- x\n'],
    ['-ax', 'brconfig: unknown option -- x\n'],
    ['--', ''],
  ] as const)
    test(`'brconfig ${line}' is usage`, async () => {
      const kernel = new RecordingKernel();
      assert.deepEqual(await run(kernel, line), { status: 1, stdout: '', stderr: notice + usage });
      assert.deepEqual(kernel.asked, []);
    });

  for (const name of ['l2tp0', 'bridge', 'bridgex', 'xbridge0', '-', 'Bridge0'])
    test(`${name} is not a bridge`, async () => {
      const kernel = new RecordingKernel();
      assert.deepEqual(await run(kernel, `${name} up`), failing(`${name} is not a bridge`));
      assert.deepEqual(kernel.asked, []);
    });
});

/** Commands, and what each sends: all that is sent after SIOCGIFFLAGS. */
const sent: readonly (readonly [commands: string, ...requests: readonly string[]])[] = [
  ['add wm1', 'SIOCSDRVSPEC BRDGADD wm1 0 0 0'],
  ['delete wm1', 'SIOCSDRVSPEC BRDGDEL wm1 0 0 0'],
  ['add an-interface-name', 'SIOCSDRVSPEC BRDGADD an-interface-na 0 0 0'],
  ['learn wm1', 'SIOCGDRVSPEC BRDGGIFFLGS wm1 0 0 0', 'SIOCSDRVSPEC BRDGSIFFLGS wm1 3 0 0'],
  ['-learn wm1', 'SIOCGDRVSPEC BRDGGIFFLGS wm1 0 0 0', 'SIOCSDRVSPEC BRDGSIFFLGS wm1 2 0 0'],
  ['discover wm1', 'SIOCGDRVSPEC BRDGGIFFLGS wm1 0 0 0', 'SIOCSDRVSPEC BRDGSIFFLGS wm1 3 0 0'],
  ['-discover wm1', 'SIOCGDRVSPEC BRDGGIFFLGS wm1 0 0 0', 'SIOCSDRVSPEC BRDGSIFFLGS wm1 1 0 0'],
  ['stp wm1', 'SIOCGDRVSPEC BRDGGIFFLGS wm1 0 0 0', 'SIOCSDRVSPEC BRDGSIFFLGS wm1 7 0 0'],
  ['-stp wm1', 'SIOCGDRVSPEC BRDGGIFFLGS wm1 0 0 0', 'SIOCSDRVSPEC BRDGSIFFLGS wm1 3 0 0'],
  ['flush', 'SIOCSDRVSPEC BRDGFLUSH 0 0 0'],
  ['flushall', 'SIOCSDRVSPEC BRDGFLUSH 1 0 0'],
  ['static l2tp0 0:11:2:a:B:ff', 'SIOCSDRVSPEC BRDGSADDR l2tp0 1 0011020a0bff'],
  ['deladdr 00:11:22:33:44:55', 'SIOCSDRVSPEC BRDGDADDR 0 001122334455'],
  ['maxaddr 0x10', 'SIOCSDRVSPEC BRDGSCACHE 16'],
  ['timeout 0', 'SIOCSDRVSPEC BRDGSTO 0'],
  ['timeout 4294967295', 'SIOCSDRVSPEC BRDGSTO 4294967295'],
  ['priority 65535', 'SIOCSDRVSPEC BRDGSPRI 65535'],
  ['hellotime 010', 'SIOCSDRVSPEC BRDGSHT 8'],
  ['fwddelay 255', 'SIOCSDRVSPEC BRDGSFD 255'],
  ['maxage 12', 'SIOCSDRVSPEC BRDGSMA 12'],
  ['ifpriority wm1 5', 'SIOCSDRVSPEC BRDGSIFPRIO wm1 0 5 0'],
  ['ifpathcost wm1 77', 'SIOCSDRVSPEC BRDGSIFCOST wm1 0 0 77'],
  ['ipf', 'SIOCGDRVSPEC BRDGGFILT 0', 'SIOCSDRVSPEC BRDGSFILT 1'],
  ['-ipf', 'SIOCGDRVSPEC BRDGGFILT 0', 'SIOCSDRVSPEC BRDGSFILT 0'],
  ['up', 'SIOCSIFFLAGS bridge0 1'],
  ['down', 'SIOCSIFFLAGS bridge0 0'],
  [
    'up add wm1 add l2tp0',
    'SIOCSDRVSPEC BRDGADD wm1 0 0 0',
    'SIOCSDRVSPEC BRDGADD l2tp0 0 0 0',
    'SIOCSIFFLAGS bridge0 1',
  ],
  ['up down flush', 'SIOCSDRVSPEC BRDGFLUSH 0 0 0', 'SIOCSIFFLAGS bridge0 0'],
];

for (const abi of ['amd64', 'i386', 'sparc64'] as const)
  suite(`what is sent to a kernel of ${abi}`, () => {
    for (const [commands, ...requests] of sent)
      test(commands, async () => {
        const kernel = new RecordingKernel(abi);
        assert.deepEqual(await run(kernel, `bridge0 ${commands}`), silent);
        assert.deepEqual(kernel.asked, ['SIOCGIFFLAGS bridge0', ...requests]);
        assert.equal(kernel.closed, 1);
      });
  });

test('up keeps the other flags', async () => {
  const kernel = new RecordingKernel();
  kernel.flags = netbsd.IFF_DEBUG | netbsd.IFF_LINK2;
  await run(kernel, 'bridge0 up');
  assert.deepEqual(kernel.asked.slice(1), [
    `SIOCSIFFLAGS bridge0 ${netbsd.IFF_UP | netbsd.IFF_DEBUG | netbsd.IFF_LINK2}`,
  ]);
});

/** What is refused, by whom, and the words for it. */
const refused: readonly (readonly [commands: string, what: string, errno: netbsd.Errno, message: string])[] =
  [
    ['add wm1', 'SIOCGIFFLAGS', 'ENXIO', 'unable to get interface flags: Device not configured'],
    ['add wm1', 'BRDGADD', 'EBUSY', 'add wm1: Device busy'],
    ['delete wm1', 'BRDGDEL', 'ENOENT', 'delete wm1: No such file or directory'],
    ['learn wm1', 'BRDGGIFFLGS', 'ENOENT', 'unable to get bridge flags: No such file or directory'],
    ['-stp wm1', 'BRDGSIFFLGS', 'EINVAL', 'unable to set bridge flags: Invalid argument'],
    ['flush', 'BRDGFLUSH', 'EPERM', 'flush: Operation not permitted'],
    ['flushall', 'BRDGFLUSH', 'EPERM', 'flushall: Operation not permitted'],
    ['static a 0:1:2:3:4:5', 'BRDGSADDR', 'ENOENT', 'static a 0:1:2:3:4:5: No such file or directory'],
    ['deladdr 0:1:2:3:4:5', 'BRDGDADDR', 'ENOENT', 'deladdr 0:1:2:3:4:5: No such file or directory'],
    ['maxaddr 0x10', 'BRDGSCACHE', 'EPERM', 'maxaddr 0x10: Operation not permitted'],
    ['hellotime 0', 'BRDGSHT', 'EINVAL', 'hellotime 0: Invalid argument'],
    ['ifpriority wm1 5', 'BRDGSIFPRIO', 'ENOENT', 'ifpriority wm1: No such file or directory'],
    ['ifpathcost wm1 5', 'BRDGSIFCOST', 'ENOENT', 'ifpathcost wm1: No such file or directory'],
    ['ipf', 'BRDGGFILT', 'EINVAL', 'ipf: Invalid argument'],
    ['-ipf', 'BRDGGFILT', 'EINVAL', '-ipf: Invalid argument'],
    ['ipf', 'BRDGSFILT', 'EINVAL', 'ipf 1: Invalid argument'],
    ['-ipf', 'BRDGSFILT', 'EPERM', '-ipf 0: Operation not permitted'],
    ['up', 'SIOCSIFFLAGS', 'EPERM', 'unable to set interface flags: Operation not permitted'],
    ['addr', 'BRDGRTS', 'EINVAL', 'unable to get address cache: Invalid argument'],
  ];

suite('what the kernel refuses', () => {
  for (const [commands, what, errno, message] of refused)
    test(`${commands}: ${what} ${errno}`, async () => {
      const kernel = new RecordingKernel();
      kernel.refusals.set(what, errno);
      assert.deepEqual(await run(kernel, `bridge0 ${commands}`), failing(message));
    });
});

suite('what brconfig itself refuses', () => {
  for (const [commands, message] of [
    ['frobnicate', 'unknown command: frobnicate'],
    ['-up', 'unknown command: -up'],
    ['add', 'command add requires 1 argument'],
    ['static l2tp0', 'command static requires 2 arguments'],
    ['-learn', 'command -learn requires 1 argument'],
    ['maxaddr x', 'maxaddr: invalid value: x'],
    ['timeout 4294967296', 'timeout: invalid value: 4294967296'],
    ['priority 70000', 'priority: invalid value: 70000'],
    ['hellotime 300', 'hellotime: invalid value: 300'],
    ['ifpathcost wm1 300', 'ifpathcost: invalid value: 300'],
    ['static l2tp0 zz', 'static: invalid address: zz'],
    ['deladdr zz', 'deladdr: invalid address: zz'],
  ] as const)
    test(commands, async () => {
      const kernel = new RecordingKernel();
      assert.deepEqual(await run(kernel, `bridge0 ${commands}`), failing(message));
      assert.deepEqual(kernel.asked, ['SIOCGIFFLAGS bridge0']);
    });

  test('commands before it stay done, those behind it and the flags are not', async () => {
    const kernel = new RecordingKernel();
    assert.deepEqual(
      await run(kernel, 'bridge0 up add wm1 frobnicate add l2tp0'),
      failing('unknown command: frobnicate'),
    );
    assert.deepEqual(kernel.asked, ['SIOCGIFFLAGS bridge0', 'SIOCSDRVSPEC BRDGADD wm1 0 0 0']);
  });
});

const hello = [
  ['BRDGGPRI', 32768],
  ['BRDGGHT', 2],
  ['BRDGGFD', 15],
  ['BRDGGMA', 20],
  ['BRDGGCACHE', 100],
  ['BRDGGTO', 1200],
] as const;

for (const abi of ['amd64', 'i386', 'sparc64'] as const)
  suite(`status of a bridge of ${abi}`, () => {
    function kernelOf(lists: Partial<Pick<RecordingKernel, 'members' | 'addresses'>>): RecordingKernel {
      const kernel = new RecordingKernel(abi);
      for (const [command, value] of hello) kernel.parameters.set(command, value);
      return Object.assign(kernel, lists);
    }

    test('flags, parameters, members and addresses', async () => {
      const kernel = kernelOf({
        members: [
          {
            ifbr_ifsname: 'l2tp0',
            ifbr_ifsflags: 7,
            ifbr_state: 4,
            ifbr_priority: 5,
            ifbr_path_cost: 77,
            ifbr_portno: 2,
          },
          {
            ifbr_ifsname: 'wm1',
            ifbr_ifsflags: 4,
            ifbr_state: 9,
            ifbr_priority: 128,
            ifbr_path_cost: 55,
            ifbr_portno: 3,
          },
          {
            ifbr_ifsname: 'wm2',
            ifbr_ifsflags: 0,
            ifbr_state: 3,
            ifbr_priority: 128,
            ifbr_path_cost: 55,
            ifbr_portno: 255,
          },
        ],
        addresses: [
          {
            ifba_ifsname: 'l2tp0',
            ifba_expire: 1199n,
            ifba_flags: 0,
            ifba_dst: Buffer.from('001122334455', 'hex'),
          },
          {
            ifba_ifsname: 'wm1',
            ifba_expire: 0n,
            ifba_flags: 1,
            ifba_dst: Buffer.from('020000000001', 'hex'),
          },
        ],
      });
      kernel.flags = netbsd.IFF_UP | netbsd.IFF_RUNNING | netbsd.IFF_LINK0;
      kernel.parameters.set('BRDGGFILT', 1);
      assert.deepEqual(await run(kernel, 'bridge0'), {
        status: 0,
        stderr: '',
        stdout: [
          'bridge0: flags=1041<UP,RUNNING,LINK0>',
          '\tConfiguration:',
          '\t\tpriority 32768 hellotime 2 fwddelay 15 maxage 20',
          '\t\tipfilter enabled flags 0x1',
          '\tInterfaces:',
          '\t\tl2tp0 flags=7<LEARNING,DISCOVER,STP>',
          '\t\t\tport 2 priority 5 path cost 77 blocking',
          '\t\twm1 flags=4<STP>',
          '\t\t\tport 3 priority 128 path cost 55 <unknown state 9>',
          '\t\twm2 flags=0<>',
          '\t\t\tport 255 priority 128',
          '\tAddress cache (max cache: 100, timeout: 1200):',
          '\t\t00:11:22:33:44:55 l2tp0 1199 flags=0<>',
          '\t\t02:00:00:00:00:01 wm1 0 flags=1<STATIC>',
          '',
        ].join('\n'),
      });
    });

    test('addr prints the addresses alone', async () => {
      const kernel = kernelOf({
        addresses: [{ ifba_ifsname: 'l2tp0', ifba_expire: 7n, ifba_dst: Buffer.from('0a0b0c0d0e0f', 'hex') }],
      });
      const stdout = '\t0a:0b:0c:0d:0e:0f l2tp0 7 flags=0<>\n';
      assert.deepEqual(await run(kernel, 'bridge0 addr'), { ...silent, stdout });
    });

    test('a list that needs a larger buffer is asked for again', async () => {
      const count = 1000;
      const members = Array.from({ length: count }, (_, number) => ({ ifbr_ifsname: `tap${number}` }));
      const kernel = kernelOf({ members });
      const { stdout } = await run(kernel, 'bridge0');
      assert.deepEqual(
        stdout.match(/tap\d+/g),
        members.map(({ ifbr_ifsname }) => ifbr_ifsname),
      );
      assert.equal(kernel.asked.filter((request) => request === 'SIOCGDRVSPEC BRDGGIFS').length, 2);
    });

    test('a kernel without ipf(4) has no filter', async () => {
      const kernel = kernelOf({});
      kernel.refusals.set('BRDGGFILT', 'EINVAL');
      assert.match((await run(kernel, 'bridge0')).stdout, /\t\tipfilter disabled flags 0x0\n/);
    });
  });

suite('-a', () => {
  test('each bridge once, in the order of getifaddrs(3)', async () => {
    const kernel = new RecordingKernel();
    kernel.interfaces = ['lo0', 'bridge7', 'bridge7', 'wm0', 'bridges', 'bridge0'];
    const { status, stdout } = await run(kernel, '-a');
    assert.equal(status, 0);
    assert.deepEqual(stdout.match(/^bridge.*: /gm), ['bridge7: ', 'bridge0: ']);
  });

  test('nothing without a bridge', async () => {
    const kernel = new RecordingKernel();
    kernel.interfaces = ['lo0'];
    assert.deepEqual(await run(kernel, '-a'), silent);
  });

  test('a bridge that goes meanwhile', async () => {
    const kernel = new RecordingKernel();
    kernel.interfaces = ['bridge0'];
    kernel.refusals.set('SIOCGIFFLAGS', 'ENXIO');
    assert.deepEqual(await run(kernel, '-a'), failing('unable to get flags: Device not configured'));
  });
});
