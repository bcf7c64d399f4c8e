/** What the demonstration needs of the machine, each with the one line that is said where it is missing. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

interface Requirement {
  readonly met: (env: NodeJS.ProcessEnv) => boolean;
  readonly missing: string;
}

const succeeds = (argv: readonly string[], env: NodeJS.ProcessEnv): boolean => {
  const [command = '', ...rest] = argv;
  return spawnSync(command, rest, { env, stdio: 'ignore' }).status === 0;
};
const starts = (command: string, env: NodeJS.ProcessEnv): boolean =>
  spawnSync(command, ['-V'], { env, stdio: 'ignore' }).error === undefined;

function opens(path: string): boolean {
  try {
    closeSync(openSync(path, 'r+'));
    return true;
  } catch {
    return false;
  }
}

/** Tried inside the private machine, in this order. */
const requirements: readonly Requirement[] = [
  { met: (env) => starts('ip', env), missing: 'the command ip is missing: apt-get install iproute2' },
  { met: (env) => starts('ping', env), missing: 'the command ping is missing: apt-get install iputils-ping' },
  {
    met: () => opens('/dev/net/tun'),
    missing: '/dev/net/tun cannot be opened: modprobe tun, or give the container this device',
  },
  {
    met: (env) => succeeds(['ip', 'link', 'add', 'probe0', 'type', 'bridge'], env),
    missing: 'the kernel makes no bridge: modprobe bridge',
  },
  {
    met: (env) => succeeds(['ip', 'link', 'add', 'probe1', 'type', 'veth', 'peer', 'name', 'probe2'], env),
    missing: 'the kernel makes no virtual wire: modprobe veth',
  },
  {
    met: (env) =>
      succeeds(['ip', 'netns', 'add', 'probe'], env) && succeeds(['ip', 'netns', 'del', 'probe'], env),
    missing: 'ip netns does not work here',
  },
];

/** The first thing that is missing, as one line; undefined if nothing is. */
export function firstMissing(env: NodeJS.ProcessEnv): string | undefined {
  return requirements.find(({ met }) => !met(env))?.missing;
}
