/** NetBSD's own test of the driver, tests/net/if_l2tp/t_l2tp.sh, step by step with its addresses and names. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { command, notBuilt, output, quietly } from './commands';
import { cannotMakeNamespaces, eventually, Lab, type Namespace } from './lab';
import { families, ping, unreachable, type Family } from './site';

const wan = { ipv4: ['10.0.0.1', '10.0.0.2'], ipv6: ['fc00::1', 'fc00::2'] } as const;
const lan = { ipv4: ['192.168.1.1', '192.168.1.2'], ipv6: ['fc00:1::1', 'fc00:1::2'] } as const;
const sessions = ['1234', '4321'] as const;

/** One of the two sides: a client on the LAN bus of its access concentrator. */
interface Side {
  readonly lac: Namespace;
  readonly client: Namespace;
  readonly wanAddress: string;
  readonly lanAddress: string;
  readonly session: string;
}

function setAddress(host: Namespace, name: string, family: Family, address: string, netmask: string): void {
  quietly(
    host,
    `ifconfig ${name} ${family === 'ipv4' ? `inet ${address} netmask ${netmask}` : `inet6 ${address}`}`,
  );
  quietly(host, `ifconfig ${name} up`);
}

/** An IPv6 address serves nobody until its duplicate detection is over. */
async function settled(host: Namespace): Promise<void> {
  await eventually(
    'no address is tentative',
    () => host.ip('-6', '-o', 'addr', 'show', 'tentative').trim() === '',
  );
}

/** The peer's ping(8) option -w is a deadline of 5 s; one echo is enough. */
const pingOnce = (host: Namespace, address: string) =>
  host.must(['ping', '-n', '-c', '1', '-w', '5', address]);

describe("NetBSD's t_l2tp", { skip: cannotMakeNamespaces() || notBuilt() }, () => {
  describe('l2tp_create_destroy', () => {
    const lab = new Lab();
    let host: Namespace;
    before(() => (host = lab.host('lac')));
    after(() => lab.close());

    for (const steps of [
      ['create', 'destroy'],
      ['create', 'up', 'down', 'destroy'],
      ['create', 'up', 'destroy'],
    ]) {
      it(steps.join(', '), async () => {
        for (const step of steps) quietly(host, `ifconfig l2tp0 ${step}`);
        assert.equal(output(host, 'ifconfig -l').includes('l2tp0'), false);
        await eventually('no process is left', () => host.pids().length === 0);
      });
    }
  });

  for (const outer of families) {
    for (const inside of families) {
      it(`l2tp_basic_${inside}over${outer}`, async (context) => {
        const lab = new Lab();
        context.after(() => lab.close());
        const sides = ([0, 1] as const).map((number): Side => ({
          lac: lab.host(`lac${number + 1}`),
          client: lab.host(`client${number + 1}`),
          wanAddress: wan[outer][number],
          lanAddress: lan[inside][number],
          session: sessions[number],
        }));
        const [one, two] = sides;
        assert.ok(one && two);
        for (const { lac, client } of sides) lab.wire(lac, 'shmif0', client, 'shmif0');
        lab.wire(one.lac, 'shmif1', two.lac, 'shmif1');

        for (const { lac, client, wanAddress, lanAddress } of sides) {
          quietly(lac, 'ifconfig shmif0 up');
          setAddress(lac, 'shmif1', outer, wanAddress, '0xff000000');
          setAddress(client, 'shmif0', inside, lanAddress, '0xffffff00');
        }
        for (const { lac, client, wanAddress, lanAddress } of sides) {
          assert.match(output(lac, 'ifconfig'), /^shmif0:.*^shmif1:/ms);
          assert.match(output(client, 'ifconfig'), /^shmif0:/m);
          await settled(lac);
          await settled(client);
          pingOnce(lac, wanAddress);
          pingOnce(client, lanAddress);
        }

        for (const [side, other] of [
          [one, two],
          [two, one],
        ] as const) {
          quietly(side.lac, 'ifconfig l2tp0 create');
          quietly(side.lac, `ifconfig l2tp0 tunnel ${side.wanAddress} ${other.wanAddress}`);
          quietly(side.lac, `ifconfig l2tp0 session ${side.session} ${other.session}`);
          quietly(side.lac, 'ifconfig l2tp0 up');
          quietly(side.lac, 'ifconfig bridge0 create');
          quietly(side.lac, 'ifconfig bridge0 up');
          quietly(side.lac, 'brconfig bridge0 add shmif0');
          quietly(side.lac, 'brconfig bridge0 add l2tp0');
        }
        for (const { lac } of sides) assert.match(output(lac, 'ifconfig'), /^l2tp0:/m);
        pingOnce(one.lac, two.wanAddress);
        pingOnce(two.lac, one.wanAddress);
        pingOnce(one.client, two.lanAddress);
        pingOnce(two.client, one.lanAddress);

        for (const { lac } of sides) {
          quietly(lac, 'ifconfig bridge0 destroy');
          quietly(lac, 'ifconfig l2tp0 deletetunnel');
          quietly(lac, 'ifconfig l2tp0 destroy');
        }
        assert.ok(unreachable(one.client, two.lanAddress));
        assert.ok(unreachable(two.client, one.lanAddress));
        // The wires themselves are as good as before.
        ping(one.lac, two.wanAddress, 1);
        for (const { lac } of sides) {
          const gone = command(lac, 'ifconfig l2tp0');
          assert.equal(gone.stderr, 'ifconfig: SIOCGIFFLAGS l2tp0: Device not configured\n');
          await eventually('no process is left', () => lac.pids().length === 0);
        }
      });
    }
  }
});
