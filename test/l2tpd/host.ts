/** One host for the daemon's tests: a namespace, a run directory, and the commands in it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programFile } from '../../src/ioctl/programs';
import { Lab, type Namespace } from '../system/lab';

const client = join(__dirname, 'client.js');

/** Another user, without any capability. */
export const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] as const;

export class DaemonHost {
  readonly namespace: Namespace;
  /** What IFCONFIG_L2TP_RUNDIR says. */
  readonly base = mkdtempSync(join(tmpdir(), 'l2tpd-'));
  readonly #lab = new Lab();

  constructor() {
    chmodSync(this.base, 0o755);
    this.namespace = this.#lab.host('h');
  }

  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, IFCONFIG_L2TP_RUNDIR: this.base, L2TPD_LOG: join(this.base, 'log') };
  }

  /** What the requests were answered, in words `verb=interface`. */
  ask(...words: readonly string[]): string[] {
    return this.askAs([], ...words);
  }
  askAs(prefix: readonly string[], ...words: readonly string[]): string[] {
    const argv = [...prefix, process.execPath, client, ...words];
    return this.namespace.must(argv, { env: this.environment }).split('\n').slice(0, -1);
  }
  /** The same without waiting: several at once. */
  async askLater(...words: readonly string[]): Promise<string[]> {
    const argv = ['netns', 'exec', this.namespace.name, process.execPath, client, ...words];
    const child = spawn('ip', argv, { env: this.environment, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    await once(child, 'close');
    return output.split('\n').slice(0, -1);
  }
  /** l2tpd itself, with words of its own. */
  l2tpd(...words: readonly string[]) {
    return this.namespace.run([process.execPath, programFile('l2tpd'), ...words], { env: this.environment });
  }

  /** The first line of `l2tpd --status`: the daemon and what it does that it does not do by default. */
  status(): string | undefined {
    return this.l2tpd('--status').stdout.split('\n')[0];
  }

  /** Process ids of the daemons in this host. */
  daemons(): number[] {
    return this.namespace.pids().filter((pid) => nameOf(pid) === 'l2tpd');
  }
  /** The one daemon that has to be there. */
  daemon(): number {
    const [pid, ...others] = this.daemons();
    if (pid === undefined || others.length > 0) throw new Error(`${this.daemons().length} daemons, not one`);
    return pid;
  }
  /** What is in the run directory, the log aside. */
  leftovers(): string[] {
    return readdirSync(this.base).filter((name) => name !== 'log');
  }
  log(): string {
    return readFileSync(join(this.base, 'log'), 'utf8');
  }

  async close(): Promise<void> {
    await this.#lab.close();
    rmSync(this.base, { recursive: true });
  }
}

/** Name of a process that runs; undefined once all its threads have ended, be it waited for or not. */
function nameOf(pid: number): string | undefined {
  try {
    const [, name, state] = /\((.*)\) (\S)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
    // The first thread may be gone while others still hold the descriptors.
    const threads = readdirSync(`/proc/${pid}/task`).length;
    return threads === 1 && (state === 'Z' || state === 'X') ? undefined : name;
  } catch {
    return undefined;
  }
}

/** Resolves when the process has ended, which no event tells of one that is not a child; throws after 10 s. */
export async function ended(pid: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (nameOf(pid) !== undefined) {
    if (Date.now() > deadline) throw new Error(`process ${pid} goes on`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
