/** The comparison with NetBSD's own commands, with stand-ins for those, and for NetBSD the emulated kernel. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { runDirectories } from '../../src/ioctl/run-directory';
import { peerOf } from '../../src/l2tpd/peer';
import { Server } from '../../src/l2tpd/server';
import { machine } from '../kernel/process';
import { compare, type Row, type Stage } from './comparison';
import { NetbsdStage } from './netbsd-stage';
import { parseTranscript } from './parse';
import { spawned, type Programs, type Run } from './programs';
import type { Result } from './result';
import { summarise, tableHeading, tableRow } from './table';

const directory = mkdtempSync(join(tmpdir(), 'comparison-'));
const bundles = join(process.cwd(), 'dist', 'bin');
const environment = { IFCONFIG_L2TP_RUNDIR: directory };

/** A shell script in the place of /sbin/ifconfig; `first` may answer by itself, then our own command does. */
function standIn(name: string, command: string, first = ''): Run {
  const file = join(directory, name);
  writeFileSync(
    file,
    `#!/bin/sh\n${first}\nexec ${process.execPath} ${join(bundles, `${command}.js`)} "$@"\n`,
  );
  chmodSync(file, 0o755);
  return spawned(file, [], { environment, user: null });
}

const transcript = `
= a bridge with an l2tp interface
% observed 2
$ ifconfig l2tp0 create
? 0
% D 9
$ ifconfig l2tp0 session 0 5
2 ifconfig: exec_matches: Invalid argument
? 1
$ ifconfig l2tp0 mtu 1500
2 ifconfig: no such words
? 0
% stated 2
$ ifconfig bridge0 create
? 0
$ brconfig bridge0 add l2tp0 up
? 0
$ ifconfig l2tp0
1 l2tp0: flags=0x8910<POINTOPOINT,PROMISC,SIMPLEX,MULTICAST> mtu 1500
? 0
$ ifconfig bridge0 session 1 2
[8]
2 ifconfig: exec_matches: Inappropriate ioctl for device
? 1
@ caller user
$ ifconfig l2tp0 up
2 ifconfig: exec_matches: Operation not permitted
? 1
`;

/** As far as there is something to see of one exchange that goes wrong. */
const beginning = `${transcript.split('$ ifconfig l2tp0 mtu')[0] ?? ''}$ brconfig bridge0
2 brconfig: unable to get interface flags: Device not configured
? 1
`;

suite('with the emulated kernel in the place of NetBSD', () => {
  const { kernel } = machine();
  const server = new Server({
    kernel,
    log: { error: () => undefined, warning: () => undefined, info: () => undefined, debug: () => undefined },
    identify: peerOf,
    idle: () => undefined,
    served: () => undefined,
    stop: () => undefined,
  });
  const listener = createServer((socket) => server.attach(socket));
  const ours = {
    ifconfig: spawned(process.execPath, [join(bundles, 'ifconfig-l2tp.js')], { environment, user: null }),
    brconfig: spawned(process.execPath, [join(bundles, 'brconfig-l2tp.js')], { environment, user: null }),
  };

  before(async () => {
    const [{ path, socket } = { path: '', socket: '' }] = runDirectories(environment);
    mkdirSync(path, { mode: 0o755 });
    listener.listen(socket);
    await once(listener, 'listening');
  });
  after(() => {
    listener.close();
    rmSync(directory, { recursive: true });
  });

  async function compareWith(text: string, theirs: Programs): Promise<readonly Row[]> {
    const stage = await NetbsdStage.open({ ifconfig: ours.ifconfig, release: 10, hasUsers: false });
    const rows: Row[] = [];
    try {
      const conversations = parseTranscript(text, 'dir/example.txt');
      for await (const row of compare(conversations, { stage, ours, theirs })) rows.push(row);
    } finally {
      await stage.close();
    }
    assert.equal((await ours.ifconfig(['-l'], 'root')).stdout, 'lo wm0 wm1\n', 'what was made is gone');
    return rows;
  }

  const table = (rows: readonly Row[]) => [tableHeading, ...rows.flatMap((row) => tableRow(row))];

  test('commands that answer alike', async () => {
    const rows = await compareWith(transcript, {
      ifconfig: standIn('ifconfig', 'ifconfig-l2tp'),
      brconfig: standIn('brconfig', 'brconfig-l2tp'),
    });
    assert.deepEqual(table(rows), [
      'exchange                 known from     ours     theirs   the two  command',
      'example.txt:4            observed 2     agree    agree    agree    ifconfig l2tp0 create',
      'example.txt:7            [D] 9          agree    agree    agree    ifconfig l2tp0 session 0 5',
      'example.txt:10           [D] 9          differ   differ   agree    ifconfig l2tp0 mtu 1500',
      '    ours against what is expected:',
      '      - 2 ifconfig: no such words',
      '    theirs against what is expected:',
      '      - 2 ifconfig: no such words',
      'example.txt:14           stated 2       agree    agree    agree    ifconfig bridge0 create',
      'example.txt:16           stated 2       agree    agree    agree    brconfig bridge0 add l2tp0 up',
      'example.txt:18           stated 2       agree    agree    agree    ifconfig l2tp0',
      'example.txt:21           stated 2       not run                    ifconfig bridge0 session 1 2  (not of NetBSD 10)',
      'example.txt:26           stated 2       not run                    ifconfig l2tp0 up  (every caller is root here)',
    ]);
    assert.deepEqual(summarise(rows), {
      status: 0,
      text: [
        '6 exchanges run, 2 not run',
        '  ours and theirs: 6 agree, 0 differ, 0 without theirs',
        '  observed  1 of 1 answers are as expected',
        '  stated    3 of 3 answers are as expected',
        '  D         1 of 2 answers are as expected',
        '  U         0 of 0 answers are as expected',
      ].join('\n'),
    });
  });

  test('commands of which one answers otherwise, and changes nothing for those behind it', async () => {
    const first = 'test "$*" = "l2tp0 session 0 5" && { echo "ifconfig: not today" >&2; exit 3; }';
    const theirs = { ifconfig: standIn('other', 'ifconfig-l2tp', first), brconfig: null };
    const rows = await compareWith(beginning, theirs);
    assert.deepEqual(table(rows).slice(2), [
      'example.txt:7            [D] 9          agree    differ   differ   ifconfig l2tp0 session 0 5',
      '    theirs against what is expected:',
      '      - 2 ifconfig: exec_matches: Invalid argument',
      '      + 2 ifconfig: not today',
      '      - ? 1',
      '      + ? 3',
      '    ours against theirs:',
      '      - 2 ifconfig: not today',
      '      + 2 ifconfig: exec_matches: Invalid argument',
      '      - ? 3',
      '      + ? 1',
      'example.txt:10           [D] 9          agree    -        -        brconfig bridge0',
    ]);
    const { status, text } = summarise(rows);
    assert.equal(status, 1);
    assert.match(text, /1 agree, 1 differ, 1 without theirs/);
  });

  test('interfaces that are in the way are left alone, and said', async () => {
    await ours.ifconfig(['l2tp7', 'create'], 'root');
    await assert.rejects(
      NetbsdStage.open({ ifconfig: ours.ifconfig, release: 10, hasUsers: false }),
      /^StageError: l2tp7: destroy them first/,
    );
    await ours.ifconfig(['l2tp7', 'destroy'], 'root');
  });
});

suite('with programs that are functions', () => {
  const result = (stdout: string, status = 0): Result => ({ stdout, stderr: '', status });
  const stage: Stage = {
    release: 9,
    hasUsers: true,
    reset: (interfaces) => Promise.resolve(new Map(interfaces.map((name) => [name, `tap-${name}`]))),
  };
  const conversations = parseTranscript(
    '= one\n@ interfaces ether0\n% stated 1\n$ ifconfig {ether0}\n1 {ether0}: {number}\n? 0\n' +
      '= two\n@ interfaces nothing\n% U 1\n$ brconfig x\n1 {any}\n? 0\n',
    'file.txt',
  );
  const rowsOf = async (ours: Run, theirs: Run | null, on = stage) => {
    const rows: Row[] = [];
    const programs = { ifconfig: ours, brconfig: ours };
    const theirPrograms = { ifconfig: theirs, brconfig: theirs };
    for await (const row of compare(conversations, { stage: on, ours: programs, theirs: theirPrograms }))
      rows.push(row);
    return rows;
  };

  test('interfaces have the names that the stage gives them', async () => {
    const rows = await rowsOf(([word = '']) => Promise.resolve(result(`${word}: 17\n`)), null);
    assert.deepEqual(
      rows.map((row) => row.kind === 'compared' && row.ours),
      [[], []],
    );
    assert.equal(summarise(rows).status, 0);
  });

  test('numbers that both may choose still have to be the same', async () => {
    let count = 0;
    const ours: Run = ([word = '']) => Promise.resolve(result(`${word}: 17\n`));
    const theirs: Run = ([word = '']) => Promise.resolve(result(`${word}: ${(count += 1)}\n`));
    const rows = await rowsOf(ours, theirs);
    assert.deepEqual(
      rows.map((row) => row.kind === 'compared' && row.between),
      [
        ['- 1 tap-ether0: 1', '+ 1 tap-ether0: 17'],
        ['- 1 x: 2', '+ 1 x: 17'],
      ],
    );
  });

  test('without theirs, what is known decides', async () => {
    const rows = await rowsOf(() => Promise.resolve(result('', 2)), null);
    assert.equal(summarise(rows).status, 1);
    assert.equal(summarise(rows.slice(1)).status, 0, 'an unverified answer may be wrong');
  });

  test('a stage without Ethernet interfaces', async () => {
    const bare: Stage = { ...stage, reset: () => Promise.resolve('there are none') };
    const rows = await rowsOf(() => Promise.resolve(result('')), null, bare);
    assert.deepEqual(
      rows.map((row) => row.kind === 'skipped' && row.why),
      ['there are none', 'there are none'],
    );
    assert.equal(summarise(rows).status, 2);
  });
});

test('without a NetBSD kernel, one line and a status that is no success', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(__dirname, 'netbsd.js')], {
    encoding: 'utf8',
    env: { ...process.env, RUMP_SERVER: '' },
  });
  assert.deepEqual([stdout, status], ['', 2]);
  assert.match(stderr, /^No NetBSD kernel here: .*\n$/);
});

test('a rump kernel of an unknown release, and one that is not there', () => {
  const run = (...argv: string[]) =>
    spawnSync(process.execPath, [join(__dirname, 'netbsd.js'), ...argv], {
      encoding: 'utf8',
      env: { ...process.env, RUMP_SERVER: `unix://${directory}/nothing` },
    });
  const unknown = run();
  assert.deepEqual([unknown.stdout, unknown.status], ['', 2]);
  assert.match(unknown.stderr, /say --release/);
  const absent = run('--release', '8.0');
  assert.deepEqual([absent.stdout, absent.status], ['', 2]);
  assert.match(absent.stderr, /^ifconfig -l: .*\n$/);
});
