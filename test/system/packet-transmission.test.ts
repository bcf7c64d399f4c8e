/** l2tpd --transmit packet by the commands: frames pass, and the status counts what went by packet sockets. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { makeRouter, notBuilt, program, quietly } from './commands';
import { cannotMakeNamespaces, eventually, type Namespace } from './lab';
import { inner, outer, ping, Site } from './site';

const [left, right] = outer.ipv4;

const l2tpd = (host: Namespace, ...words: readonly string[]): string =>
  host.must([process.execPath, program('l2tpd'), ...words]);

describe('l2tpd --transmit packet', { skip: cannotMakeNamespaces() || notBuilt() }, () => {
  let site: Site;
  beforeEach(() => (site = new Site()));
  afterEach(() => site.close());

  function router(host: Namespace, local: string, remote: string, sessions: string): void {
    host.ip('addr', 'add', `${local}/24`, 'dev', 'wm0');
    for (const wire of ['wm0', 'wm1']) host.ip('link', 'set', wire, 'up');
    makeRouter(host, sessions);
    quietly(host, `ifconfig l2tp0 tunnel ${local} ${remote}`);
  }

  it('carries frames, and says how many left that way', async () => {
    l2tpd(site.a, '--transmit', 'packet');
    router(site.a, left, right, '1234 4321');
    router(site.b, right, left, '4321 1234');
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
