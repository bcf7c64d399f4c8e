/** l2tpd --boot: the manual page's routers from files, what it says about wrong lines, and what it survives. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { ended, nobody } from '../l2tpd/host';
import { daemonPid, notBuilt, output, program } from './commands';
import { cannotMakeNamespaces, eventually, Lab, missingTool, run, type Namespace, type Outcome } from './lab';
import { inner, ping, Site } from './site';

type Files = Readonly<Record<string, string>>;

/** A router of the manual page as files: its side of the outer network, the other one, and the session. */
const router = (local: string, remote: string, session: string): Files => ({
  wm0: `inet ${local}/24\n`,
  l2tp0: `create\ntunnel ${local} \\\n\t${remote}\n# both ids\nsession ${session}\nup\n`,
  wm1: 'up\n',
  // By its name it would be the first.
  bridge0: 'create\n!brconfig $int add wm1\n!brconfig $int add l2tp0\nup',
});
const routerA = router('192.168.0.1', '192.168.0.2', '1234 4321');
const routerB = router('192.168.0.2', '192.168.0.1', '4321 1234');

describe('l2tpd --boot', { skip: cannotMakeNamespaces() || notBuilt() }, () => {
  let base = '';
  let directory = '';
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'l2tp-boot-'));
    chmodSync(base, 0o755);
    directory = join(base, 'etc');
    mkdirSync(directory);
  });
  afterEach(() => rmSync(base, { recursive: true }));

  const write = (files: Files, into = directory) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(into, `ifconfig.${name}`), text);
  };
  const l2tpd = (host: Namespace, ...words: readonly string[]): Outcome =>
    host.run([process.execPath, program('l2tpd'), ...words], {
      env: { ...process.env, L2TPD_LOG: '/dev/null' },
    });
  const boot = (host: Namespace, ...words: readonly string[]) => l2tpd(host, '--boot', directory, ...words);
  /** What was reported, less the lines of usage texts after the first. */
  const reports = ({ stderr }: Outcome) =>
    stderr
      .split('\n')
      .filter((line) => line !== '' && !/^\s/.test(line))
      .map((line) => line.replace(`${directory}/ifconfig.`, ''));
  const configuration = (host: Namespace) =>
    ['ifconfig l2tp0', 'ifconfig bridge0'].map((line) => output(host, line)).join('');
  const silent: Outcome = { status: 0, stdout: '', stderr: '' };

  const withSite = async (use: (site: Site) => void | Promise<void>) => {
    const site = new Site();
    try {
      await use(site);
    } finally {
      await site.close();
    }
  };
  /** One host with interfaces wm0 and wm1. */
  const withHost = async (use: (host: Namespace) => void | Promise<void>) => {
    const lab = new Lab();
    try {
      const host = lab.host('h');
      const other = lab.host('o');
      for (const name of ['wm0', 'wm1']) lab.wire(host, name, other, name);
      await use(host);
    } finally {
      await lab.close();
    }
  };

  it('makes two routers from files, and frames pass', () =>
    withSite(async (site) => {
      write(routerA);
      assert.deepEqual(boot(site.a), silent);
      write(routerB);
      assert.deepEqual(boot(site.b), silent);
      ping(site.x, inner.ipv4.y);
      ping(site.y, inner.ipv6.x);

      const before = configuration(site.b);
      const again = boot(site.b);
      assert.equal(again.status, 1);
      assert.deepEqual(reports(again), [
        'l2tp0:5: ifconfig: exec_matches: Invalid argument',
        'bridge0:2: brconfig: add wm1: File exists',
        'bridge0:3: brconfig: add l2tp0: File exists',
      ]);
      assert.equal(configuration(site.b), before);
      ping(site.x, inner.ipv4.y);

      assert.deepEqual(l2tpd(site.b, '--stop'), silent);
      assert.deepEqual(boot(site.b), silent);
      ping(site.x, inner.ipv4.y);

      // The host's bridge outlives a daemon that was killed.
      const pid = daemonPid(site.b);
      assert.ok(pid);
      process.kill(pid, 'SIGKILL');
      await ended(pid);
      assert.deepEqual(reports(boot(site.b)), ['bridge0:2: brconfig: add wm1: File exists']);
      ping(site.x, inner.ipv4.y);
    }));

  it('reports lines that fail by file and number, and applies the rest', () =>
    withHost((host) => {
      write({
        wm0: 'inet 192.0.2.1/24\nnonsense-word-\nmtu 1400\n',
        wm9: 'up\n',
        l2tp0: [
          'tunnel 192.0.2.1 192.0.2.2 \\\n',
          'session 0 \\\n 1',
          'session 1 2',
          'session 1 3',
          'tunnel 192.0.2.1 2001:db8::1',
          'description "it\'s  $int, $((1 + 1)) * `echo bridge0`"',
          'description "',
          'mtu 1',
          'up\r',
          'up',
        ].join('\n'),
        bridge0: '!brconfig $int add l2tp0 add nosuch0\n!exit 7\n!echo $int; echo fine >&2\n!int=x\nup\n',
        nosuch0: 'up\n',
        'l2tp1~': 'up\n',
        'l2tp2.bak': 'up\n',
        l2tp3_: 'up\n',
      });
      const { status, stdout, stderr } = boot(host);
      assert.deepEqual([status, stdout], [1, 'bridge0\n']);
      assert.deepEqual(reports({ status, stdout, stderr }), [
        'wm0:2: usage: ifconfig [-h] [-m] [-L] [-v] [-z] interface',
        'nosuch0: there is no interface nosuch0, and none of that kind can be created',
        'wm9: there is no interface wm9, and none of that kind can be created',
        'l2tp0:3: ifconfig: exec_matches: Invalid argument',
        'l2tp0:6: ifconfig: exec_matches: Invalid argument',
        'l2tp0:7: ifconfig: source and destination address families do not match',
        'l2tp0:9: sh: 1: eval: Syntax error: Unterminated quoted string',
        'l2tp0:10: ifconfig: SIOCSIFMTU: Invalid argument',
        'l2tp0:11: carriage return at the end of the line, which was not run',
        'bridge0:1: brconfig: add nosuch0: No such file or directory',
        'bridge0:2: exit status 7',
        'bridge0:3: fine',
      ]);
      assert.match(output(host, 'ifconfig wm0'), /<UP,.* mtu 1400\n[^]*\tinet 192\.0\.2\.1\/24 /);
      const l2tp0 = output(host, 'ifconfig l2tp0');
      for (const text of [
        '<UP,',
        'local-session-id: 1\n',
        'remote-session-id: 2\n',
        `"it's l2tp0, 2 * bridge0"`,
      ])
        assert.ok(l2tp0.includes(text), `${text}\n${l2tp0}`);
      assert.match(output(host, 'brconfig bridge0'), /^bridge0: flags=\S*<UP,RUNNING>[^]*\t\tl2tp0 /);
      assert.equal(output(host, 'ifconfig -l').match(/\bl2tp\d/g)?.length, 1);
    }));

  it('expects /etc to be meant where no directory is given', () =>
    withHost((host) => {
      const missing = l2tpd(host, '--boot', join(base, 'nosuch'));
      assert.deepEqual(missing, {
        ...silent,
        status: 1,
        stderr: `${base}/nosuch: cannot be read (ENOENT)\n`,
      });
      write(routerA);
      // ip-netns(8) gives its processes a mount namespace of their own.
      const script = `mount --bind '${directory}' /etc && '${process.execPath}' '${program('l2tpd')}' --boot`;
      const { NODE_EXTRA_CA_CERTS, ...env } = process.env;
      assert.equal(host.sh(script, env), '', NODE_EXTRA_CA_CERTS);
      assert.match(output(host, 'brconfig bridge0'), /l2tp0 /);
    }));

  it('fails by a warning too', () =>
    withHost((host) => {
      write({ l2tp0: 'mtu 1\n', wm0: '!echo ifconfig: not mine >&2\n' });
      const found = boot(host);
      assert.deepEqual(reports(found), [
        'wm0:1: ifconfig: not mine',
        'l2tp0:1: ifconfig: SIOCSIFMTU: Invalid argument',
      ]);
      assert.equal(found.status, 1);
      rmSync(join(directory, 'ifconfig.l2tp0'));
      assert.equal(boot(host).status, 0);
    }));

  it('runs dhcpcd for dhcp, if there is one', () =>
    withHost((host) => {
      write({ wm0: 'dhcp\n' });
      const bin = join(base, 'bin');
      mkdirSync(bin);
      writeFileSync(join(bin, 'dhcpcd'), '#!/bin/sh\necho "$0" "$@"\n', { mode: 0o755 });
      const argv = [process.execPath, program('l2tpd'), '--boot', directory];
      const withPath = (path: string) => host.run(['env', `PATH=${path}`, ...argv]);
      assert.deepEqual(withPath(bin), { ...silent, stdout: `${bin}/dhcpcd -n wm0\n` });
      const { status, stderr } = withPath('/nowhere');
      assert.equal(status, 1);
      assert.equal(stderr, `${directory}/ifconfig.wm0:1: sh: 1: exec: dhcpcd: not found\n`);
    }));

  it('runs nothing that others could have written', () =>
    withHost((host) => {
      write({ ...routerA, l2tp1: '!echo never\n', lo: '!echo never\n' });
      chmodSync(join(directory, 'ifconfig.l2tp1'), 0o666);
      chmodSync(join(directory, 'ifconfig.lo'), 0o666);
      const found = boot(host);
      assert.deepEqual([found.status, found.stdout], [1, '']);
      assert.deepEqual(reports(found).sort(), [
        'l2tp1: others may write to it',
        'lo: others may write to it',
      ]);
      assert.match(output(host, 'ifconfig -l'), /l2tp0/);
      chmodSync(directory, 0o777);
      assert.deepEqual(boot(host), {
        ...silent,
        status: 1,
        stderr: `${directory}: others may write to it\n`,
      });
    }));

  describe('in the foreground', () => {
    const start = (host: Namespace) => {
      const child = host.start(
        [process.execPath, program('l2tpd'), '--boot', directory, '--foreground'],
        process.env,
      );
      assert.ok(child.stderr);
      const seen = { log: '' };
      child.stderr.on('data', (chunk) => (seen.log += String(chunk)));
      return { child, seen, closed: once(child, 'close') };
    };

    it('is the daemon that its files configure, until it is told to end', () =>
      withHost(async (host) => {
        write({ ...routerA, l2tp0: `${routerA.l2tp0 ?? ''}bad-\n`, l2tp5: '!ifconfig $int destroy\n' });
        const { child, seen, closed } = start(host);
        await eventually('configured', () => output(host, 'ifconfig -l').includes('bridge0'));
        await eventually('a report', () => seen.log.includes('ifconfig.l2tp0:7: usage: '));
        assert.equal(daemonPid(host), child.pid);
        child.kill('SIGTERM');
        await closed;
        assert.deepEqual([child.exitCode, daemonPid(host)], [0, undefined], seen.log);
      }));

    it('ends if its files make no interface, with their status', () =>
      withHost(async (host) => {
        write({ wm0: 'up\n' });
        const good = start(host);
        await good.closed;
        assert.equal(good.child.exitCode, 0, good.seen.log);
        write({ wm1: 'nonsense-word-\n' });
        const bad = start(host);
        await bad.closed;
        assert.equal(bad.child.exitCode, 1, bad.seen.log);
      }));

    it('ends in the middle of a command, and begins no other', () =>
      withHost(async (host) => {
        write({ l2tp0: '!echo waiting >&2; exec sleep 1000\nup\n', l2tp1: 'up\n' });
        const { child, seen, closed } = start(host);
        await eventually('waiting', () => seen.log.includes('waiting'));
        child.kill('SIGTERM');
        await closed;
        assert.equal(child.exitCode, 0, seen.log);
        assert.doesNotMatch(seen.log, /l2tp1/);
        assert.deepEqual(host.pids(), []);
      }));

    it('applies the files to the daemon that runs already', () =>
      withHost(async (host) => {
        assert.deepEqual(l2tpd(host), silent);
        const pid = daemonPid(host);
        write(routerA);
        const { child, seen, closed } = start(host);
        await closed;
        assert.equal(child.exitCode, 0, seen.log);
        assert.equal(daemonPid(host), pid);
        assert.match(output(host, 'ifconfig -l'), /bridge0/);
      }));
  });

  it('prints no stack trace, whatever is in the files', { skip: nobodyCannot() }, () =>
    withHost((host) => {
      // Nobody, in an empty directory, for the shell may understand some of it.
      const script = `cd '${directory}' && exec "$@"`;
      const argv = [...nobody, process.execPath, program('l2tpd'), '--boot', directory];
      fc.assert(
        fc.property(garbage, (bytes) => {
          writeFileSync(join(directory, 'ifconfig.lo'), bytes);
          const { status, stderr } = host.run(['sh', '-ec', script, 'sh', ...argv], {
            env: { ...process.env, L2TPD_LOG: '/dev/null' },
          });
          assert.ok(status === 0 || status === 1, `status ${String(status)}\n${stderr}`);
          assert.doesNotMatch(stderr, /^\s+at .*:\d+\)?$|node:internal/m);
        }),
        { numRuns: 6 },
      );
    }),
  );
});

/** Why the package cannot be run as another user here, or false. */
function nobodyCannot(): string | false {
  if (cannotMakeNamespaces() || notBuilt()) return false;
  if (missingTool('setpriv')) return 'needs setpriv (util-linux)';
  const { status } = run([...nobody, process.execPath, program('l2tpd'), '--help']);
  return status !== 0 && 'needs a checkout that other users may read';
}

const anyByte = fc.integer({ min: 0, max: 255 });
const words = fc
  .array(
    fc.constantFrom(
      'up',
      'session',
      '1',
      '-1',
      '"',
      "'",
      '$',
      '$(',
      '!',
      '\\',
      ' ',
      '\r',
      '#',
      '\0',
      ';',
      '&',
    ),
    {
      maxLength: 8,
    },
  )
  .map((parts) => Buffer.from(parts.join('')));

/** A few lines, of bytes, of pieces that mean something, and a long one. */
const garbage = fc
  .array(
    fc.oneof(
      fc.array(anyByte, { maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
      words,
      fc.constantFrom(Buffer.alloc(200_000, 'x'), Buffer.alloc(100_000, '\xe9 ')),
    ),
    { maxLength: 5 },
  )
  .map((lines) => Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])));
