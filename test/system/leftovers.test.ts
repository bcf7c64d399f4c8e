/** However an interface, the daemon or its namespace goes, nothing of them stays: no process, no socket, no device. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { command, daemonPid, notBuilt, output, program, quietly, withCommands } from './commands';
import { cannotMakeNamespaces, eventually, Lab, must, type Namespace } from './lab';

/** Where the daemon of `host` may have its socket. */
function runDirectoriesOf(host: Namespace): string[] {
  const inode = /\[(\d+)\]/.exec(host.must(['readlink', '/proc/self/ns/net']))?.[1] ?? '';
  const { XDG_RUNTIME_DIR: session, IFCONFIG_L2TP_RUNDIR: chosen } = process.env;
  const usual = [
    '/run/ifconfig-l2tp',
    ...(session ? [`${session}/ifconfig-l2tp`] : []),
    '/tmp/ifconfig-l2tp-0',
  ];
  return (chosen ? [chosen] : usual).map((base) => join(base, inode));
}

/** Whether a process has ended; one that nobody has waited for yet has. */
function ended(pid: number): boolean {
  try {
    return / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\)/s, ''));
  } catch {
    return true;
  }
}

describe('nothing is left', { skip: cannotMakeNamespaces() || notBuilt() }, () => {
  let lab: Lab;
  let host: Namespace;
  let pid: number;
  let directories: string[];

  beforeEach(() => {
    lab = new Lab();
    host = lab.host('a');
    lab.wire(host, 'wm0', lab.host('b'), 'wm0');
    quietly(host, 'ifconfig wm0 inet 10.0.0.1/24');
    quietly(host, 'ifconfig l2tp0 create tunnel 10.0.0.1 10.0.0.2 session 1 2 up');
    const found = daemonPid(host);
    assert.ok(found);
    pid = found;
    directories = runDirectoriesOf(host).filter((directory) => existsSync(directory));
    assert.equal(directories.length, 1);
  });
  afterEach(() => lab.close());

  async function nothingLeft(): Promise<void> {
    await eventually('the daemon has ended', () => ended(pid));
    await eventually('its directory has gone', () => !directories.some((directory) => existsSync(directory)));
  }
  const devices = () =>
    host
      .ip('-o', 'link')
      .match(/^\d+: [^:@]+/gm)
      ?.map((line) => line.replace(/^\d+: /, ''));

  it('after the last destroy', async () => {
    quietly(host, 'ifconfig l2tp1 create');
    quietly(host, 'ifconfig bridge0 create');
    quietly(host, 'ifconfig l2tp0 destroy');
    quietly(host, 'ifconfig l2tp1 destroy');
    assert.equal(daemonPid(host), pid);
    quietly(host, 'ifconfig bridge0 destroy');
    await nothingLeft();
    assert.deepEqual(devices(), ['lo', 'wm0']);
  });

  it('after ip link del', async () => {
    host.ip('link', 'del', 'l2tp0');
    await nothingLeft();
    assert.equal(
      command(host, 'ifconfig l2tp0').stderr,
      'ifconfig: SIOCGIFFLAGS l2tp0: Device not configured\n',
    );
    quietly(host, 'ifconfig l2tp0 create');
    assert.match(
      output(host, 'ifconfig l2tp0'),
      /^l2tp0: flags=0x8810<POINTOPOINT,SIMPLEX,MULTICAST> mtu 1280$/m,
    );
  });

  it('after ip link del of one of two, the other goes on', async () => {
    quietly(host, 'ifconfig l2tp1 create');
    host.ip('link', 'del', 'l2tp0');
    await eventually('l2tp0 has gone', () => command(host, 'ifconfig l2tp0').status === 1);
    assert.equal(daemonPid(host), pid);
    quietly(host, 'ifconfig l2tp1 session 1 2');
    quietly(host, 'ifconfig l2tp1 destroy');
    await nothingLeft();
  });

  it('after ip netns del', async () => {
    must(['ip', 'netns', 'del', host.name]);
    await nothingLeft();
  });

  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    it(`after ${name}`, async () => {
      quietly(host, 'ifconfig bridge0 create');
      quietly(host, 'brconfig bridge0 add l2tp0 add wm0 up');
      process.kill(pid, name);
      await nothingLeft();
      assert.deepEqual(devices(), ['lo', 'wm0']);
    });
  }

  it('after l2tpd --stop', async () => {
    host.must([process.execPath, program('l2tpd'), '--stop']);
    await nothingLeft();
    assert.deepEqual(devices(), ['lo', 'wm0']);
  });

  it('after SIGKILL, once a new interface has been created and destroyed', async () => {
    process.kill(pid, 'SIGKILL');
    await eventually('the daemon has ended', () => ended(pid));
    quietly(host, 'ifconfig l2tp0 create');
    quietly(host, 'ifconfig l2tp0 tunnel 10.0.0.1 10.0.0.2 session 1 2');
    const next = daemonPid(host);
    assert.ok(next !== undefined && next !== pid);
    pid = next;
    quietly(host, 'ifconfig l2tp0 destroy');
    await nothingLeft();
  });
});

describe('the first create', { skip: cannotMakeNamespaces() || notBuilt() }, () => {
  it('may come several times at once: one daemon serves all of them', async (context) => {
    const lab = new Lab();
    context.after(() => lab.close());
    const host = lab.host('a');
    const units = [0, 1, 2, 3, 4, 5];
    const exits = units.map((unit) =>
      once(host.start(['ifconfig', `l2tp${unit}`, 'create'], withCommands()), 'exit'),
    );
    for (const exit of await Promise.all(exits)) assert.deepEqual(exit, [0, null]);
    const names = output(host, 'ifconfig -l').trim().split(' ');
    assert.deepEqual(
      names.filter((name) => name !== 'lo').sort(),
      units.map((unit) => `l2tp${unit}`),
    );
    for (const unit of units) quietly(host, `ifconfig l2tp${unit} session ${unit + 1} 9`);
    const pid = daemonPid(host);
    assert.ok(pid);
    for (const unit of units) quietly(host, `ifconfig l2tp${unit} destroy`);
    await eventually('no process is left', () => host.pids().length === 0);
  });
});
