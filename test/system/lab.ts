/** Hosts of a test: network namespaces joined by veth pairs, made and removed by the test that owns them. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';

/** How a process ended: `status` null if by a signal. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The first of `tools` that is not on PATH, for a skip message; undefined if all are there. */
export function missingTool(...tools: readonly string[]): string | undefined {
  const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`.split(delimiter);
  return tools.find((tool) => !path.some((directory) => existsSync(join(directory, tool))));
}

const tunDevice = '/dev/net/tun';

/** Why hosts with TAP devices cannot be made here (as node:test's skip reason), or false if they can. */
export function cannotMakeNamespaces(): string | false {
  const { L2TP_TEST_NO_NAMESPACES: reason } = process.env;
  if (reason) return reason;
  if (missingTool('ip')) return 'needs iproute2: apt-get install iproute2';
  if (process.getuid?.() !== 0) return 'needs root or a user namespace: unshare -Urnm npm test';
  try {
    accessSync(tunDevice, constants.R_OK | constants.W_OK);
  } catch {
    return `needs to read and write ${tunDevice}`;
  }
  return false;
}

export function run(
  argv: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv } = {},
): Outcome {
  const [command = '', ...rest] = argv;
  const { status, stdout, stderr, error } = spawnSync(command, rest, {
    encoding: 'utf8',
    timeout: 120_000,
    maxBuffer: 64 << 20,
    ...options,
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** Runs it and throws with its output unless it exits with 0. */
export function must(
  argv: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv } = {},
): string {
  const { status, stdout, stderr } = run(argv, options);
  if (status !== 0) throw new Error(`${argv.join(' ')}: exit ${status}\n${stderr}${stdout}`);
  return stdout;
}

/**
 * Asks again until `condition` gives something, and resolves to that; throws if that takes longer than
 * `milliseconds`. For what gives no event of its own.
 */
export async function eventually<T>(
  what: string,
  condition: () => T | undefined | false,
  milliseconds = 15_000,
): Promise<T> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const found = condition();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`not within ${milliseconds} ms: ${what}`);
    await setTimeout(10);
  }
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // it has ended by itself
    }
  }
}

/** How long processes have for ending by themselves when their host is removed, in milliseconds. */
const patience = 3_000;

/** One host. */
export class Namespace {
  readonly #children: ChildProcess[] = [];
  /** Name for `ip netns`. */
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  #inside(argv: readonly string[]): readonly string[] {
    return ['ip', 'netns', 'exec', this.name, ...argv];
  }
  run(argv: readonly string[], options: { input?: string; env?: NodeJS.ProcessEnv } = {}): Outcome {
    return run(this.#inside(argv), options);
  }
  must(argv: readonly string[], options: { input?: string; env?: NodeJS.ProcessEnv } = {}): string {
    return must(this.#inside(argv), options);
  }
  /** A shell script, `sh -e`. */
  sh(script: string, env: NodeJS.ProcessEnv = process.env): string {
    return this.must(['sh', '-ec', script], { env });
  }
  ip(...argv: readonly string[]): string {
    return must(['ip', '-n', this.name, ...argv]);
  }
  /** A process of this host that goes on; it is ended with the lab. */
  start(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
    const [command = '', ...rest] = this.#inside(argv);
    const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'pipe'], env });
    this.#children.push(child);
    return child;
  }
  /** Pids of all processes in this host. */
  pids(): number[] {
    return run(['ip', 'netns', 'pids', this.name]).stdout.split('\n').filter(Boolean).map(Number);
  }
  /** Whether a process of this host still runs. */
  #running(): boolean {
    return this.pids().length > 0 || this.#children.some((child) => child.exitCode === null && !child.killed);
  }
  /** Ends its processes, first by SIGTERM so that they can clean up, and removes it. */
  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGTERM');
    signal(this.pids(), 'SIGTERM');
    try {
      await eventually('processes have ended', () => !this.#running(), patience);
    } catch {
      for (const child of this.#children) child.kill('SIGKILL');
      signal(this.pids(), 'SIGKILL');
    }
    run(['ip', 'netns', 'del', this.name]);
  }
}

/** A set of hosts under one random prefix. */
export class Lab {
  readonly #prefix = `l2tp-${randomBytes(3).toString('hex')}`;
  readonly #hosts: Namespace[] = [];

  /** A new host with its loopback up. */
  host(label: string): Namespace {
    const name = `${this.#prefix}-${label}`;
    must(['ip', 'netns', 'add', name]);
    const host = new Namespace(name);
    this.#hosts.push(host);
    host.ip('link', 'set', 'lo', 'up');
    return host;
  }
  /** A wire between two hosts. Both ends are down, with `mtu`. */
  wire(a: Namespace, aName: string, b: Namespace, bName: string, mtu = 1500): void {
    must([
      'ip',
      'link',
      'add',
      aName,
      'netns',
      a.name,
      'type',
      'veth',
      'peer',
      'name',
      bName,
      'netns',
      b.name,
    ]);
    a.ip('link', 'set', aName, 'mtu', String(mtu));
    b.ip('link', 'set', bName, 'mtu', String(mtu));
  }
  async close(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.close()));
  }
}
