/**
 * A machine of one's own for demo and tests: namespaces (mount, network, process and, for an ordinary user, user)
 * with an empty /run, in which nothing that is done reaches the host and which vanish with their last process.
 */
import { spawnSync } from 'node:child_process';

/** `prefix`, put before a command, runs it there as root; `reason` says why that cannot be. */
export type PrivateMachine = { readonly prefix: readonly string[] } | { readonly reason: string };

/** The shell stays as process 1, where it reaps the daemons that nobody waits for. */
const setUp = 'mount -t tmpfs -o mode=755 tmpfs /run && ip link set lo up || exit 125';
const runCommand = '"$@"; exit $?';

/** How to get in, best first: some containers forbid a /proc of one's own, and a process namespace needs one. */
const ways = [
  {
    flags: ['--pid', '--fork', '--kill-child'],
    script: `mount -t proc proc /proc && ${setUp}; ${runCommand}`,
  },
  { flags: [], script: `${setUp}; ${runCommand}` },
] as const;

/** Finds a way in by trying. */
export function privateMachine(): PrivateMachine {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  let reason = '';
  for (const { flags, script } of ways) {
    const prefix = ['unshare', ...user, '--mount', '--net', ...flags, 'sh', '-c', script, 'sh'];
    const [command = '', ...rest] = prefix;
    const { status, stderr, error } = spawnSync(command, [...rest, 'true'], { encoding: 'utf8' });
    if (status === 0) return { prefix };
    reason = error ? `${command}: not found (package util-linux)` : (stderr.trim().split('\n').at(-1) ?? '');
  }
  return { reason: `cannot make namespaces: ${reason}` };
}
