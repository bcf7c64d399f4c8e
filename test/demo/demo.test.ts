/** The whole demonstration, from outside: what it prints, and that nothing is left of it however it ends. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { block, script } from '../../src/demo/man-page';
import { packageRoot } from '../../src/package-root';
import { cannotMakeNamespaces, run } from '../system/lab';
import { withoutControls } from './terminal';

const program = join(packageRoot(), 'dist', 'bin', 'demo.js');
const skip = cannotMakeNamespaces();

/** Milliseconds that killed processes get to vanish. */
const patience = 10_000;

interface Run {
  readonly child: ChildProcess;
  /** In the environment of all its processes, and only there. */
  readonly mark: string;
  /** Standard output so far. */
  readonly output: () => string;
  readonly errors: () => string;
  /** Resolves when the output contains `text`. */
  readonly prints: (text: string) => Promise<void>;
  /** Resolves to the exit status when every holder of the output has gone. */
  readonly ended: Promise<number | null>;
}

/** Starts `argv`, by default the demonstration. */
function start(argv: readonly string[] = [process.execPath, program]): Run {
  const mark = `DEMO_MARK_${randomBytes(8).toString('hex')}`;
  const [command = '', ...rest] = argv;
  const child = spawn(command, rest, {
    env: { ...process.env, [mark]: '1', TERM: 'xterm' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stderr.on('data', (text) => (errors += String(text)));
  child.stdout.on('data', (text) => (output += String(text)));
  const ended = once(child, 'close').then(() => child.exitCode);
  return {
    child,
    mark,
    output: () => output,
    errors: () => errors,
    async prints(text) {
      while (!output.includes(text)) {
        const status = await Promise.race([once(child.stdout, 'data').then(() => undefined), ended]);
        if (status !== undefined) assert.fail(`ended with ${status} before "${text}":\n${output}\n${errors}`);
      }
    },
    ended,
  };
}

/** Command lines of the processes that have `mark` in their environment. */
function processesOf(mark: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
        return environment.includes(mark) ? [readFileSync(`/proc/${pid}/cmdline`, 'latin1')] : [];
      } catch {
        return []; // it has ended meanwhile
      }
    });
}

async function leavesNothing({ mark }: Run): Promise<void> {
  const deadline = Date.now() + patience;
  while (processesOf(mark).length > 0) {
    if (Date.now() > deadline) assert.fail(`still there: ${processesOf(mark).join('; ')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What every complete run prints. */
function assertComplete(output: string): void {
  const lines = output.split('\n');
  for (const router of ['A', 'B']) {
    const commands = script(block('l2tp.4', 'example', `cookie ${router}`))
      .trimEnd()
      .split('\n');
    const shown = lines.filter((line) => line.startsWith(`  ${router}# `)).map((line) => line.slice(5));
    assert.deepEqual(shown.slice(0, commands.length), commands);
  }
  assert.match(output, /10 packets transmitted, 10 received, 0% packet loss/);
  assert.match(
    output,
    /A# ifconfig l2tp0\n {2}l2tp0: flags=0x8951<UP,POINTOPOINT,RUNNING,PROMISC,SIMPLEX,MULTICAST> mtu 1280/,
  );
  assert.match(output, /tunnel inet 192\.168\.0\.2 --> 192\.168\.0\.1/);
  assert.match(output, /000010e1 +session id 4321\n +0000d431 +cookie 54321\n/);
  assert.equal(output.match(/checksum, correct/g)?.length, 3);
  assert.match(output, /type 8, echo request/);
  for (const line of lines.slice(0, -1)) assert.ok(line.length <= 80 || line.includes('/'), line);
}

/** Frames that each router counts, as the last picture shows them. */
function counters(output: string): readonly number[] {
  const row = (pattern: RegExp): readonly number[] => {
    const [, ...values] = [...output.matchAll(pattern)].at(-1) ?? [];
    return values.map(Number);
  };
  return [
    ...row(/sent +(\d+) +-[-o]*> +received +(\d+) +10\.1\.1\.2/g),
    ...row(/received +(\d+) +<[-o]*- +sent +(\d+)/g),
  ];
}

describe('demonstration', { skip }, () => {
  it('shows everything, once, and leaves nothing', async () => {
    const demo = start();
    assert.equal(await demo.ended, 0, demo.errors());
    assert.equal(demo.errors(), '');
    assertComplete(demo.output());
    const counted = counters(demo.output());
    assert.equal(counted.length, 4);
    // Hosts multicast a little of their own besides.
    for (const frames of counted) assert.ok(frames >= 10 && frames < 100, demo.output());
    assert.ok(!demo.output().includes('\x1b'));
    await leavesNothing(demo);
  });

  it('moves on a terminal and gives the cursor back', async () => {
    const demo = start(['script', '-qefc', `stty cols 80; exec ${process.execPath} ${program}`, '/dev/null']);
    assert.equal(await demo.ended, 0, demo.output());
    const screens = demo.output().split('\x1b[9A').length;
    assert.ok(screens > 3, `${screens} pictures`);
    assert.ok(demo.output().lastIndexOf('\x1b[?25h') > demo.output().lastIndexOf('\x1b[?25l'));
    assertComplete(withoutControls(demo.output().replaceAll('\r\n', '\n')));
    await leavesNothing(demo);
  });

  const middles = ['Router A', 'B# ifconfig l2tp0 create', 'X pings Y'];
  for (const [index, signal] of (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).entries()) {
    const moment = middles[index] ?? '';
    it(`leaves nothing after ${signal} at "${moment}"`, async () => {
      const demo = start();
      await demo.prints(moment);
      demo.child.kill(signal);
      assert.equal(await demo.ended, { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
      assert.match(demo.output(), /\nEnded; nothing is left behind\.\n$/);
      assert.equal(demo.errors(), '');
      await leavesNothing(demo);
    });
  }

  it('leaves nothing after SIGKILL', async () => {
    const demo = start();
    await demo.prints('B# ifconfig l2tp0 create');
    demo.child.kill('SIGKILL');
    await demo.ended;
    await leavesNothing(demo);
  });

  it('runs as an ordinary user, or says in one line why not', async () => {
    const demo = start(['unshare', '--user', '--map-user=1000', process.execPath, program]);
    const status = await demo.ended;
    if (status === 0) assertComplete(demo.output());
    else assert.match(demo.errors(), /^(demo|unshare): [^\n]+\n$/);
    await leavesNothing(demo);
  });

  it('says in one line that it may not make namespaces', () => {
    const { status, stdout, stderr } = run(['setpriv', '--bounding-set=-all', process.execPath, program]);
    assert.match(stderr, /^demo: cannot make namespaces: [^\n]+\n$/);
    assert.equal(stdout, '');
    assert.equal(status, 1);
  });
});
