/** The commands as they are installed: the bundles in dist/bin, found as `ifconfig` and `brconfig` through PATH. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, type Namespace, type Outcome } from './lab';

/** The package's directory, from dist/test/system. */
const packageDirectory = join(__dirname, '..', '..', '..');

export type Program = 'ifconfig-l2tp' | 'brconfig-l2tp' | 'l2tpd';

/** Path of a program's bundle. */
export const program = (name: Program): string => join(packageDirectory, 'dist', 'bin', `${name}.js`);

/** Why the commands cannot be run, as node:test's skip reason, or false. */
export function notBuilt(): string | false {
  const programs: readonly Program[] = ['ifconfig-l2tp', 'brconfig-l2tp', 'l2tpd'];
  const missing = programs.map(program).find((path) => !existsSync(path));
  return missing === undefined ? false : `needs npm run build: no ${missing}`;
}

let dropIn: string | undefined;

/** The environment of a user who has put `ifconfig-l2tp --drop-in` at the front of PATH. */
export function withCommands(): NodeJS.ProcessEnv {
  dropIn ??= must([process.execPath, program('ifconfig-l2tp'), '--drop-in']).trimEnd();
  return { ...process.env, PATH: `${dropIn}:${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
}

/** Runs words as typed at a shell's prompt, such as `ifconfig l2tp0 create`; no quoting. */
export function command(host: Namespace, line: string): Outcome {
  return host.run(line.split(' '), { env: withCommands() });
}

/** Runs it and throws unless it was silent with exit status 0, as NetBSD's commands are when all is well. */
export function quietly(host: Namespace, line: string): void {
  const { status, stdout, stderr } = command(host, line);
  if (status !== 0 || stdout !== '' || stderr !== '')
    throw new Error(`${line}: exit ${String(status)}\n${stderr}${stdout}`);
}

/** Makes a router of the host: l2tp0 with the session ids `LOCAL REMOTE`, up, and bridge0 of it and wm1. It has no tunnel yet. */
export function makeRouter(host: Namespace, sessions: string): void {
  quietly(host, 'ifconfig l2tp0 create');
  quietly(host, `ifconfig l2tp0 session ${sessions} up`);
  quietly(host, 'ifconfig bridge0 create');
  quietly(host, 'brconfig bridge0 add wm1 add l2tp0 up');
}

/** Runs it and returns what it printed; throws unless it succeeded. */
export const output = (host: Namespace, line: string): string =>
  host.must(line.split(' '), { env: withCommands() });

/** Pid of the host's l2tpd; undefined if none runs. */
export function daemonPid(host: Namespace): number | undefined {
  return host.pids().find((pid) => /\bl2tpd\b/.test(commandLine(pid)));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return ''; // it has ended
  }
}
