/**
 * A NetBSD machine as a stage for conversations: the l2tp and bridge interfaces that commands make are destroyed after
 * each, and the Ethernet interfaces are made for the purpose. Interfaces that were there before are not touched.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stage } from './comparison';
import type { Names } from './placeholders';
import type { Run } from './programs';

/** The machine cannot be used for conversations as it is. */
export class StageError extends Error {
  override readonly name = 'StageError';
  readonly code = 'stage';
}

/** Cloners of Ethernet interfaces without a network behind them, in the order of preference. */
const ethernetCloners = ['shmif', 'tap', 'vether'] as const;

/** What conversations create. */
const created = /^(l2tp|bridge)\d+$/;

export interface NetbsdStageOptions {
  readonly ifconfig: Run;
  readonly release: number;
  readonly hasUsers: boolean;
}

export class NetbsdStage implements Stage {
  readonly release: number;
  readonly hasUsers: boolean;
  readonly #ifconfig: Run;
  readonly #before: ReadonlySet<string>;
  readonly #cloner: string | undefined;
  readonly #ethernets = new Set<string>();
  readonly #directory = mkdtempSync(join(tmpdir(), 'conversations-'));

  private constructor(options: NetbsdStageOptions, before: ReadonlySet<string>, cloner: string | undefined) {
    this.release = options.release;
    this.hasUsers = options.hasUsers;
    this.#ifconfig = options.ifconfig;
    this.#before = before;
    this.#cloner = cloner;
  }

  /** Throws StageError if there is something that conversations would disturb. */
  static async open(options: NetbsdStageOptions): Promise<NetbsdStage> {
    const before = await words(options.ifconfig, '-l');
    const disturbed = before.filter((name) => created.test(name));
    if (disturbed.length > 0)
      throw new StageError(`${disturbed.join(', ')}: destroy them first, conversations use such names`);
    const cloners = await words(options.ifconfig, '-C');
    return new NetbsdStage(
      options,
      new Set(before),
      ethernetCloners.find((name) => cloners.includes(name)),
    );
  }

  async reset(interfaces: readonly string[]): Promise<Names | string> {
    await this.#destroyAll();
    const names = new Map<string, string>();
    for (const placeholder of interfaces) {
      const name = this.#cloner === undefined ? undefined : await this.#createEthernet(this.#cloner);
      if (name === undefined) return 'no Ethernet interface can be made for it';
      names.set(placeholder, name);
    }
    return names;
  }

  /** Leaves the machine as it was. */
  async close(): Promise<void> {
    await this.#destroyAll();
    rmSync(this.#directory, { recursive: true });
  }

  async #createEthernet(cloner: string): Promise<string | undefined> {
    for (let unit = 0; unit < 1000; unit += 1) {
      const name = `${cloner}${unit}`;
      if (this.#before.has(name) || this.#ethernets.has(name)) continue;
      this.#ethernets.add(name);
      // an shmif(4) is no Ethernet before it has its wire, a file
      const wire = cloner === 'shmif' ? ['linkstr', join(this.#directory, name)] : [];
      const { status } = await this.#ifconfig([name, 'create'], 'root');
      if (status !== 0) return undefined;
      if (wire.length > 0 && (await this.#ifconfig([name, ...wire], 'root')).status !== 0) return undefined;
      return name;
    }
    return undefined;
  }

  async #destroyAll(): Promise<void> {
    for (const name of await words(this.#ifconfig, '-l')) {
      const ours = created.test(name) || this.#ethernets.has(name);
      if (!ours || this.#before.has(name)) continue;
      const { status, stderr } = await this.#ifconfig([name, 'destroy'], 'root');
      if (status !== 0) throw new StageError(`cannot destroy ${name}: ${stderr.trim()}`);
    }
    this.#ethernets.clear();
  }
}

/** The words that `ifconfig OPTION` prints. Throws StageError. */
async function words(ifconfig: Run, option: string): Promise<readonly string[]> {
  const { stdout, stderr, status } = await ifconfig([option], 'root');
  if (status !== 0) throw new StageError(`ifconfig ${option}: ${stderr.trim()}`);
  return stdout.split(/\s+/).filter((word) => word !== '');
}
