/** Lines that fail: their exact words, their exit status, and that they leave everything as it was. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { command, daemonPid, notBuilt, output, quietly, withCommands } from './commands';
import { cannotMakeNamespaces, eventually, Lab, run, type Namespace, type Outcome } from './lab';

const skip = cannotMakeNamespaces() || notBuilt();

/** Lines that are not understood: the usage text, nothing else. */
const misunderstood = [
  'ifconfig l2tp0 session',
  'ifconfig l2tp0 session 5',
  'ifconfig l2tp0 session 5 x',
  'ifconfig l2tp0 session 5 6x',
  'ifconfig l2tp0 session 0x10 1',
  'ifconfig l2tp0 session -1 1',
  'ifconfig l2tp0 session 4294967296 1',
  'ifconfig l2tp0 cookie 4 1 4',
  'ifconfig l2tp0 cookie 70000 1 4 2',
  'ifconfig l2tp0 cookie 8 18446744073709551615 8 1',
  'ifconfig l2tp0 tunnel 10.0.0.1',
  'ifconfig l2tp0 mtu',
  'ifconfig l2tp0 mtu 1500x',
  'ifconfig l2tp0 -v',
  'ifconfig l2tp0 up create',
  'ifconfig l2tp0 UP',
  'ifconfig l2tp0 down frobnicate',
  'ifconfig l2tp0 deletesession session 5',
  'ifconfig abcdefghijklmnopq',
  'ifconfig -a -l',
  'ifconfig -l inet',
];

const twice = (words: string) => `ifconfig: clone_command: ${words}\nifconfig: exec_matches: ${words}\n`;

/** Lines that exit with 1, and what they write to standard error. */
const refused: readonly (readonly [line: string, stderr: string])[] = [
  // interfaces that are not there, or are there already
  ['ifconfig l2tp9', 'ifconfig: SIOCGIFFLAGS l2tp9: Device not configured\n'],
  ['ifconfig l2tp00', 'ifconfig: SIOCGIFFLAGS l2tp00: Device not configured\n'],
  ['ifconfig l2tp9 session 1 2', 'ifconfig: exec_matches: Device not configured\n'],
  ['ifconfig l2tp9 cookie 4 1 4 2', 'ifconfig: exec_matches: Device not configured\n'],
  ['ifconfig l2tp9 deletesession', 'ifconfig: exec_matches: Device not configured\n'],
  ['ifconfig l2tp9 up', 'ifconfig: exec_matches: Device not configured\n'],
  ['ifconfig l2tp9 deletetunnel', 'ifconfig: SIOCDIFPHYADDR: Device not configured\n'],
  ['ifconfig l2tp9 destroy', twice('Device not configured')],
  ['ifconfig l2tp0 create', twice('File exists')],
  ['ifconfig bridge0 create', twice('File exists')],
  ['ifconfig nosuch0 create', twice('Invalid argument')],
  ['ifconfig l2tp create', twice('Invalid argument')],
  ['ifconfig l2tpx create', twice('Invalid argument')],
  [
    'ifconfig abcdefghijklmnop',
    'ifconfig: Cannot copy string; 16 chars needed 16 provided: File name too long\n',
  ],
  // addresses of a tunnel
  [
    'ifconfig l2tp0 tunnel 10.0.0.1 fc00::2',
    'ifconfig: source and destination address families do not match\n',
  ],
  [
    'ifconfig l2tp0 tunnel fc00::1 10.0.0.2',
    'ifconfig: source and destination address families do not match\n',
  ],
  ['ifconfig l2tp0 tunnel fc00::1 ff02::1', 'ifconfig: tunnel src/dst is multicast\n'],
  ['ifconfig l2tp0 tunnel fe80::1%lo fe80::2', 'ifconfig: scope mismatch\n'],
  // numbers
  ['ifconfig l2tp0 session 0 5', 'ifconfig: exec_matches: Invalid argument\n'],
  ['ifconfig l2tp0 session 5 0', 'ifconfig: exec_matches: Invalid argument\n'],
  ['ifconfig l2tp0 session 7 8', 'ifconfig: exec_matches: Invalid argument\n'],
  ['ifconfig l2tp0 session 7 9', 'ifconfig: exec_matches: Invalid argument\n'],
  ['ifconfig l2tp0 session 70 80', 'ifconfig: exec_matches: Invalid argument\n'],
  ['ifconfig l2tp0 cookie 3 1 3 1', 'ifconfig: exec_matches: Invalid argument\n'],
  ['ifconfig l2tp0 cookie 4 0 4 1', 'ifconfig: exec_matches: Invalid argument\n'],
  ['ifconfig l2tp0 cookie 4 1 4 0', 'ifconfig: exec_matches: Invalid argument\n'],
  ['ifconfig l2tp0 cookie 8 -1 8 1', 'ifconfig: exec_matches: No such file or directory\n'],
  ['ifconfig l2tp0 cookie 40000 1 4 2', 'ifconfig: exec_matches: No such file or directory\n'],
  // where this kernel is stricter than NetBSD's (l2tp(4), DEVIATIONS)
  ['ifconfig l2tp0 cookie 3 1 4 2', 'ifconfig: exec_matches: Invalid argument\n'],
  ['ifconfig l2tp0 cookie 4 1 16 2', 'ifconfig: exec_matches: Invalid argument\n'],
  ['ifconfig l2tp0 cookie 4 4294967296 4 1', 'ifconfig: exec_matches: Invalid argument\n'],
  ['ifconfig l2tp0 cookie 8 1 4 4294967296', 'ifconfig: exec_matches: Invalid argument\n'],
  // what an interface of this kind does not do
  ['ifconfig lo session 1 2', 'ifconfig: exec_matches: Inappropriate ioctl for device\n'],
  ['ifconfig wm0 cookie 4 1 4 1', 'ifconfig: exec_matches: Inappropriate ioctl for device\n'],
  ['ifconfig wm0 deletetunnel', 'ifconfig: SIOCDIFPHYADDR: Inappropriate ioctl for device\n'],
  ['ifconfig l2tp0 inet 172.16.0.1 172.16.0.2', 'ifconfig: SIOCAIFADDR: Inappropriate ioctl for device\n'],
  ['ifconfig l2tp0 inet6 fe80::1', 'ifconfig: SIOCAIFADDR_IN6: Inappropriate ioctl for device\n'],
  ['ifconfig l2tp0 10.9.9.9', 'ifconfig: SIOCAIFADDR: Inappropriate ioctl for device\n'],
  ['ifconfig l2tp0 alias 10.0.0.9', 'ifconfig: SIOCAIFADDR: Inappropriate ioctl for device\n'],
  ['ifconfig l2tp0 delete', "ifconfig: SIOCGIFADDR: Can't assign requested address\n"],
  ['ifconfig l2tp0 broadcast 1.2.3.4', 'ifconfig: not a broadcast interface\n'],
  ['ifconfig -w x', 'ifconfig: x: not a number\n'],
  // the first failure ends the line
  ['ifconfig l2tp0 session 0 5 down', 'ifconfig: exec_matches: Invalid argument\n'],
  // bridges
  ['brconfig bridge9', 'brconfig: unable to get interface flags: Device not configured\n'],
  ['brconfig bridge9 up', 'brconfig: unable to get interface flags: Device not configured\n'],
  ['brconfig bridge', 'brconfig: bridge is not a bridge\n'],
  ['brconfig l2tp0', 'brconfig: l2tp0 is not a bridge\n'],
  ['brconfig bridge0 add l2tp0', 'brconfig: add l2tp0: File exists\n'],
  ['brconfig bridge1 add l2tp0', 'brconfig: add l2tp0: Device busy\n'],
  ['brconfig bridge0 add nosuch0', 'brconfig: add nosuch0: No such file or directory\n'],
  ['brconfig bridge0 add lo', 'brconfig: add lo: Invalid argument\n'],
  ['brconfig bridge0 add', 'brconfig: command add requires 1 argument\n'],
  ['brconfig bridge0 delete nosuch0', 'brconfig: delete nosuch0: No such file or directory\n'],
  ['brconfig bridge1 delete l2tp0', 'brconfig: delete l2tp0: No such file or directory\n'],
  ['brconfig bridge0 frobnicate', 'brconfig: unknown command: frobnicate\n'],
];

/** Lines that only warn, and exit with 0. */
const warned: readonly (readonly [line: string, stderr: string])[] = [
  ['ifconfig l2tp9 tunnel 10.0.0.1 10.0.0.2', 'ifconfig: SIOCSLIFPHYADDR: Device not configured\n'],
  ['ifconfig lo tunnel 10.0.0.1 10.0.0.2', 'ifconfig: SIOCSLIFPHYADDR: Inappropriate ioctl for device\n'],
  ['ifconfig l2tp9 mtu 1500', 'ifconfig: SIOCSIFMTU: Device not configured\n'],
  ['ifconfig l2tp0 mtu 9000', 'ifconfig: SIOCSIFMTU: Invalid argument\n'],
  ['ifconfig l2tp0 mtu 1279', 'ifconfig: SIOCSIFMTU: Invalid argument\n'],
];

/** What an ordinary user is told. */
const unprivileged: readonly (readonly [line: string, status: number, stderr: string])[] = [
  ['ifconfig l2tp5 create', 1, twice('Operation not permitted')],
  ['ifconfig l2tp0 destroy', 1, twice('Operation not permitted')],
  ['ifconfig l2tp0 tunnel 10.0.0.3 10.0.0.4', 0, 'ifconfig: SIOCSLIFPHYADDR: Operation not permitted\n'],
  ['ifconfig l2tp0 deletetunnel', 1, 'ifconfig: SIOCDIFPHYADDR: Operation not permitted\n'],
  ['ifconfig l2tp0 session 5 6', 1, 'ifconfig: exec_matches: Operation not permitted\n'],
  ['ifconfig l2tp0 deletesession', 1, 'ifconfig: exec_matches: Operation not permitted\n'],
  ['ifconfig l2tp0 cookie 4 5 4 6', 1, 'ifconfig: exec_matches: Operation not permitted\n'],
  ['ifconfig l2tp0 deletecookie', 1, 'ifconfig: exec_matches: Operation not permitted\n'],
  ['ifconfig l2tp0 down', 1, 'ifconfig: exec_matches: Operation not permitted\n'],
  ['ifconfig l2tp0 mtu 1500', 0, 'ifconfig: SIOCSIFMTU: Operation not permitted\n'],
  ['ifconfig wm0 inet 10.9.9.9/24 alias', 1, 'ifconfig: SIOCAIFADDR: Operation not permitted\n'],
  ['brconfig bridge0 delete l2tp0', 1, 'brconfig: delete l2tp0: Operation not permitted\n'],
  ['brconfig bridge0 add wm0', 1, 'brconfig: add wm0: Operation not permitted\n'],
];

const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--inh-caps=-all'];

/** Why commands cannot be run as another user here, or false. */
function cannotBecomeNobody(): string | false {
  return run([...nobody, 'test', '-r', __filename]).status === 0
    ? false
    : 'needs root in the first user namespace';
}

/** What `program` could change, as it shows it itself and as ip(8) does. */
function snapshot(host: Namespace, program: string): readonly string[] {
  return [output(host, `${program} -a`), host.ip('-o', 'link'), host.ip('-o', 'addr')];
}

describe('a line that fails', { skip }, () => {
  const lab = new Lab();
  let host: Namespace;
  const unchanged = new Map<string, readonly string[]>();

  before(async () => {
    host = lab.host('a');
    lab.wire(host, 'wm0', lab.host('b'), 'wm0');
    quietly(host, 'ifconfig wm0 inet 10.0.0.1/24');
    quietly(host, 'ifconfig l2tp0 create');
    quietly(host, 'ifconfig l2tp0 tunnel 10.0.0.1 10.0.0.2 session 7 8 cookie 4 1 4 2 up');
    quietly(host, 'ifconfig l2tp1 create session 70 80');
    quietly(host, 'ifconfig bridge0 create');
    quietly(host, 'ifconfig bridge1 create');
    quietly(host, 'brconfig bridge0 add l2tp0 up');
    await eventually(
      'no address is tentative',
      () => host.ip('-o', 'addr', 'show', 'tentative').trim() === '',
    );
    for (const program of ['ifconfig', 'brconfig']) unchanged.set(program, snapshot(host, program));
  });
  after(() => lab.close());

  /** That `line`'s outcome is the expected one, and all is as before. */
  function check(line: string, outcome: Outcome, expected: Outcome): void {
    assert.deepEqual(outcome, expected);
    const [program = ''] = line.split(' ');
    assert.deepEqual(snapshot(host, program), unchanged.get(program));
  }
  const refuses = (line: string, status: number, stderr: string) =>
    check(line, command(host, line), { status, stdout: '', stderr });

  describe('is not understood', () => {
    let usage: string;
    before(() => (usage = command(host, 'ifconfig l2tp0 session').stderr));

    it('the usage text says what there is', () => {
      assert.match(usage, /^usage: ifconfig \[-h\] \[-m\] \[-L\] \[-v\] \[-z\] interface\n\t/);
      for (const part of [
        '[ session local-session-id remote-session-id ]',
        '[ cookie local-cookie-length local-cookie remote-cookie-length remote-cookie ]',
        '[ [ af ] tunnel src_addr dest_addr ] [ deletetunnel ]',
      ])
        assert.ok(usage.includes(part), part);
    });

    for (const line of misunderstood) it(line, () => refuses(line, 1, usage));

    it('ifconfig -Q', () => refuses('ifconfig -Q', 1, `ifconfig: unknown option -- Q\n${usage}`));
    it('a line of more than 32 words', () => refuses(`ifconfig l2tp0${' up'.repeat(32)}`, 1, usage));

    it('brconfig', () => {
      const { stderr } = command(host, 'brconfig');
      assert.match(stderr, /^usage: brconfig -a\n/);
      refuses('brconfig', 1, stderr);
      refuses('brconfig -x', 1, `brconfig: unknown option -- x\n${stderr}`);
    });
  });

  describe('is refused', () => {
    for (const [line, stderr] of refused) it(line, () => refuses(line, 1, stderr));
  });

  describe('is warned of', () => {
    for (const [line, stderr] of warned) it(line, () => refuses(line, 0, stderr));
  });

  describe('comes from an ordinary user', { skip: !skip && cannotBecomeNobody() }, () => {
    const asNobody = (line: string) => host.run([...nobody, ...line.split(' ')], { env: withCommands() });

    for (const [line, status, stderr] of unprivileged)
      it(line, () => check(line, asNobody(line), { status, stdout: '', stderr }));

    it('who may look at everything', () => {
      for (const line of ['ifconfig -a', 'ifconfig l2tp0', 'ifconfig -l', 'ifconfig -C', 'brconfig -a'])
        assert.deepEqual(asNobody(line), command(host, line), line);
    });

    it('who starts nothing where no daemon runs', () => {
      const bare = lab.host('bare');
      const line = 'ifconfig l2tp0 create';
      assert.deepEqual(bare.run([...nobody, ...line.split(' ')], { env: withCommands() }), {
        status: 1,
        stdout: '',
        stderr: twice('Operation not permitted'),
      });
      assert.deepEqual(bare.pids(), []);
      assert.equal(bare.ip('-o', 'link').includes('l2tp0'), false);
    });
  });
});

describe('the daemon is killed in the middle of a line', { skip }, () => {
  const gone = { status: 1, stdout: '', stderr: 'ifconfig: exec_matches: Device not configured\n' };
  const lost = { status: 1, stdout: '', stderr: 'ifconfig: exec_matches: Input/output error\n' };
  const done = { status: 0, stdout: '', stderr: '' };

  interface Victim {
    readonly host: Namespace;
    readonly pid: number;
  }

  function victim(lab: Lab): Victim {
    const host = lab.host('a');
    quietly(host, 'ifconfig l2tp0 create');
    const pid = daemonPid(host);
    assert.ok(pid);
    return { host, pid };
  }

  /** A command that goes on by itself. */
  async function started(host: Namespace, line: string): Promise<{ outcome: Promise<Outcome> }> {
    const child = host.start(line.split(' '), withCommands());
    const texts = { stdout: '', stderr: '' };
    child.stdout!.on('data', (text: Buffer) => (texts.stdout += text.toString()));
    child.stderr!.on('data', (text: Buffer) => (texts.stderr += text.toString()));
    const closed = once(child, 'close');
    await once(child, 'spawn');
    return { outcome: closed.then(() => ({ status: child.exitCode, ...texts })) };
  }

  /** Connections to the socket of the host's daemon, accepted ones and those that wait. */
  function connections(pid: number): number {
    const inode = /\[(\d+)\]/.exec(run(['readlink', `/proc/${pid}/ns/net`]).stdout)?.[1] ?? '';
    const table = readFileSync(`/proc/${pid}/net/unix`, 'latin1');
    return table.split('\n').filter((line) => line.includes(`/${inode}/socket`)).length;
  }

  /** After that, everything can be made again. */
  function startsAnew(host: Namespace): void {
    const { status, stderr } = command(host, 'ifconfig l2tp0');
    assert.deepEqual([status, stderr], [1, 'ifconfig: SIOCGIFFLAGS l2tp0: Device not configured\n']);
    quietly(host, 'ifconfig l2tp0 create');
    quietly(host, 'ifconfig l2tp0 session 1 2');
    quietly(host, 'ifconfig l2tp0 destroy');
  }

  it('before it has taken the request: as if it had not been there', async (context) => {
    const lab = new Lab();
    context.after(() => lab.close());
    const { host, pid } = victim(lab);
    process.kill(pid, 'SIGSTOP');
    const listening = connections(pid);
    const { outcome } = await started(host, 'ifconfig l2tp0 session 1 2');
    await eventually('the command has connected', () => connections(pid) > listening);
    process.kill(pid, 'SIGKILL');
    assert.deepEqual(await outcome, gone);
    startsAnew(host);
  });

  it('while it works on the requests: an error of input or output at the worst', async (context) => {
    const lab = new Lab();
    context.after(() => lab.close());
    const { host, pid } = victim(lab);
    const listening = connections(pid);
    const { outcome } = await started(host, `ifconfig l2tp0${' up down'.repeat(15)}`);
    await eventually('the command has connected', () => connections(pid) > listening);
    process.kill(pid, 'SIGKILL');
    const seen = await outcome;
    assert.ok(
      [gone, lost, done].some(({ status, stderr }) => seen.status === status && seen.stderr === stderr),
      JSON.stringify(seen),
    );
    startsAnew(host);
  });
});
