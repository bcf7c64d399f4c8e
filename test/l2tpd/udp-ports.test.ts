/** How l2tpd comes to take the ports of tunnels for UDP, and how that can be seen. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { cannotMakeNamespaces } from '../system/lab';
import { DaemonHost, ended } from './host';

describe('l2tpd --udp-ports', { skip: cannotMakeNamespaces() }, () => {
  let host: DaemonHost;
  beforeEach(() => (host = new DaemonHost()));
  afterEach(async () => {
    delete process.env.L2TPD_UDP_PORTS;
    await host.close();
  });

  it('starts a daemon that says so, once or twice', () => {
    assert.deepEqual(host.l2tpd('--udp-ports'), { status: 0, stdout: '', stderr: '' });
    assert.equal(host.status(), `l2tpd: process ${host.daemon()}, ports mean UDP`);
    assert.deepEqual(host.l2tpd('--udp-ports'), { status: 0, stdout: '', stderr: '' });
    assert.deepEqual(host.l2tpd(), { status: 0, stdout: '', stderr: '' });
    host.daemon();
  });

  for (const [value, answer] of [
    ['1', ', ports mean UDP'],
    ['0', ''],
    ['', ''],
  ] as const) {
    it(`is what L2TPD_UDP_PORTS=${value} ${answer ? 'means' : 'does not mean'} to a daemon that a command starts`, async () => {
      process.env.L2TPD_UDP_PORTS = value;
      assert.deepEqual(host.ask('create=l2tp0'), ['ok']);
      const pid = host.daemon();
      assert.equal(host.status(), `l2tpd: process ${pid}${answer}`);
      assert.deepEqual(host.ask('destroy=l2tp0'), ['ok']);
      await ended(pid);
    });
  }

  it('cannot change a daemon that runs without it, and says what to do', () => {
    assert.deepEqual(host.ask('create=l2tp0'), ['ok']);
    const pid = host.daemon();
    const { status: exit, stdout, stderr } = host.l2tpd('--udp-ports');
    assert.deepEqual([exit, stdout], [1, '']);
    const advice = 'end it first, l2tpd --stop, which destroys its interfaces';
    assert.equal(stderr, `l2tpd: process ${pid} runs without --udp-ports: ${advice}\n`);
    assert.equal(host.status(), `l2tpd: process ${pid}`);
  });
});
