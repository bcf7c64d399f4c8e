/** The examples of ifconfig.if-l2tp(5), run as they are printed. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { block, literalBlocks, manPage } from '../../src/demo/man-page';
import { withCommands } from '../system/commands';
import type { Namespace } from '../system/lab';
import { manPageScripts } from '../system/man-page-scripts';
import { inner, ping, type Site } from '../system/site';

const page = 'ifconfig.if-l2tp.5';
const prefix = 'ifconfig.';

/** Router A's files in a directory that its processes see as /etc. */
class Etc {
  readonly #directory = mkdtempSync(join(tmpdir(), 'l2tp-etc-'));

  constructor() {
    const files = literalBlocks(manPage(page)).filter(({ name }) => name.startsWith(prefix));
    assert.equal(files.length, 4);
    for (const { name, lines } of files) this.write(name, `${lines.join('\n')}\n`);
  }
  write(name: string, text: string): void {
    writeFileSync(join(this.#directory, name), text);
  }
  /** `script` with this /etc; processes of `ip netns exec` have mounts of their own. */
  under(script: string): string {
    return `mount --bind '${this.#directory}' /etc\n${script}`;
  }
  remove(): void {
    rmSync(this.#directory, { recursive: true });
  }
}

async function withEtc(use: (etc: Etc) => void | Promise<void>): Promise<void> {
  const etc = new Etc();
  try {
    await use(etc);
  } finally {
    etc.remove();
  }
}

/** Node says so on standard error if these certificates are not there, as under another /etc. */
function withoutCertificates(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS, ...rest } = env;
  return NODE_EXTRA_CA_CERTS === undefined ? env : rest;
}

const boots = (host: Namespace, etc: Etc, script: string, env: NodeJS.ProcessEnv) =>
  assert.deepEqual(host.run(['sh', '-ec', etc.under(script)], { env: withoutCertificates(env) }), {
    status: 0,
    stdout: '',
    stderr: '',
  });

/** Router A from its files: frames pass. */
export function bootExample(site: Site, env: NodeJS.ProcessEnv, script: string): Promise<void> {
  return withEtc((etc) => {
    boots(site.a, etc, script, env);
    site.b.sh(manPageScripts['without cookies'].b, withCommands());
    ping(site.x, inner.ipv4.y);
  });
}

/** Router A from files that change: the change is there afterwards. */
export function bootAgainExample(
  site: Site,
  env: NodeJS.ProcessEnv,
  boot: string,
  again: string,
): Promise<void> {
  return withEtc((etc) => {
    boots(site.a, etc, boot, env);
    etc.write('ifconfig.l2tp0', 'tunnel 192.168.0.1 192.168.0.2\nsession 5 6\n');
    boots(site.a, etc, again, env);
    assert.match(site.a.sh('ifconfig l2tp0', withCommands()), /local-session-id: 5\n/);
  });
}

/** Takes the datagram of a service's start, and says that it can. */
const manager = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('bound', flush=True)
print(s.recv(100).decode(), flush=True)
`;

/** The unit's command as systemd runs it: ready once frames pass, at an end with SIGTERM. */
export function serviceExample(site: Site, env: NodeJS.ProcessEnv, programs: string): Promise<void> {
  return withEtc(async (etc) => {
    const unit = block(page, 'file', 'l2tpd.service').lines;
    assert.ok(unit.includes('Type=notify'));
    const command = unit.find((line) => line.startsWith('ExecStart='))?.replace(/^ExecStart=\S*\//, '');
    assert.ok(command);
    site.b.sh(manPageScripts['without cookies'].b, withCommands());
    const run = mkdtempSync(join(tmpdir(), 'l2tp-notify-'));
    const socket = join(run, 'socket');
    const listener = site.a.start(['python3', '-c', manager, socket]);
    assert.ok(listener.stdout);
    let heard = '';
    listener.stdout.on('data', (chunk) => (heard += String(chunk)));
    await once(listener.stdout, 'data');
    const service = site.a.start(['sh', '-ec', etc.under(`exec ${join(programs, command)}`)], {
      ...withoutCertificates(env),
      NOTIFY_SOCKET: socket,
    });
    let log = '';
    service.stderr?.on('data', (chunk) => (log += String(chunk)));
    await once(listener, 'close');
    assert.equal(heard, 'bound\nREADY=1\n\n', log);
    ping(site.x, inner.ipv4.y);
    service.kill('SIGTERM');
    await once(service, 'close');
    assert.equal(service.exitCode, 0, log);
    rmSync(run, { recursive: true });
  });
}
