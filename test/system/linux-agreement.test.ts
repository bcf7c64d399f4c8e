/** ip(8) and the commands see and change the same interfaces; and what the bridge carries besides plain frames. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cannotCapture, packets, record } from './capture';
import { command, daemonPid, notBuilt, output, quietly } from './commands';
import { cannotMakeNamespaces, Lab, type Namespace } from './lab';
import { inner, ping, Site, unreachable } from './site';

const skip = cannotMakeNamespaces() || notBuilt();

/** What ip(8) says of a device. */
interface Device {
  readonly flags: readonly string[];
  readonly master: string | undefined;
  readonly mtu: number;
}

function device(host: Namespace, name: string): Device {
  const line = host.ip('-o', 'link', 'show', 'dev', name);
  return {
    flags: /<([^>]*)>/.exec(line)?.[1]?.split(',') ?? [],
    master: / master (\S+)/.exec(line)?.[1],
    mtu: Number(/ mtu (\d+)/.exec(line)?.[1]),
  };
}

/** The flags' names of an interface as ifconfig shows them. */
function flags(host: Namespace, name: string): string[] {
  return /<([^>]*)>/.exec(output(host, `ifconfig ${name}`))?.[1]?.split(',') ?? [];
}

describe('ip(8) and the commands agree', { skip }, () => {
  const lab = new Lab();
  let host: Namespace;
  before(() => {
    host = lab.host('a');
    const other = lab.host('b');
    lab.wire(host, 'wm0', other, 'wm0');
    lab.wire(host, 'wm1', other, 'wm1');
    quietly(host, 'ifconfig l2tp0 create');
    quietly(host, 'ifconfig bridge0 create');
    quietly(host, 'brconfig bridge0 add l2tp0');
  });
  after(() => lab.close());

  it('on UP, whoever sets it', () => {
    for (const name of ['l2tp0', 'wm0', 'bridge0']) {
      host.ip('link', 'set', name, 'up');
      assert.ok(flags(host, name).includes('UP'), name);
      host.ip('link', 'set', name, 'down');
      assert.ok(!flags(host, name).includes('UP'), name);
      quietly(host, `ifconfig ${name} up`);
      assert.ok(device(host, name).flags.includes('UP'), name);
      quietly(host, `ifconfig ${name} down`);
      assert.ok(!device(host, name).flags.includes('UP'), name);
    }
  });

  it('on membership, whoever changes it', () => {
    assert.equal(device(host, 'l2tp0').master, 'bridge0');
    host.ip('link', 'set', 'l2tp0', 'nomaster');
    assert.doesNotMatch(output(host, 'brconfig bridge0'), /l2tp0/);
    assert.ok(!flags(host, 'l2tp0').includes('PROMISC'));
    const absent = command(host, 'brconfig bridge0 delete l2tp0');
    assert.deepEqual(absent, {
      status: 1,
      stdout: '',
      stderr: 'brconfig: delete l2tp0: No such file or directory\n',
    });
    host.ip('link', 'set', 'l2tp0', 'master', 'bridge0');
    assert.match(output(host, 'brconfig bridge0'), /^\t\tl2tp0 flags=3<LEARNING,DISCOVER>$/m);
    assert.equal(command(host, 'brconfig bridge0 add l2tp0').stderr, 'brconfig: add l2tp0: File exists\n');
    quietly(host, 'brconfig bridge0 delete l2tp0');
    assert.equal(device(host, 'l2tp0').master, undefined);
    quietly(host, 'brconfig bridge0 add l2tp0');
    assert.equal(device(host, 'l2tp0').master, 'bridge0');
  });

  it('on membership in a bridge that ip made', () => {
    host.ip('link', 'add', 'bridge7', 'type', 'bridge');
    quietly(host, 'brconfig bridge7 add wm1');
    assert.equal(device(host, 'wm1').master, 'bridge7');
    assert.equal(command(host, 'brconfig bridge0 add wm1').stderr, 'brconfig: add wm1: Device busy\n');
    host.ip('link', 'del', 'bridge7');
    assert.equal(
      command(host, 'brconfig bridge7').stderr,
      'brconfig: unable to get interface flags: Device not configured\n',
    );
  });

  it('on addresses, whoever sets them', () => {
    host.ip('addr', 'add', '10.20.0.1/24', 'brd', '+', 'dev', 'wm0');
    assert.match(output(host, 'ifconfig wm0'), /^\tinet 10\.20\.0\.1\/24 broadcast 10\.20\.0\.255 /m);
    host.ip('addr', 'del', '10.20.0.1/24', 'dev', 'wm0');
    assert.doesNotMatch(output(host, 'ifconfig wm0'), /inet /);
    host.ip('addr', 'add', 'fd02::1/64', 'dev', 'wm0', 'nodad');
    assert.match(output(host, 'ifconfig wm0 inet6'), /^\tinet6 fd02::1\/64 /m);

    quietly(host, 'ifconfig wm0 inet 10.21.0.1/16');
    assert.match(
      host.ip('-4', '-o', 'addr', 'show', 'dev', 'wm0'),
      /inet 10\.21\.0\.1\/16 brd 10\.21\.255\.255 /,
    );
    quietly(host, 'ifconfig wm0 inet 10.22.0.1 netmask 255.255.255.0 alias');
    assert.match(host.ip('-4', '-o', 'addr', 'show', 'dev', 'wm0'), /10\.21\.0\.1\/16[^]*10\.22\.0\.1\/24/);
    quietly(host, 'ifconfig wm0 inet 10.22.0.1 -alias');
    assert.doesNotMatch(host.ip('-4', '-o', 'addr', 'show', 'dev', 'wm0'), /10\.22/);
    quietly(host, 'ifconfig wm0 inet6 fd03::1/48 alias');
    assert.match(host.ip('-6', '-o', 'addr', 'show', 'dev', 'wm0'), /inet6 fd03::1\/48 /);
    quietly(host, 'ifconfig wm0 inet6 fd03::1 delete');
    assert.doesNotMatch(host.ip('-6', '-o', 'addr', 'show', 'dev', 'wm0'), /fd03/);
  });

  it('on the MTU of an Ethernet interface, while that of l2tp is its own', () => {
    quietly(host, 'ifconfig wm0 mtu 1400');
    assert.equal(device(host, 'wm0').mtu, 1400);
    host.ip('link', 'set', 'wm0', 'mtu', '1450');
    assert.match(output(host, 'ifconfig wm0'), / mtu 1450$/m);
    assert.match(output(host, 'ifconfig l2tp0'), / mtu 1280$/m);
    quietly(host, 'ifconfig l2tp0 mtu 1300');
    assert.match(output(host, 'ifconfig l2tp0'), / mtu 1300$/m);
    assert.ok(device(host, 'l2tp0').mtu >= 1500);
  });

  it('on names', () => {
    const names = output(host, 'ifconfig -l').trim().split(' ').sort();
    assert.deepEqual(names, ['bridge0', 'l2tp0', 'lo', 'wm0', 'wm1']);
  });
});

/** Sets up both routers over IPv4 with two interfaces each, of which l2tp0 is in the bridge. */
function configure(site: Site): void {
  for (const [host, own, other, sessions] of [
    [site.a, '192.168.0.1', '192.168.0.2', ['1234 4321', '77 77']],
    [site.b, '192.168.0.2', '192.168.0.1', ['4321 1234', '77 77']],
  ] as const) {
    quietly(host, `ifconfig wm0 inet ${own}/24`);
    quietly(host, 'ifconfig wm1 up');
    sessions.forEach((session, unit) => {
      quietly(host, `ifconfig l2tp${unit} create`);
      quietly(host, `ifconfig l2tp${unit} tunnel ${own} ${other} session ${session} up`);
    });
    quietly(host, 'ifconfig bridge0 create');
    quietly(host, `brconfig bridge0 add wm1 add l2tp0 up`);
  }
}

describe('what the bridges carry', { skip }, () => {
  let site: Site;
  before(() => {
    site = new Site();
    configure(site);
  });
  after(() => site.close());

  it('frames of 1500 bytes, though the mtu is 1280', () => {
    assert.match(output(site.a, 'ifconfig l2tp0'), / mtu 1280$/m);
    ping(site.x, inner.ipv4.y, 3, '-M', 'do', '-s', '1472');
    ping(site.y, inner.ipv6.x, 3, '-M', 'do', '-s', '1452');
  });

  // packet(7) sends one tag of type 0x8100, no other, beyond the device's MTU.
  for (const [name, tags, types, most] of [
    ['frames without a VLAN tag', '', 'ether proto 0x88b5', 1500],
    ['frames with a VLAN tag', '81002007', 'vlan 7 and ether proto 0x88b5', 1500],
    ['frames with two VLAN tags', '88a8600881002007', 'vlan 8 and vlan 7 and ether proto 0x88b5', 1492],
  ] as const) {
    it(`${name}, of every size, byte by byte`, { skip: cannotCapture() }, async () => {
      const header = `020000000002020000000001${tags}88b5`;
      const payloads = [46, 47, 576, 1279, 1280, 1281, most - 1, most];
      const frames = payloads.map((length) => header + randomBytes(length).toString('hex'));
      const arrived = await record(
        { host: site.y, device: 'eth0', filter: types, count: frames.length },
        () => {
          const sender = join(__dirname, 'frame-sender.js');
          site.x.must([process.execPath, sender, 'eth0'], { input: `${frames.join('\n')}\n` });
        },
        packets,
      );
      assert.equal(arrived.length, frames.length);
      for (const [number, frame] of arrived.entries()) assert.equal(frame.toString('hex'), frames[number]);
    });
  }

  it('and nothing once l2tp0 is out of it, by ip or by brconfig', () => {
    site.a.ip('link', 'set', 'l2tp0', 'nomaster');
    assert.ok(unreachable(site.x, inner.ipv4.y));
    quietly(site.a, 'brconfig bridge0 add l2tp0');
    ping(site.x, inner.ipv4.y);
    site.a.ip('link', 'set', 'l2tp0', 'down');
    assert.ok(unreachable(site.x, inner.ipv4.y));
    site.a.ip('link', 'set', 'l2tp0', 'up');
    ping(site.x, inner.ipv4.y);
  });
});

describe('two interfaces in one daemon', { skip }, () => {
  let site: Site;
  before(() => {
    site = new Site();
    configure(site);
  });
  after(() => site.close());

  it('are two segments', () => {
    assert.ok(daemonPid(site.a));
    // The second one ends in the routers themselves.
    site.a.ip('addr', 'add', '192.168.99.1/24', 'dev', 'l2tp1');
    site.b.ip('addr', 'add', '192.168.99.2/24', 'dev', 'l2tp1');
    ping(site.a, '192.168.99.2');
    ping(site.x, inner.ipv4.y);
    quietly(site.b, 'ifconfig l2tp1 deletesession');
    assert.ok(unreachable(site.a, '192.168.99.2'));
    ping(site.x, inner.ipv4.y);
    quietly(site.b, 'ifconfig l2tp0 deletesession');
    quietly(site.b, 'ifconfig l2tp1 session 77 77');
    ping(site.a, '192.168.99.2');
    assert.ok(unreachable(site.x, inner.ipv4.y));
  });

  it('refuse each other their local session id', () => {
    const { status, stderr } = command(site.a, 'ifconfig l2tp0 session 77 5');
    assert.deepEqual([status, stderr], [1, 'ifconfig: exec_matches: Invalid argument\n']);
    assert.match(output(site.a, 'ifconfig l2tp0'), /local-session-id: 1234\n\tremote-session-id: 4321/);
  });
});
