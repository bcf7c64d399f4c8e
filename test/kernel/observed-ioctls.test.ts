/**
 * What a real NetBSD kernel answered (test/data/observed-ioctls.txt), asked of the emulated one line by line. That
 * kernel was NetBSD 8's, which differs in nothing that is asked here.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { AF_INET, AF_INET6, AF_LOCAL, IFF_UP, structs } from '../../native-structs';
import { named, socketAddress, textOf } from './addresses';
import { amd64, machine, outcome, type Process } from './process';

const if_laddrreq = structs(amd64, 'if_laddrreq');
const in_aliasreq = structs(amd64, 'in_aliasreq');
const in6_aliasreq = structs(amd64, 'in6_aliasreq');

/**
 * Where the emulated kernel does otherwise on purpose (l2tp(4), BUGS of NetBSD's that it does not have): a cookie's
 * length is 4 or 8 each way, and the cookie fits it. What is read back is then what was set before.
 */
const before = 'my_cookie=4/0x11 peer_cookie=8/0x22';
const readBack = (cookies: string) => `SIOCGL2TP l2tp0: state=0 my_sess=0 peer_sess=0 ${cookies}`;
const deviations = new Map([
  ['SIOCSL2TPCOOKIE my=3/0x11 peer=4/0x22 l2tp0 -> OK', 'EINVAL'],
  [readBack('my_cookie=3/0x11 peer_cookie=4/0x22'), readBack(before)],
  ['SIOCSL2TPCOOKIE my=4/0x11 peer=3/0x22 l2tp0 -> OK', 'EINVAL'],
  [readBack('my_cookie=4/0x11 peer_cookie=3/0x22'), readBack(before)],
  ['SIOCSL2TPCOOKIE my=0/0x11 peer=4/0x22 l2tp0 -> OK', 'EINVAL'],
  [readBack('my_cookie=0/0x11 peer_cookie=4/0x22'), readBack(before)],
  ['SIOCSL2TPCOOKIE my=4/0x1122334455 peer=4/0x99aabbccdd l2tp0 -> OK', 'EINVAL'],
  [readBack('my_cookie=4/0x1122334455 peer_cookie=4/0x99aabbccdd'), readBack(before)],
]);

const flagNames: readonly (readonly [number, string])[] = [
  [0x1, 'UP'],
  [0x2, 'BROADCAST'],
  [0x4, 'DEBUG'],
  [0x8, 'LOOPBACK'],
  [0x10, 'POINTOPOINT'],
  [0x40, 'RUNNING'],
  [0x100, 'PROMISC'],
  [0x800, 'SIMPLEX'],
  [0x8000, 'MULTICAST'],
];

function tunnelRequest(
  name: string,
  source: Buffer,
  destination: Buffer,
  rest: Partial<Record<'flags' | 'prefixlen', number>> = {},
) {
  const { addr, dstaddr, flags, prefixlen } = if_laddrreq.fields;
  const argument = named(if_laddrreq.size, name, [
    [addr.offset, source],
    [dstaddr.offset, destination],
  ]);
  argument.writeUInt32LE(rest.flags ?? 0, flags.offset);
  argument.writeUInt32LE(rest.prefixlen ?? 0, prefixlen.offset);
  return argument;
}

function aliasRequest(source: Buffer, destination: Buffer) {
  const { ifra_addr, ifra_dstaddr } = in_aliasreq.fields;
  return named(in_aliasreq.size, 'l2tp1', [
    [ifra_addr.offset, source],
    [ifra_dstaddr.offset, destination],
  ]);
}

const familyOnly = (family: number) => Buffer.from([16, family]);

async function showL2tp(process: Process, name: string): Promise<string> {
  const got = await process.getL2tp(name);
  const cookies = (['my', 'peer'] as const)
    .map((end) => `${end}_cookie=${got[`${end}_cookie_len`]}/0x${got[`${end}_cookie`].toString(16)}`)
    .join(' ');
  return `SIOCGL2TP ${name}: state=${got.state} my_sess=${got.my_sess_id} peer_sess=${got.peer_sess_id} ${cookies}`;
}

async function showTunnel(process: Process, name: string): Promise<string> {
  const argument = if_laddrreq.make({ iflr_name: name });
  await process.ioctl('SIOCGLIFPHYADDR', argument);
  const { addr, dstaddr } = if_laddrreq.fields;
  const [source, destination] = [addr, dstaddr].map(({ offset }) => argument.subarray(offset, offset + 128));
  assert(source && destination);
  return `SIOCGLIFPHYADDR ${name}: fam=${source[1]} len=${source[0]} ${textOf(source)} -> ${textOf(destination)}`;
}

async function showFlags(process: Process, name: string): Promise<string> {
  const flags = await process.flags(name);
  const words = flagNames.filter(([flag]) => flags & flag).map(([, word]) => word);
  return `flags ${name} = 0x${flags.toString(16)} ${words.join(' ')}`;
}

/** A value that was read: the whole line as it has to be. */
const readings: readonly (readonly [RegExp, (process: Process, name: string) => Promise<string>])[] = [
  [/^flags (\w+) = /, showFlags],
  [/^mtu=/, async (process) => `mtu=${(await process.ifreq('SIOCGIFMTU', 'l2tp0')).ifru_mtu}`],
  [/^SIOCGL2TP (\w+): /, showL2tp],
  [/^SIOCGLIFPHYADDR (\w+): /, showTunnel],
];

type Attempt = (process: Process, words: readonly string[]) => Promise<unknown>;

const setter: Attempt = (process, [request, interfaceName, fields]) => {
  const number = (name: string) => Number(new RegExp(`\\b${name}=(\\d+)`).exec(fields ?? '')?.[1] ?? 0);
  const cookie = (name: string) =>
    BigInt(new RegExp(`\\b${name}=\\d+/(0x\\w+)`).exec(fields ?? '')?.[1] ?? 0);
  const cookies = request === 'SIOCSL2TPCOOKIE';
  assert(isSetter(request) && interfaceName);
  return process.l2tp(request, interfaceName, {
    state: number('state'),
    ...(cookies
      ? {
          my_cookie_len: number('my'),
          my_cookie: cookie('my'),
          peer_cookie_len: number('peer'),
          peer_cookie: cookie('peer'),
        }
      : { my_sess_id: number('my'), peer_sess_id: number('peer') }),
  });
};

const setters = [
  'SIOCSL2TPSESSION',
  'SIOCDL2TPSESSION',
  'SIOCSL2TPCOOKIE',
  'SIOCDL2TPCOOKIE',
  'SIOCSL2TPSTATE',
] as const;

const isSetter = (name: string | undefined): name is (typeof setters)[number] =>
  setters.some((one) => one === name);

const tunnel =
  (source: Buffer, destination: Buffer, rest = {}): Attempt =>
  (process) =>
    process.ioctl('SIOCSLIFPHYADDR', tunnelRequest('l2tp1', source, destination, rest));

const [ipv4, ipv6] = [socketAddress('10.0.0.1'), socketAddress('fc00::1')];

/** Requests of which only success or errno was noted, by their words. Groups of the pattern are handed on. */
const attempts: readonly (readonly [RegExp, Attempt])[] = [
  [/^SIOCIFCREATE (\w+)$/, (process, [name = '']) => process.create(name)],
  [/^SIOCIFDESTROY (\w+)$/, (process, [name = '']) => process.destroy(name)],
  [
    /^SIOCSIFFLAGS (\w+) (up|down)$/,
    async (process, [name = '', direction]) => {
      const flags = await process.flags(name);
      await process.setFlags(name, direction === 'up' ? flags | IFF_UP : flags & ~IFF_UP);
    },
  ],
  [
    /^SIOCSIFMTU (\w+) (\d+)$/,
    (process, [name = '', mtu]) => process.ifreq('SIOCSIFMTU', name, { ifru_mtu: Number(mtu) }),
  ],
  [/^SIOCGL2TP (\w+)$/, (process, [name = '']) => process.getL2tp(name)],
  [/^SIOCGL2TP data=NULL$/, (process) => process.indirect('SIOCGL2TP', 'l2tp0', null)],
  [
    /^(SIOC[SD]L2TP\w+) data=NULL$/,
    (process, [request]) => {
      assert(isSetter(request));
      return process.indirect(request, 'l2tp0', null);
    },
  ],
  [
    /^(SIOC[SD]L2TP\w+) (?:(.*) )?(\w+)$/,
    (process, [request = '', fields = '', name = '']) => setter(process, [request, name, fields]),
  ],
  [/^SIOCGLIFPHYADDR (\w+)$/, (process, [name = '']) => showTunnel(process, name)],
  [/^SIOCDIFPHYADDR (\w+)$/, (process, [name = '']) => process.indirect('SIOCDIFPHYADDR', name, null)],
  [/^SIOCGIFPSRCADDR$/, (process) => process.ifreq('SIOCGIFPSRCADDR', 'l2tp0')],
  [/^SIOCGIFPDSTADDR$/, (process) => process.ifreq('SIOCGIFPDSTADDR', 'l2tp0')],
  [/^SIOCSLIFPHYADDR src sa_len=0$/, tunnel(Buffer.from([0, ...ipv4.subarray(1)]), ipv4)],
  [/^SIOCSLIFPHYADDR family 0\/0$/, tunnel(familyOnly(0), familyOnly(0))],
  [/^SIOCSLIFPHYADDR family AF_LINK\/AF_LINK$/, tunnel(familyOnly(18), familyOnly(18))],
  [
    /^SIOCSLIFPHYADDR with junk flags\/prefixlen$/,
    tunnel(ipv4, socketAddress('10.0.0.2'), { flags: 0xdeadbeef, prefixlen: 99 }),
  ],
  [
    /^SIOCSLIFPHYADDR with sin_port 1701$/,
    tunnel(socketAddress('10.0.0.1', 1701), socketAddress('10.0.0.2', 1701)),
  ],
  [
    /^SIOCSLIFPHYADDR (\w+) (\S+) -> (\S+)$/,
    (process, [name = '', source = '', destination = '']) =>
      process.ioctl(
        'SIOCSLIFPHYADDR',
        tunnelRequest(name, socketAddress(source), socketAddress(destination)),
      ),
  ],
  [
    /^SIOCSIFPHYADDR \(in_aliasreq\)$/,
    (process) =>
      process.ioctl('SIOCSIFPHYADDR', aliasRequest(socketAddress('10.0.0.8'), socketAddress('10.0.0.9'))),
  ],
  [
    /^SIOCSIFPHYADDR dst family INET6$/,
    (process) => process.ioctl('SIOCSIFPHYADDR', aliasRequest(ipv4, ipv6.subarray(0, 16))),
  ],
  [
    /^SIOCSIFPHYADDR_IN6$/,
    (process) =>
      process.ioctl(
        'SIOCSIFPHYADDR_IN6',
        named(in6_aliasreq.size, 'l2tp1', [
          [in6_aliasreq.fields.ifra_addr.offset, socketAddress('fc00::8')],
          [in6_aliasreq.fields.ifra_dstaddr.offset, socketAddress('fc00::9')],
        ]),
      ),
  ],
  [
    /^SIOCAIFADDR (\w+) (\S+) -> (\S+)$/,
    (process, [name = '', source = '', destination = '']) =>
      process.ioctl(
        'SIOCAIFADDR',
        named(in_aliasreq.size, name, [
          [in_aliasreq.fields.ifra_addr.offset, socketAddress(source)],
          [in_aliasreq.fields.ifra_dstaddr.offset, socketAddress(destination)],
        ]),
      ),
  ],
];

/** The sockets that a section's requests went through; AF_INET where nothing is said. */
const domains: Readonly<Record<string, number>> = {
  'inet6 ioctl socket': AF_INET6,
  'AF_LOCAL socket': AF_LOCAL,
};

/** One line, asked again: the answer as the line would say it. */
async function ask(process: Process, line: string): Promise<string> {
  for (const [pattern, read] of readings) {
    const match = pattern.exec(line);
    if (match) return read(process, match[1] ?? '');
  }
  const question = line.replace(/ -> \w+$/, '');
  for (const [pattern, attempt] of attempts) {
    const match = pattern.exec(question);
    if (match) return outcome(attempt(process, match.slice(1)));
  }
  throw new Error(`no such request: ${line}`);
}

/** What `ask` has to return for the line. */
function expected(line: string): string {
  const whole = readings.some(([pattern]) => pattern.test(line));
  return deviations.get(line) ?? (whole ? line : (/ -> (\w+)$/.exec(line)?.[1] ?? ''));
}

interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

function sections(text: string): readonly Section[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [title = '', ...lines] = part.split('\n').map((line) => line.trim().replace(/ +/g, ' '));
      return { title, lines: lines.filter((line) => line !== '' && !line.startsWith('fd=')) };
    })
    .filter(({ lines }) => lines.length > 0);
}

test('the answers of a real kernel, section by section', async (t) => {
  const all = sections(readFileSync('test/data/observed-ioctls.txt', 'utf8'));
  const { process, kernel } = machine([{ name: 'lo0', kind: 'loopback', up: true }]);
  let asked = 0;
  for (const { title, lines } of all)
    await t.test(title, async () => {
      process.domain = domains[title] ?? AF_INET;
      for (const line of lines) {
        assert.equal(await ask(process, line), expected(line), `${title}: ${line}`);
        asked += 1;
      }
    });
  await t.test('every line was asked, and every deviation met', () => {
    const lines = all.flatMap((section) => section.lines);
    assert.equal(asked, lines.length);
    assert(asked > 150, `${asked} lines`);
    for (const line of deviations.keys()) assert(lines.includes(line), line);
  });
  await kernel.shutdown();
});
