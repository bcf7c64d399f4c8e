/** Packets that must not become frames: each is dropped, counted under its cause's name, and harms nothing. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { command, daemonPid, notBuilt, program, quietly } from './commands';
import { cannotMakeNamespaces, eventually, Lab, type Namespace } from './lab';

const outer = { ipv4: ['10.9.0.1', '10.9.0.2'], ipv6: ['fd09::1', 'fd09::2'] } as const;
const localSession = '000004d2';
const unknownSession = '0000270f';
/** 12345678, 4 bytes. */
const cookie = '00bc614e';
const frame = `ffffffffffff02000000000188b5${'5a'.repeat(46)}`;

describe('what must not be delivered', { skip: cannotMakeNamespaces() || notBuilt() }, () => {
  const lab = new Lab();
  let sender: Namespace;
  let host: Namespace;
  let daemon: number | undefined;

  before(() => {
    sender = lab.host('sender');
    host = lab.host('host');
    lab.wire(sender, 'wm0', host, 'wm0');
    for (const [end, place] of [
      [sender, 0],
      [host, 1],
    ] as const) {
      end.ip('addr', 'add', `${outer.ipv4[place]}/24`, 'dev', 'wm0');
      end.ip('addr', 'add', `${outer.ipv6[place]}/64`, 'dev', 'wm0', 'nodad');
      end.ip('link', 'set', 'wm0', 'up');
    }
    quietly(host, 'ifconfig l2tp0 create');
    quietly(host, 'ifconfig bridge0 create');
    quietly(host, 'brconfig bridge0 add l2tp0 up');
    daemon = daemonPid(host);
    assert.ok(daemon);
  });
  after(() => lab.close());

  /** Counters by cause; those that are zero are left out. */
  function drops(): Record<string, number> {
    const text = host.must([process.execPath, join(__dirname, 'ask-kernel.js'), 'drops', 'l2tp0']);
    const counts = text
      .trimEnd()
      .split('\n')
      .map((line): [string, number] => {
        const [cause = '', count] = line.split(' ');
        return [cause, Number(count)];
      });
    return Object.fromEntries(counts.filter(([, count]) => count !== 0));
  }

  /** Frames that the bridge has got from l2tp0. */
  const delivered = () => Number(host.must(['cat', '/sys/class/net/l2tp0/statistics/rx_packets']));

  function send(address: string, payloads: readonly string[]): void {
    const rawSender = join(__dirname, '..', 'datapath', 'raw-sender.js');
    sender.must([process.execPath, rawSender, address], { input: `${payloads.join('\n')}\n` });
  }

  /** Sends `payloads`, none of which may arrive, and waits until each is counted; which counters rose by how much. */
  async function dropped(address: string, payloads: readonly string[]): Promise<Record<string, number>> {
    const frames = delivered();
    const old = drops();
    send(address, payloads);
    const risen = () =>
      Object.fromEntries(
        Object.entries(drops())
          .map(([cause, count]): [string, number] => [cause, count - (old[cause] ?? 0)])
          .filter(([, count]) => count !== 0),
      );
    const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
    const result = await eventually('all are counted', () => {
      const counts = risen();
      return sum(counts) >= payloads.length && counts;
    });
    assert.equal(delivered(), frames);
    assert.equal(daemonPid(host), daemon);
    return result;
  }

  for (const [family, [theirs, ours]] of Object.entries(outer)) {
    describe(`over ${family}`, () => {
      beforeEach(() => {
        command(host, 'ifconfig l2tp0 deletesession');
        quietly(host, `ifconfig l2tp0 tunnel ${ours} ${theirs} session 1234 4321 cookie 4 12345678 4 1 up`);
      });

      it('a packet as it has to be is delivered', async () => {
        const frames = delivered();
        send(ours, [localSession + cookie + frame]);
        await eventually('the frame is there', () => delivered() === frames + 1);
      });

      it('a wrong cookie', async () => {
        const wrong = ['00bc614f', '4e61bc00', '80bc614e', 'ffffffff', '00000000'];
        const payloads = wrong.map((value) => localSession + value + frame);
        assert.deepEqual(await dropped(ours, payloads), { 'cookie-mismatch': payloads.length });
      });

      it('a cookie of another length', async () => {
        const lengths = ['', `00000000${cookie}`].map((value) => localSession + value + frame);
        assert.deepEqual(await dropped(ours, lengths), { 'cookie-mismatch': 2 });
        quietly(host, 'ifconfig l2tp0 cookie 8 12345678 8 1');
        assert.deepEqual(await dropped(ours, [localSession + cookie + frame]), { 'cookie-mismatch': 1 });
      });

      it('an unknown session', async () => {
        assert.deepEqual(await dropped(ours, [unknownSession + cookie + frame]), { 'unknown-session': 1 });
      });

      it('the interface is down', async () => {
        quietly(host, 'ifconfig l2tp0 down');
        assert.deepEqual(await dropped(ours, [localSession + cookie + frame]), { 'interface-down': 1 });
      });

      it('the state is down', async () => {
        host.must([process.execPath, join(__dirname, 'ask-kernel.js'), 'state', 'l2tp0', '0']);
        assert.deepEqual(await dropped(ours, [localSession + cookie + frame]), { 'state-down': 1 });
      });

      it('the session has been deleted', async () => {
        quietly(host, 'ifconfig l2tp0 deletesession');
        assert.deepEqual(await dropped(ours, [localSession + cookie + frame]), { 'unknown-session': 1 });
      });

      it('the tunnel has been deleted', async () => {
        quietly(host, 'ifconfig l2tp0 deletetunnel');
        assert.deepEqual(await dropped(ours, [localSession + cookie + frame]), { 'no-tunnel': 1 });
      });

      it('every truncation up to 40 bytes', async () => {
        const whole = localSession + cookie + frame;
        // Of 22 bytes on there is an Ethernet header, and what there is of the frame is delivered, as on NetBSD.
        const lengths = Array.from({ length: 22 }, (_, length) => length);
        const expected = { 'runt-packet': 4, 'cookie-missing': 4, 'runt-frame': 14 };
        assert.deepEqual(
          await dropped(
            ours,
            lengths.map((length) => whole.slice(0, 2 * length)),
          ),
          expected,
        );
        const frames = delivered();
        send(
          ours,
          Array.from({ length: 19 }, (_, more) => whole.slice(0, 2 * (22 + more))),
        );
        await eventually('the rest is there', () => delivered() === frames + 19);
        assert.equal(daemonPid(host), daemon);
      });
    });
  }

  it('l2tpd --status shows the counters by their causes', () => {
    const { status, stdout } = host.run([process.execPath, program('l2tpd'), '--status']);
    assert.equal(status, 0);
    for (const [cause, count] of Object.entries(drops()))
      assert.match(stdout, new RegExp(`${cause}\\D+${count}\\b`), cause);
  });

  it('nobody was sent an ICMP error', () => {
    const text = sender.must(['cat', '/proc/net/snmp', '/proc/net/snmp6']);
    assert.match(text, /^Icmp6InDestUnreachs\s+0$/m);
    const [names = '', values = ''] = text.split('\n').filter((line) => line.startsWith('Icmp: '));
    assert.equal(values.split(' ')[names.split(' ').indexOf('InDestUnreachs')], '0');
  });
});
