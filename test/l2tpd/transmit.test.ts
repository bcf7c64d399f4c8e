/** How l2tpd comes to send by packet sockets, and how that can be seen. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { cannotMakeNamespaces } from '../system/lab';
import { DaemonHost, ended } from './host';

const silent = { status: 0, stdout: '', stderr: '' };
const direct = ', packets leave by packet sockets';

describe('l2tpd --transmit', { skip: cannotMakeNamespaces() }, () => {
  let host: DaemonHost;
  beforeEach(() => (host = new DaemonHost()));
  afterEach(async () => {
    delete process.env.L2TPD_TRANSMIT;
    await host.close();
  });

  const refused = (pid: number, how: string) => ({
    status: 1,
    stdout: '',
    stderr: `l2tpd: process ${pid} runs with --transmit ${how}: end it first, l2tpd --stop, which destroys its interfaces\n`,
  });

  it('packet starts a daemon that says so; --transmit raw cannot change it', () => {
    assert.deepEqual(host.l2tpd('--transmit', 'packet'), silent);
    const pid = host.daemon();
    assert.equal(host.status(), `l2tpd: process ${pid}${direct}`);
    assert.deepEqual(host.l2tpd('--transmit', 'packet'), silent);
    assert.deepEqual(host.l2tpd(), silent);
    assert.deepEqual(host.l2tpd('--transmit', 'raw'), refused(pid, 'packet'));
    assert.equal(host.daemon(), pid);
  });

  it('packet cannot change a daemon that runs without', () => {
    assert.deepEqual(host.l2tpd(), silent);
    const pid = host.daemon();
    assert.deepEqual(host.l2tpd('--transmit', 'raw'), silent);
    assert.deepEqual(host.l2tpd('--transmit', 'packet'), refused(pid, 'raw'));
    assert.equal(host.status(), `l2tpd: process ${pid}`);
  });

  for (const [value, answer] of [
    ['packet', direct],
    ['raw', ''],
  ] as const) {
    it(`is what L2TPD_TRANSMIT=${value} says to a daemon that a command starts`, async () => {
      process.env.L2TPD_TRANSMIT = value;
      assert.deepEqual(host.ask('create=l2tp0'), ['ok']);
      const pid = host.daemon();
      assert.equal(host.status(), `l2tpd: process ${pid}${answer}`);
      assert.deepEqual(host.ask('destroy=l2tp0'), ['ok']);
      await ended(pid);
    });
  }

  it('refuses other words', () => {
    const { status: exit, stderr } = host.l2tpd('--transmit', 'pigeon');
    assert.notEqual(exit, 0);
    assert.match(stderr, /Allowed choices are raw, packet/);
    assert.deepEqual(host.daemons(), []);
  });

  it('reaches, with --udp-ports, the daemon that commands in files start', () => {
    const directory = join(host.base, 'etc');
    mkdirSync(directory);
    writeFileSync(join(directory, 'ifconfig.l2tp0'), 'up\n');
    assert.deepEqual(host.l2tpd('--boot', directory, '--transmit', 'packet', '--udp-ports'), silent);
    assert.equal(host.status(), `l2tpd: process ${host.daemon()}, ports mean UDP${direct}`);
  });
});
