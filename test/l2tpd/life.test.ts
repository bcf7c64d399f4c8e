/** The daemon as processes see it, in namespaces. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, chownSync, readlinkSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { programFile } from '../../src/ioctl/programs';
import { cannotMakeNamespaces, missingTool, run } from '../system/lab';
import { DaemonHost, ended, nobody } from './host';

const skip = cannotMakeNamespaces();

describe('l2tpd', { skip }, () => {
  let host: DaemonHost;
  beforeEach(() => (host = new DaemonHost()));
  afterEach(() => host.close());
  const count = (answers: readonly (readonly string[])[], word: string) =>
    answers.flat().filter((answer) => answer === word).length;

  it('begins with the first interface and ends with the last, leaving nothing', async () => {
    assert.deepEqual(host.ask('create=l2tp0', 'status=l2tp0'), ['ok', 'ok']);
    const pid = host.daemon();
    assert.deepEqual(host.ask('create=l2tp1', 'destroy=l2tp0', 'status=l2tp0'), ['ok', 'ok', 'ENXIO']);
    assert.equal(host.daemon(), pid);
    assert.deepEqual(host.ask('destroy=l2tp1'), ['ok']);
    await ended(pid);
    assert.deepEqual(host.leftovers(), []);
    assert.deepEqual(host.daemons(), []);
  });

  it('answers before any interface exists, and leaves nothing', () => {
    assert.deepEqual(host.ask('status=lo', 'status=l2tp0', 'destroy=l2tp0'), ['ok', 'ENXIO', 'ENXIO']);
    assert.deepEqual(host.leftovers(), []);
    assert.deepEqual(host.daemons(), []);
  });

  it('begins in the middle of a command', () => {
    assert.deepEqual(host.ask('status=l2tp0', 'create=l2tp0', 'status=l2tp0'), ['ENXIO', 'ok', 'ok']);
    host.daemon();
  });

  it('ends when the create that it was started for is refused', async () => {
    assert.deepEqual(host.ask('create=nosuch0'), ['EINVAL']);
    for (const pid of host.daemons()) await ended(pid);
    assert.deepEqual(host.leftovers(), []);
  });

  it('is one, whoever comes first', async () => {
    const names = Array.from({ length: 10 }, (_, unit) => `l2tp${unit}`);
    const answers = await Promise.all(names.map((name) => host.askLater(`create=${name}`, `status=${name}`)));
    assert.equal(count(answers, 'ok'), 20, answers.join(' '));
    const pid = host.daemon();
    assert.deepEqual(host.ask(...names.map((name) => `destroy=${name}`)), Array(10).fill('ok'));
    await ended(pid);
  });

  it('gives a name to one of those who ask for it at once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => host.askLater('create=l2tp0')));
    assert.equal(count(answers, 'ok'), 1, answers.join(' '));
    assert.equal(count(answers, 'EEXIST'), 5, answers.join(' '));
    host.daemon();
  });

  it('comes and goes under many commands at once, and none of them notices', async () => {
    const churn = (unit: number) =>
      host.askLater(...Array.from({ length: 4 }, () => [`create=l2tp${unit}`, `destroy=l2tp${unit}`]).flat());
    const answers = await Promise.all(Array.from({ length: 4 }, (_, unit) => churn(unit)));
    assert.equal(count(answers, 'ok'), 32, answers.join(' '));
    for (const pid of host.daemons()) await ended(pid);
    assert.deepEqual(host.leftovers(), []);
  });

  it('takes over from one that was killed', async () => {
    assert.deepEqual(host.ask('create=l2tp0'), ['ok']);
    const pid = host.daemon();
    process.kill(pid, 'SIGKILL');
    await ended(pid);
    assert.notDeepEqual(host.leftovers(), []);
    assert.deepEqual(host.ask('status=l2tp0'), ['ENXIO']);
    assert.deepEqual(host.ask('create=l2tp0', 'status=l2tp0'), ['ok', 'ok']);
    assert.notEqual(host.daemon(), pid);
  });

  it('is gone in the middle of a command, which goes on', async () => {
    assert.deepEqual(host.ask('create=l2tp0'), ['ok']);
    const child = host.namespace.start(
      [
        process.execPath,
        join(__dirname, 'client.js'),
        'status=l2tp0',
        'wait',
        'status=l2tp0',
        'create=l2tp0',
      ],
      host.environment,
    );
    assert.ok(child.stdout && child.stdin);
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    await once(child.stdout, 'data');
    const pid = host.daemon();
    process.kill(pid, 'SIGKILL');
    await ended(pid);
    child.stdin.end('go on\n');
    await once(child, 'close');
    assert.equal(output, 'ok\nENXIO\nok\n');
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    it(`leaves nothing after ${signal}`, async () => {
      assert.deepEqual(host.ask('create=l2tp0', 'create=l2tp1'), ['ok', 'ok']);
      const pid = host.daemon();
      process.kill(pid, signal);
      await ended(pid);
      assert.deepEqual(host.leftovers(), []);
      assert.deepEqual(host.ask('status=l2tp0', 'status=l2tp1'), ['ENXIO', 'ENXIO']);
    });

  it('ends with the name of its namespace', async () => {
    assert.deepEqual(host.ask('create=l2tp0'), ['ok']);
    const pid = host.daemon();
    assert.equal(run(['ip', 'netns', 'del', host.namespace.name]).status, 0);
    await ended(pid);
    assert.deepEqual(host.leftovers(), []);
  });

  it('outlives the names of other namespaces', async () => {
    const other = new DaemonHost();
    assert.deepEqual(host.ask('create=l2tp0'), ['ok']);
    const pid = host.daemon();
    await other.close();
    assert.deepEqual(host.ask('status=l2tp0'), ['ok']);
    assert.equal(host.daemon(), pid);
  });

  it(
    'shows everything to everyone and lets root alone change it',
    { skip: nobodyCannot() || (missingTool('setpriv') && 'needs setpriv (util-linux)') },
    () => {
      assert.deepEqual(host.askAs(nobody, 'status=lo', 'create=l2tp0'), ['ok', 'EPERM']);
      assert.deepEqual(host.ask('create=l2tp0'), ['ok']);
      assert.deepEqual(host.askAs(nobody, 'status=l2tp0', 'create=l2tp1', 'destroy=l2tp0', 'status=l2tp0'), [
        'ok',
        'EPERM',
        'EPERM',
        'ok',
      ]);
      const stop = host.namespace.run([...nobody, process.execPath, programFile('l2tpd'), '--stop'], {
        env: host.environment,
      });
      assert.deepEqual([stop.status, stop.stderr], [1, 'l2tpd: Operation not permitted\n']);
      host.daemon();
    },
  );

  it('refuses a run directory that others could have put it in', () => {
    chmodSync(host.base, 0o777);
    assert.deepEqual(host.ask('create=l2tp0'), [`l2tpd: ${host.base}: others may write to it`]);
    chownSync(host.base, 65534, 65534);
    assert.deepEqual(host.ask('create=l2tp0'), [`l2tpd: ${host.base}: belongs to user 65534`]);
    assert.deepEqual(host.daemons(), []);
  });

  it('says why it cannot begin', () => {
    const env = { ...host.environment, IFCONFIG_L2TP_RUNDIR: join(host.base, 'x'.repeat(100)) };
    const client = [process.execPath, join(__dirname, 'client.js'), 'create=l2tp0'];
    assert.match(host.namespace.must(client, { env }), /^l2tpd: .*: path too long\n$/);
  });

  const bash = missingTool('bash') && 'needs bash';
  it('keeps no descriptor of the one who started it', { skip: bash ?? false }, () => {
    // The shell's output ends only when nobody has these descriptors any more.
    const script = `exec 9>&1 251>&1; "$@" >/dev/null`;
    const client = [process.execPath, join(__dirname, 'client.js'), 'create=l2tp0'];
    host.namespace.must(['bash', '-ec', script, 'bash', ...client], { env: host.environment });
    assert.equal(readlinkSync(`/proc/${host.daemon()}/cwd`), '/');
  });

  it('is started and ended by hand', async () => {
    const silent = { status: 0, stdout: '', stderr: '' };
    assert.deepEqual(host.l2tpd(), silent);
    const pid = host.daemon();
    assert.deepEqual(host.l2tpd(), silent);
    assert.equal(host.daemon(), pid);
    assert.deepEqual(host.ask('create=l2tp0'), ['ok']);
    assert.equal(host.daemon(), pid);
    assert.deepEqual(host.l2tpd('--stop'), silent);
    await ended(pid);
    assert.deepEqual(host.leftovers(), []);
    assert.deepEqual(host.l2tpd('--stop'), {
      status: 1,
      stdout: '',
      stderr: 'l2tpd: not running in this network namespace\n',
    });
  });

  it('writes its log where it is told, and anew after SIGHUP', async () => {
    const file = join(host.base, 'log');
    assert.deepEqual(host.l2tpd('--log-level', 'debug'), { status: 0, stdout: '', stderr: '' });
    const pid = host.daemon();
    assert.match(host.log(), new RegExp(`^\\S+Z l2tpd\\[${pid}\\]: info: ready, ${host.base}/\\d+\n`));
    renameSync(file, `${file}.0`);
    process.kill(pid, 'SIGHUP');
    // Signals are taken in their order.
    assert.equal(host.l2tpd('--stop').status, 0);
    await ended(pid);
    assert.match(host.log(), /info: asked to end\n(.*\n)*.*info: ended\n$/);
    renameSync(`${file}.0`, file);
  });

  it('runs in the foreground with its log on standard error', async () => {
    const argv = [process.execPath, programFile('l2tpd'), '--foreground'];
    const { L2TPD_LOG, ...environment } = host.environment;
    assert.ok(L2TPD_LOG);
    const child = host.namespace.start(argv, environment);
    assert.ok(child.stderr);
    let text = '';
    child.stderr.on('data', (chunk) => (text += String(chunk)));
    await once(child.stderr, 'data');
    assert.equal(host.daemon(), child.pid);
    child.kill('SIGTERM');
    await once(child, 'close');
    assert.equal(child.exitCode, 0);
    assert.match(text, /info: ready, .*\n.*info: terminated\n.*info: ended\n$/);
  });

  it('shows its interfaces and their counters', () => {
    assert.deepEqual(host.ask('create=l2tp0', 'create=bridge0'), ['ok', 'ok']);
    const pid = host.daemon();
    const { status, stdout, stderr } = host.l2tpd('--status');
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(
      stdout,
      /^l2tpd: process (\d+)\n(\w+:\n\tinput: \d+ packets, \d+ bytes, \d+ errors\n\toutput: .*\n(\tdropped, .*\n)*){2}/,
    );
    assert.equal(stdout.split(/\s/)[2], String(pid));
    assert.match(stdout, /^l2tp0:$/m);
    assert.match(stdout, /^bridge0:$/m);
    assert.deepEqual(host.ask('destroy=l2tp0', 'destroy=bridge0'), ['ok', 'ok']);
    assert.equal(host.l2tpd('--status').status, 1);
  });

  it('forgets an interface that was deleted by other means, and ends with it', async () => {
    assert.deepEqual(host.ask('create=l2tp0', 'create=l2tp1'), ['ok', 'ok']);
    const pid = host.daemon();
    host.namespace.ip('link', 'del', 'l2tp0');
    host.namespace.ip('link', 'del', 'l2tp1');
    await ended(pid);
    assert.deepEqual(host.leftovers(), []);
    assert.deepEqual(host.ask('status=l2tp0'), ['ENXIO']);
  });

  it('refuses what it does not understand', () => {
    for (const words of [
      ['--frobnicate'],
      ['--log-level', 'loud'],
      ['word'],
      ['--status', '--stop'],
      ['--log', '-'],
      ['--boot', '--stop'],
      ['--boot', '/etc', '--log', '-'],
    ]) {
      const { status, stdout, stderr } = host.l2tpd(...words);
      assert.deepEqual([status, stdout], [1, ''], words.join(' '));
      assert.match(stderr, /^error: /);
    }
    assert.deepEqual(host.daemons(), []);
  });
});

/** Why the package cannot be run as another user here, or false. */
function nobodyCannot(): string | false {
  if (skip) return skip;
  const { status } = run([...nobody, process.execPath, join(__dirname, 'client.js')]);
  return status !== 0 && 'needs a checkout that other users may read';
}
