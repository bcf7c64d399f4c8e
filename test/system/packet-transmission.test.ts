/** l2tpd --transmit packet by the commands: frames pass, and the status counts what went by packet sockets. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { notBuilt, program, quietly } from './commands';
import { cannotMakeNamespaces, eventually, type Namespace } from './lab';
import { inner, ping, Site } from './site';

const outer = ['192.168.0.1', '192.168.0.2'] as const;

const l2tpd = (host: Namespace, ...words: readonly string[]): string =>
  host.must([process.execPath, program('l2tpd'), ...words]);

describe('l2tpd --transmit packet', { skip: cannotMakeNamespaces() || notBuilt() }, () => {
  let site: Site;
  beforeEach(() => (site = new Site()));
  afterEach(() => site.close());

  function router(host: Namespace, local: string, remote: string, sessions: string): void {
    host.ip('addr', 'add', `${local}/24`, 'dev', 'wm0');
    for (const wire of ['wm0', 'wm1']) host.ip('link', 'set', wire, 'up');
    quietly(host, 'ifconfig l2tp0 create');
    quietly(host, `ifconfig l2tp0 tunnel ${local} ${remote}`);
    quietly(host, `ifconfig l2tp0 session ${sessions} up`);
    quietly(host, 'ifconfig bridge0 create');
    quietly(host, 'brconfig bridge0 add wm1 add l2tp0 up');
  }

  it('carries frames, and says how many left that way', async () => {
    l2tpd(site.a, '--transmit', 'packet');
    router(site.a, outer[0], outer[1], '1234 4321');
    router(site.b, outer[1], outer[0], '4321 1234');
    ping(site.x, inner.ipv4.y);
    await eventually('packets leave by the packet socket', () => {
      ping(site.x, inner.ipv4.y, 1);
      return /^\toutput by packet socket: [1-9]\d* packets$/m.test(l2tpd(site.a, '--status'));
    });
    // Full frames need fragments here, which the raw socket makes.
    ping(site.x, inner.ipv4.y, 5, '-s', '1472', '-M', 'do');
    assert.doesNotMatch(l2tpd(site.b, '--status'), /packet socket/);
  });
});
