/** The four machines of the picture, each in a network namespace: X - A = B - Y. */
import { delimiter, dirname } from 'node:path';
import { runCommand, type CommandOptions } from './command';

export type MachineName = 'X' | 'A' | 'B' | 'Y';

const machines: readonly MachineName[] = ['X', 'A', 'B', 'Y'];

interface Wire {
  readonly from: readonly [MachineName, string];
  readonly to: readonly [MachineName, string];
}

const wires: readonly Wire[] = [
  { from: ['X', 'eth0'], to: ['A', 'wm1'] },
  { from: ['A', 'wm0'], to: ['B', 'wm0'] },
  { from: ['B', 'wm1'], to: ['Y', 'eth0'] },
];

/** Addresses of the two hosts, on one subnet that no router knows of. */
export const hostAddress = { X: '10.1.1.1', Y: '10.1.1.2' } as const;

/** How to call what runs on a machine, as an argument list. */
export function onMachine(machine: MachineName, argv: readonly string[]): readonly string[] {
  return ['ip', 'netns', 'exec', machine, ...argv];
}

export class Network {
  readonly #signal: AbortSignal;
  readonly #env: NodeJS.ProcessEnv;

  /** `dropIn` comes first on the machines' PATH. */
  constructor(signal: AbortSignal, dropIn: string) {
    this.#signal = signal;
    this.#env = environment(dropIn);
  }

  /** Makes machines and wires; X and Y get their addresses, the routers are left bare. */
  async make(): Promise<void> {
    for (const machine of machines) await this.#host(['ip', 'netns', 'add', machine]);
    for (const { from, to } of wires) {
      const end = ([netns, name]: readonly [string, string]): string[] => ['name', name, 'netns', netns];
      await this.#host(['ip', 'link', 'add', ...end(from), 'type', 'veth', 'peer', ...end(to)]);
    }
    for (const machine of ['X', 'Y'] as const) {
      await this.#host(['ip', '-n', machine, 'address', 'add', `${hostAddress[machine]}/24`, 'dev', 'eth0']);
      await this.#host(['ip', '-n', machine, 'link', 'set', 'eth0', 'up']);
    }
  }

  /** Runs a command on a machine; see runCommand. */
  async run(
    machine: MachineName,
    argv: readonly string[],
    onLine?: CommandOptions['onLine'],
  ): Promise<string> {
    return runCommand(onMachine(machine, argv), {
      env: this.#env,
      signal: this.#signal,
      ...(onLine && { onLine }),
    });
  }

  /** Kills whatever runs on the machines. */
  async end(): Promise<void> {
    const options = { env: this.#env, signal: new AbortController().signal };
    for (const machine of machines) {
      const pids = await runCommand(['ip', 'netns', 'pids', machine], options).catch(() => '');
      for (const pid of pids.split('\n').filter(Boolean)) {
        try {
          process.kill(Number(pid), 'SIGKILL');
        } catch {
          // it has ended by itself
        }
      }
    }
  }

  async #host(argv: readonly string[]): Promise<void> {
    await runCommand(argv, { env: this.#env, signal: this.#signal });
  }
}

/** The user's environment, with `first` at the front of PATH and the system's directories and node's own at its end. */
export function environment(first: string): NodeJS.ProcessEnv {
  const path = [first, process.env.PATH, '/usr/sbin', '/sbin', dirname(process.execPath)];
  return { ...process.env, PATH: path.filter(Boolean).join(delimiter) };
}
