/**
 * Random words, environments, streams, files and daemons at the programs: whatever comes, they end by themselves with a
 * status of theirs and a text for people, never with a stack trace.
 *
 * L2TP_FUZZ_SEED repeats a run; the seed is in every failure. L2TP_FUZZ_WORDS and L2TP_FUZZ_SPAWNS are the
 * numbers of lines run in this process and of programs started.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { abi, abiNames } from '../../native-structs';
import { brconfig } from '../../src/cli/brconfig';
import { ifconfig } from '../../src/cli/ifconfig';
import { DryRunKernel } from '../../src/ioctl/dry-run';
import type { Kernel } from '../../src/ioctl/kernel';
import { protocolVersion } from '../../src/ioctl/protocol';
import { seamTo } from '../cli/emulated-kernel';
import { machine } from '../kernel/process';
import { notBuilt, program } from '../system/commands';
import { run } from '../system/lab';

const seed = Number(process.env.L2TP_FUZZ_SEED ?? Date.now() % 0x1_0000_0000);
const lines = Number(process.env.L2TP_FUZZ_WORDS ?? 4000);
const spawns = Number(process.env.L2TP_FUZZ_SPAWNS ?? 240);
/** Programs that run at the same time. */
const atOnce = 4;

/** Mulberry32: a number below `limit`, the same ones for the same seed. */
function randomFrom(start: number): (limit: number) => number {
  let state = start;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const random = randomFrom(seed);

function pick<T>(from: readonly T[]): T {
  const chosen = from[random(from.length)];
  if (chosen === undefined) throw new Error('nothing to pick from');
  return chosen;
}

const interfaces = [
  'l2tp0',
  'l2tp1',
  'bridge0',
  'wm0',
  'lo0',
  'l2tp',
  'bridge',
  'vlan7',
  '',
  'l2tp4294967296',
  '0',
];
const ifconfigWords =
  'up down arp -arp debug link0 -link2 mtu metric tunnel deletetunnel session deletesession cookie deletecookie inet inet6 ' +
  'link atalk alias -alias delete netmask prefixlen broadcast pltime vltime eui64 anycast description descr -descr linkstr ' +
  'create destroy media mode vlan 802.11 preference -a -l -C -s -v -h -z -L -m -N -b -d -u -A -w -W -- - -vz -n --abi --release --help';
const brconfigWords =
  'add delete discover -discover learn -learn flush flushall static deladdr addr maxaddr timeout stp -stp priority hellotime ' +
  'fwddelay maxage ifpriority ifpathcost ipf -ipf up down -a -n --help';
const operands =
  '10.0.0.1 10.0.0.2 10.0.0.1,17 10.0.0.1/24 10.1 0x0a000001 fe80::1 fe80::1%wm0 fe80::2%nowhere ::1 ff02::1 fc00::1/64 ::/0 ' +
  '255.255.255.0 0xffffff00 0 1 -1 4 8 1234 4294967295 4294967296 9223372036854775807 -9223372036854775808 1e3 0x10 010 +7 ' +
  '00:11:22:33:44:55 0:1:2:3:4:5 a:b:c host.invalid % , / /33 10.0.0.1/ 10.0.0.1/999';
const odd = [
  '',
  ' ',
  '\t\n',
  '%s%n%d',
  '\u{1f600}',
  'é',
  '\ud800',
  '\x01\x7f\x9f',
  'a'.repeat(16),
  'a'.repeat(17),
  'x'.repeat(5000),
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  '$(id)',
  '\\',
];

const wordsOf = (text: string) => text.split(' ');

function argvFor(verbs: readonly string[]): string[] {
  const length = random(12) === 0 ? 25 + random(15) : random(7);
  const argv = random(4) === 0 ? [] : [pick(interfaces)];
  for (let i = 0; i < length; i++)
    argv.push(
      pick([() => pick(verbs), () => pick(wordsOf(operands)), () => pick(odd), () => pick(interfaces)])(),
    );
  // -w waits as long as it says
  return argv.map((word, at) => (/^-\w*w/i.test(argv[at - 1] ?? '') && /^\d/.test(word) ? '0' : word));
}

const traces = [
  /^ {4}at /m,
  /node:internal/,
  /UnhandledPromise/i,
  /^\s*throw /m,
  /\[object /,
  /Node\.js v\d/,
];

function assertForPeople(text: string, about: string): void {
  for (const trace of traces) assert.doesNotMatch(text, trace, about);
}

/** What went wrong outside of any promise that was waited for. */
const strays: unknown[] = [];
const keepStray = (reason: unknown) => void strays.push(reason);

describe(`random words, seed ${seed}`, () => {
  before(() => void process.on('unhandledRejection', keepStray));
  after(() => void process.off('unhandledRejection', keepStray));

  for (const [name, command, verbs] of [
    ['ifconfig', ifconfig, wordsOf(ifconfigWords)],
    ['brconfig', brconfig, wordsOf(brconfigWords)],
  ] as const) {
    it(`${name} in this process, on both of its kernels`, async () => {
      const emulated = machine();
      await emulated.process.create('l2tp0');
      await emulated.process.create('bridge0');
      for (let i = 0; i < lines; i++) {
        const argv = argvFor(verbs);
        const about = `L2TP_FUZZ_SEED=${seed}: ${name} ${JSON.stringify(argv)}`;
        let text = '';
        const output = { write: (more: string) => void (text += more) };
        const release = { major: 8 + random(3), minor: random(4) };
        const kernels: readonly (() => Kernel)[] = [
          () => seamTo(emulated.kernel, { uid: random(2) * 1000 }),
          () =>
            new DryRunKernel({
              abi: abi(pick(abiNames)),
              release,
              verbose: random(2) === 0,
              print: output.write,
            }),
        ];
        const kernel = pick(kernels)();
        const status = await command(argv, {
          kernel: () => Promise.resolve(kernel),
          stdout: output,
          stderr: output,
          resolveHost: () => Promise.resolve(pick([[], ['10.9.9.9'], ['10.9.9.9', 'fc00::9']])),
        });
        assert.ok(status === 0 || status === 1, about);
        assertForPeople(text, about);
        assert.deepEqual(strays, [], about);
      }
    });
  }
});

interface Ending {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly text: string;
}

/** Runs a shell line in which "$@" is the program; its output is what the line leaves of it. Words may name files: `cwd` is for them. */
function shell(line: string, argv: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<Ending> {
  const child = spawn('sh', ['-c', line, 'sh', process.execPath, ...argv], {
    env,
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('latin1').on('data', (more: string) => (text += more));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status, signal, text }));
  });
}

/** Streams that a program may find. Where one is closed, the words go without it. */
const streams: readonly string[] = [
  '"$@"',
  '"$@" <&-',
  '"$@" >&-',
  '"$@" 2>&-',
  '"$@" <&- >&- 2>&-',
  '"$@" >/dev/full',
  '"$@" >/dev/full 2>/dev/full',
  '{ "$@" || exit; } | true',
  '"$@" </dev/null >/dev/null',
  '"$@" "$(printf \'\\377\\376\')"',
  '"$@" "$(printf \'l2tp0\\200\')" up',
  '"$@" l2tp0 description "$(printf \'\\303(\\240\\001\')"',
];

const environments: readonly NodeJS.ProcessEnv[] = [
  {},
  { LANG: 'xx_YY.nonsense', LC_ALL: 'C' },
  { HOME: undefined, PATH: undefined, TERM: undefined },
  { XDG_RUNTIME_DIR: '/dev/null' },
  { RUMP_SERVER: 'unix:///nowhere' },
  { RUMP_SERVER: 'nonsense' },
  { L2TPD_LOG: '/nowhere/at/all' },
  { L2TPD_LOG_LEVEL: 'loud' },
  { TMPDIR: '/nowhere' },
  { COLUMNS: '-1', NO_COLOR: '', FORCE_COLOR: 'x' },
];

/** What is in the place of a run directory, or in it; each gets the path to fill. */
const places: readonly ((path: string) => void)[] = [
  () => undefined,
  (path) => writeFileSync(path, 'a file'),
  (path) => symlinkSync('/nowhere', path),
  (path) => symlinkSync(path, path),
  (path) => mkdirSync(path, 0o777),
  (path) => {
    mkdirSync(path);
    chmodSync(path, 0o777);
  },
  (path) => mkdirSync(path, 0o700),
  (path) => inDirectory(path, (namespace) => writeFileSync(namespace, 'a file')),
  (path) => inDirectory(path, (namespace) => mkdirSync(join(namespace, 'socket'), { recursive: true })),
  (path) =>
    inDirectory(path, (namespace) => {
      mkdirSync(namespace);
      writeFileSync(join(namespace, 'socket'), 'no socket');
      writeFileSync(join(namespace, 'lock'), '');
    }),
  (path) =>
    inDirectory(path, (namespace) => {
      mkdirSync(namespace);
      mkdirSync(join(namespace, 'lock'));
    }),
];

const namespace = (): string => /\d+/.exec(readlinkSync('/proc/self/ns/net'))?.[0] ?? '0';

function inDirectory(path: string, fill: (namespaceDirectory: string) => void): void {
  mkdirSync(path, 0o700);
  fill(join(path, namespace()));
}

const hello = `{"kind":"hello","version":${protocolVersion},"pid":1}\n`;

/** What a daemon says that is none. */
const sayings: readonly string[] = [
  '',
  '\n',
  'HTTP/1.1 400 Bad Request\r\n\r\n',
  '\0\xff\xfe\n',
  '{"kind":"hello"\n',
  '{"kind":"hello","version":99,"pid":1}\n',
  '{"kind":"hello","version":null,"pid":"x"}\n',
  'null\n[]\n""\n',
  hello,
  `${hello}nonsense\n`,
  `${hello}{"kind":"goodbye"}\n`,
  `${hello}{"kind":"ioctl","errno":-1}\n`,
  `${hello}{"kind":"ioctl","errno":0,"argument":"","memory":[]}\n`,
  `${hello}{"kind":"ioctl","errno":6000,"argument":"AAAA","memory":[]}\n`,
  `${hello}{"kind":"getifaddrs","errno":0,"addresses":[{"name":1}]}\n`,
  `${hello}{"kind":"getifaddrs","errno":0,"list":[]}\n`,
  `${hello}${'x'.repeat(100_000)}`,
];

async function listen(path: string, saying: string): Promise<Server> {
  inDirectory(path, (directory) => mkdirSync(directory, 0o700));
  const server = createServer((socket) => {
    socket.on('error', () => undefined).resume();
    socket.end(saying, 'latin1');
  });
  await new Promise<void>((resolve) => server.listen(join(path, namespace(), 'socket'), resolve));
  return server;
}

/** Nothing here starts what would stay: no word creates an interface, and the daemon is only asked. */
const harmless = (words: string) => wordsOf(words).filter((word) => word !== 'create' && word !== '--help');
const daemonLines: readonly (readonly string[])[] = [
  ['--status'],
  ['--stop'],
  ['--status', '--stop'],
  ['--log-level', 'x'],
  ['--ready-fd', 'x'],
  ['--nonsense', '\u{1f600}'],
  ['-f', 'l2tp0'],
  ['--help'],
  ['--log', '/nowhere/at/all', '--status'],
  ['--log', '/nowhere/at/all', '-f'],
];

function line(): readonly string[] {
  const which = random(5);
  if (which === 0) return [program('l2tpd'), ...pick(daemonLines)];
  const [name, verbs] =
    which < 4 ? (['ifconfig-l2tp', ifconfigWords] as const) : (['brconfig-l2tp', brconfigWords] as const);
  return [program(name), ...argvFor(harmless(verbs)).filter((word) => word !== 'create')];
}

describe(`random surroundings, seed ${seed}`, { skip: notBuilt() }, () => {
  let directory = '';
  before(() => void (directory = mkdtempSync(join(tmpdir(), 'l2tp-fuzz-'))));
  after(() => rmSync(directory, { recursive: true, force: true }));

  /** Everything is drawn before the first wait: the draws are the same however long the programs take. */
  async function once(number: number, daemon: string | null): Promise<void> {
    const path = join(directory, String(number));
    const [surroundings, argv, streamLine] = [pick(environments), line(), pick(streams)];
    if (daemon === null) pick(places)(path);
    const env = { ...process.env, IFCONFIG_L2TP_RUNDIR: path, ...surroundings };
    const server = daemon === null ? null : await listen(path, daemon);
    try {
      const { status, signal, text } = await shell(streamLine, argv, env, directory);
      const about = `L2TP_FUZZ_SEED=${seed}: ${streamLine} ${JSON.stringify({ argv, surroundings, daemon, status, signal, text })}`;
      assert.equal(signal, null, about);
      assert.ok(status === 0 || status === 1, about);
      assertForPeople(text, about);
    } finally {
      server?.close();
    }
  }

  async function often(first: number, daemon: () => string | null): Promise<void> {
    for (let i = 0; i < spawns / 2; i += atOnce)
      await Promise.all(Array.from({ length: atOnce }, (_, more) => once(first + i + more, daemon())));
  }

  it('streams, environments and files', () => often(0, () => null));
  it('a daemon that is none', () => often(spawns, () => pick(sayings)));
});

describe('a module that is missing', { skip: notBuilt() }, () => {
  it('is one line of l2tpd', () => {
    const directory = mkdtempSync(join(tmpdir(), 'l2tp-fuzz-'));
    try {
      copyFileSync(program('l2tpd'), join(directory, 'l2tpd.js'));
      const { status, stdout, stderr } = run([process.execPath, join(directory, 'l2tpd.js'), '--status']);
      assert.deepEqual([status, stdout, stderr], [1, '', "l2tpd: Cannot find module 'koffi'\n"]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
