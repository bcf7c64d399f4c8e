/** QEMU's l2tpv3 back end behind a TAP device as the peer of a router that the commands have set up. */
import { describe, it } from 'node:test';
import { noQemu, startQemu } from '../datapath/qemu';
import { notBuilt, quietly } from './commands';
import { cannotMakeNamespaces } from './lab';
import { families, inner, outer, ping, Site } from './site';

const ours = 1311768467463790320n;
const theirs = 4660n;
const hexadecimal = (cookie: bigint) => `0x${cookie.toString(16)}`;

describe('with QEMU', { skip: cannotMakeNamespaces() || notBuilt() || noQemu() }, () => {
  for (const family of families) {
    for (const cookies of [false, true]) {
      it(`echoes pass over ${family} ${cookies ? 'with 8-byte cookies' : 'without cookies'}`, async (context) => {
        const site = new Site();
        context.after(() => site.close());
        const [left, right] = outer[family];
        const width = family === 'ipv4' ? '24' : '64';
        site.a.ip('link', 'set', 'wm1', 'up');
        for (const [host, address] of [
          [site.a, left],
          [site.b, right],
        ] as const) {
          host.ip(
            'addr',
            'add',
            `${address}/${width}`,
            'dev',
            'wm0',
            ...(family === 'ipv6' ? ['nodad'] : []),
          );
          host.ip('link', 'set', 'wm0', 'up');
        }
        quietly(site.a, 'ifconfig l2tp0 create');
        quietly(site.a, `ifconfig l2tp0 tunnel ${left} ${right} session 1234 4321 up`);
        if (cookies) quietly(site.a, `ifconfig l2tp0 cookie 8 ${ours} 8 ${theirs}`);
        quietly(site.a, 'ifconfig bridge0 create');
        quietly(site.a, 'brconfig bridge0 add wm1 add l2tp0 up');
        await startQemu(site.b, 'tap0', {
          local: right,
          remote: left,
          localSession: 4321,
          remoteSession: 1234,
          ...(cookies && { cookies: { local: hexadecimal(theirs), remote: hexadecimal(ours) } }),
        });
        site.b.ip('addr', 'add', `${inner.ipv4.y}/24`, 'dev', 'tap0');
        site.b.ip('link', 'set', 'tap0', 'up');
        ping(site.x, inner.ipv4.y);
        ping(site.b, inner.ipv4.x);
        ping(site.x, inner.ipv4.y, 3, '-s', '1400');
        ping(site.b, inner.ipv4.x, 3, '-s', '1400');
      });
    }
  }
});
