/** Running another program in the command's place: a stand-in for NetBSD's, in a directory of its own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { nativeCommand, type Host } from '../../src/cli/native-command';

const root = process.cwd();
const directory = mkdtempSync(join(tmpdir(), 'sbin-'));
after(() => rmSync(directory, { recursive: true }));

/** A directory with an executable of each of `names`, which runs `script`. */
function programs(label: string, script: string, ...names: readonly string[]): string {
  const path = join(directory, label);
  mkdirSync(path, { recursive: true });
  for (const name of names) {
    writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(path, name), 0o755);
  }
  return path;
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

interface Surroundings {
  readonly environment?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Called with the command's process id at the first output. */
  readonly whenStarted?: (pid: number) => void;
}

/** Runs a whole command in a process of its own, as on a host whose programs are in `sbin`. */
function command(
  name: 'ifconfig' | 'brconfig',
  host: Omit<Host, 'environment'>,
  argv: readonly string[],
  { environment = {}, input = '', whenStarted }: Surroundings = {},
): Promise<Ended> {
  const script = `
    const { main } = require(${JSON.stringify(join(root, 'dist', 'src', 'cli', 'main.js'))});
    const { ${name}: run } = require(${JSON.stringify(join(root, 'dist', 'src', 'cli', `${name}.js`))});
    void main({ name: '${name}', summary: '', run }, ${JSON.stringify(host)});`;
  const child = spawn(process.execPath, ['-e', script, '--', name, ...argv], {
    env: { ...process.env, ...environment },
  });
  child.stdin.end(input);
  return new Promise((resolve) => {
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout === '' && child.pid !== undefined) whenStarted?.(child.pid);
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('close', (status, signal) => resolve({ stdout, stderr, status, signal }));
  });
}

const report =
  'echo "$(basename "$0")"; for word; do printf "<%s>" "$word"; done; echo; cat; echo oops >&2; exit 42';
const netbsd = programs('netbsd', report, 'ifconfig', 'brconfig', 'rump.ifconfig', 'rump.brconfig');

suite('a line that is handed over', () => {
  const argv = ['wm0', 'inet', '10.0.0.1/24', 'descr', 'two  words\n', '', 'media', 'autoselect'];
  const words = argv.map((word) => `<${word}>`).join('');
  const input = 'from standard input\n';

  test('arguments untouched, streams inherited, exit status passed on', async () => {
    const ended = await command('ifconfig', { platform: 'netbsd', directory: netbsd }, argv, { input });
    assert.deepEqual(ended, {
      stdout: `ifconfig\n${words}\n${input}`,
      stderr: 'oops\n',
      status: 42,
      signal: null,
    });
  });

  test('brconfig', async () => {
    const host = { platform: 'netbsd', directory: netbsd } as const;
    const { stdout, status } = await command('brconfig', host, ['bridge0', 'add', 'wm0', 'protect', 'wm0']);
    assert.deepEqual([stdout, status], ['brconfig\n<bridge0><add><wm0><protect><wm0>\n', 42]);
  });

  for (const platform of ['netbsd', 'linux'] as const)
    test(`with RUMP_SERVER set it goes to rump.ifconfig, on ${platform} too`, async () => {
      const environment = { RUMP_SERVER: 'unix:///nonexistent' };
      const host = { platform, directory: netbsd };
      const { stdout } = await command('ifconfig', host, ['-a'], { environment });
      assert.equal(stdout, 'rump.ifconfig\n<-a>\n');
      const bridge = await command('brconfig', host, ['bridge0', 'protect', 'wm0'], { environment });
      assert.equal(bridge.stdout, 'rump.brconfig\n<bridge0><protect><wm0>\n');
    });

  test('on Linux it goes nowhere', async () => {
    const ended = await command('ifconfig', { platform: 'linux', directory: netbsd }, [
      'wm0',
      'inet',
      '10.0.0.1/24',
      'media',
      'autoselect',
    ]);
    const stderr = 'ifconfig: media: Operation not supported\n';
    assert.deepEqual(ended, { stdout: '', stderr, status: 1, signal: null });
  });

  test('a dry run hands nothing over', async () => {
    const host = { platform: 'netbsd', directory: netbsd } as const;
    assert.deepEqual(await command('ifconfig', host, ['-n', 'wm0', 'up', 'media', 'auto']), {
      stdout: '',
      stderr: 'ifconfig: media: Operation not supported\n',
      status: 1,
      signal: null,
    });
    assert.match((await command('ifconfig', host, ['-n', 'wm0'])).stdout, /^SIOCGIFFLAGS /);
  });

  for (const signal of ['SIGKILL', 'SIGTERM', 'SIGSEGV'] as const)
    test(`a program that ${signal} ends`, async () => {
      const sbin = programs(signal, `ulimit -c 0; kill -${signal.slice(3)} $$`, 'ifconfig');
      const ended = await command('ifconfig', { platform: 'netbsd', directory: sbin }, ['-a']);
      assert.deepEqual([ended.status, ended.signal], [null, signal]);
    });

  test('a signal for this process reaches the program, whose own end counts', async () => {
    const wait = 'sleep 1000 >/dev/null 2>&1 & trap "kill $!; exit 5" TERM; echo ready; wait';
    const sbin = programs('trap', wait, 'ifconfig');
    const ended = await command('ifconfig', { platform: 'netbsd', directory: sbin }, ['-a'], {
      whenStarted: (pid) => void process.kill(pid, 'SIGTERM'),
    });
    assert.deepEqual([ended.status, ended.signal], [5, null]);
  });

  test('a program that cannot be run', async () => {
    const sbin = programs('broken', '', 'ifconfig');
    writeFileSync(join(sbin, 'ifconfig'), '#!/nonexistent/interpreter\n');
    const ended = await command('ifconfig', { platform: 'netbsd', directory: sbin }, ['-a']);
    const stderr = `ifconfig: ${join(sbin, 'ifconfig')}: No such file or directory\n`;
    assert.deepEqual(ended, { stdout: '', stderr, status: 1, signal: null });
  });
});

suite('the command that is looked for', () => {
  const find = (host: Partial<Host>) =>
    nativeCommand('ifconfig', { platform: 'netbsd', environment: {}, directory: netbsd, ...host });

  test('is there on NetBSD', () => assert.ok(find({})));
  test('is another one elsewhere', () => {
    for (const platform of ['linux', 'freebsd', 'darwin'] as const) assert.equal(find({ platform }), null);
  });
  test('is not there', () => assert.equal(find({ directory: join(directory, 'nothing') }), null));
  test("with RUMP_SERVER set is never the host's", () => {
    const directory = programs('without-rump', report, 'ifconfig');
    assert.ok(find({ directory }));
    assert.equal(find({ directory, environment: { RUMP_SERVER: 'unix:///x' } }), null);
  });
  test('is not executable', () => {
    const path = programs('not-executable', report, 'ifconfig');
    chmodSync(join(path, 'ifconfig'), 0o644);
    // root may not execute it either
    assert.equal(find({ directory: path }), null);
  });
  test('is this package by a link', () => {
    const path = programs('drop-in', '');
    symlinkSync(join(root, 'src', 'drop-in', 'ifconfig'), join(path, 'ifconfig'));
    assert.equal(find({ directory: path }), null);
  });

  test('is this package by another way: it is run once, and then does what it can', async () => {
    const path = programs('copy', '');
    const wrapper = join(path, 'ifconfig');
    const count = join(path, 'runs');
    const again = `
      require('node:fs').appendFileSync(${JSON.stringify(count)}, 'x');
      const { main } = require(${JSON.stringify(join(root, 'dist', 'src', 'cli', 'main.js'))});
      const { ifconfig: run } = require(${JSON.stringify(join(root, 'dist', 'src', 'cli', 'ifconfig.js'))});
      void main({ name: 'ifconfig', summary: '', run }, { platform: 'netbsd', directory: ${JSON.stringify(path)} });`;
    writeFileSync(wrapper, `#!${process.execPath}\n${again}\n`);
    chmodSync(wrapper, 0o755);
    const ended = await command('ifconfig', { platform: 'netbsd', directory: path }, [
      'wm0',
      'media',
      'auto',
    ]);
    assert.deepEqual([ended.stderr, ended.status], ['ifconfig: media: Operation not supported\n', 1]);
    assert.equal(readFileSync(count, 'utf8'), 'x');
  });
});
