/** A mover of frames that is started by the first pseudowire: without one, no worker and no raw socket. */
import type { Datapath, Pseudowire, PseudowireCounters } from '../datapath/datapath';

const nothing: PseudowireCounters = {
  ipackets: 0n,
  ibytes: 0n,
  opackets: 0n,
  obytes: 0n,
  odirect: 0n,
  oerrors: 0n,
  drops: {},
};

export class LazyDatapath implements Datapath {
  readonly #start: () => Promise<Datapath>;
  #starting: Promise<Datapath> | undefined;
  #started: Datapath | undefined;

  constructor(start: () => Promise<Datapath>) {
    this.#start = start;
  }

  async set(pseudowire: Pseudowire): Promise<void> {
    const datapath = await this.#startOnce();
    await datapath.set(pseudowire);
  }

  async remove(id: number): Promise<void> {
    await (await this.#starting)?.remove(id);
  }

  counters(id: number): PseudowireCounters {
    return this.#started?.counters(id) ?? nothing;
  }

  globalDrops(): ReturnType<Datapath['globalDrops']> {
    return this.#started?.globalDrops() ?? {};
  }

  async close(): Promise<void> {
    await (await this.#starting)?.close();
  }

  /** A start that failed is tried again the next time. */
  #startOnce(): Promise<Datapath> {
    this.#starting ??= this.#start().then(
      (datapath) => (this.#started = datapath),
      (error: unknown) => {
        this.#starting = undefined;
        throw error;
      },
    );
    return this.#starting;
  }
}
