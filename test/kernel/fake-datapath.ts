/** A mover of frames that moves none: it remembers what it was told, refuses on demand and counts what a test says. */
import type { Datapath, Pseudowire, PseudowireCounters } from '../../src/datapath/datapath';
import type { DropCause } from '../../src/datapath/drop-causes';

type Drops = Partial<Record<DropCause, bigint>>;

const noCounters: PseudowireCounters = {
  ipackets: 0n,
  ibytes: 0n,
  opackets: 0n,
  obytes: 0n,
  odirect: 0n,
  oerrors: 0n,
  drops: {},
};

export class FakeDatapath implements Datapath {
  /** What is in force, by id. */
  readonly pseudowires = new Map<number, Pseudowire>();
  /** Ids in the order in which they were removed. */
  readonly removed: number[] = [];
  /** Thrown by every set() as long as it is there. */
  refusal: Error | null = null;
  closed = false;
  readonly #counters = new Map<number, PseudowireCounters>();
  #globalDrops: Drops = {};
  #changing = 0;

  async set(pseudowire: Pseudowire): Promise<void> {
    await this.#exclusively();
    if (this.refusal) throw this.refusal;
    this.pseudowires.set(pseudowire.id, pseudowire);
  }

  async remove(id: number): Promise<void> {
    await this.#exclusively();
    this.removed.push(id);
    this.pseudowires.delete(id);
    this.#counters.delete(id);
  }

  counters(id: number): PseudowireCounters {
    return this.#counters.get(id) ?? noCounters;
  }

  globalDrops(): Readonly<Drops> {
    return this.#globalDrops;
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async close(): Promise<void> {
    this.closed = true;
    this.pseudowires.clear();
  }

  // What the test does to it.

  /** The pseudowire of the interface `name`; an error if there is none or more than one. */
  named(name: string): Pseudowire {
    const [found, another] = [...this.pseudowires.values()].filter((one) => one.name === name);
    if (!found || another) throw new Error(`${found ? 'several pseudowires' : 'no pseudowire'} ${name}`);
    return found;
  }

  setCounters(id: number, counters: Partial<PseudowireCounters>): void {
    this.#counters.set(id, { ...this.counters(id), ...counters });
  }

  setGlobalDrops(drops: Drops): void {
    this.#globalDrops = drops;
  }

  /** Takes a turn of the event loop, as a worker's answer would; two changes at once are an error of the caller's. */
  async #exclusively(): Promise<void> {
    if (this.#changing > 0) throw new Error('a change before the one before it was in force');
    this.#changing += 1;
    try {
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      this.#changing -= 1;
    }
  }
}
