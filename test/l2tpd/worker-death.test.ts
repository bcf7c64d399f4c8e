/** The packet worker dies under a daemon that has interfaces: nothing stays, and the log says why. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { programFile } from '../../src/ioctl/programs';
import { packageRoot } from '../../src/package-root';
import { cannotMakeNamespaces } from '../system/lab';
import { DaemonHost } from './host';

/** Does as the worker says that it has done, until `trigger` appears. */
const brokenWorker = (trigger: string) => `
  const { existsSync, watch } = require('node:fs');
  const { dirname } = require('node:path');
  const { parentPort } = require('node:worker_threads');
  const trigger = ${JSON.stringify(trigger)};
  parentPort.on('message', ({ serial }) => parentPort.postMessage({ kind: 'done', serial, failure: null }));
  watch(dirname(trigger), () => {
    if (existsSync(trigger)) throw new Error('broken on purpose');
  });
`;

suite('a packet worker that dies', { skip: cannotMakeNamespaces() }, () => {
  let host: DaemonHost;
  /** A package whose worker is the broken one. */
  let root: string;
  let trigger: string;
  before(() => {
    host = new DaemonHost();
    root = mkdtempSync(join(tmpdir(), 'l2tp-package-'));
    trigger = join(root, 'trigger', 'now');
    mkdirSync(dirname(trigger));
    cpSync(dirname(programFile('l2tpd')), join(root, 'dist', 'bin'), { recursive: true });
    symlinkSync(join(packageRoot(), 'node_modules'), join(root, 'node_modules'));
    writeFileSync(join(root, 'dist', 'bin', 'packet-worker.js'), brokenWorker(trigger));
  });
  after(async () => {
    await host.close();
    rmSync(root, { recursive: true });
  });

  test('the interfaces go, the log tells, and the exit status is 1', async () => {
    const { L2TPD_LOG, ...environment } = host.environment;
    assert.ok(L2TPD_LOG);
    const program = join(root, 'dist', 'bin', 'l2tpd.js');
    const child = host.namespace.start([process.execPath, program, '--foreground'], environment);
    assert.ok(child.stderr);
    let log = '';
    child.stderr.on('data', (chunk) => (log += String(chunk)));
    await once(child.stderr, 'data');
    const names = ['l2tp0', 'l2tp1', 'bridge0'];
    assert.deepEqual(host.ask(...names.map((name) => `create=${name}`)), ['ok', 'ok', 'ok']);
    const closed = once(child, 'close');
    writeFileSync(trigger, '');
    await closed;
    assert.equal(child.exitCode, 1);
    assert.match(log, /error: DatapathError: packet worker: broken on purpose\n/);
    assert.match(log, /info: ending because of this error\n/);
    assert.match(log, /not every l2tp interface went cleanly: packet worker: broken on purpose\n/);
    assert.match(log, /info: ended\n$/);
    for (const name of names)
      assert.notEqual(host.namespace.run(['ip', 'link', 'show', name]).status, 0, name);
    assert.deepEqual(host.leftovers(), []);
    // the next daemon begins as if nothing had been
    assert.deepEqual(host.ask('create=l2tp0', 'destroy=l2tp0'), ['ok', 'ok']);
  });
});
