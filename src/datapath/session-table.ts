/** From local session ids to whatever they stand for: open addressing over typed arrays, nothing allocated by a lookup. */

const smallest = 16;

export class SessionTable<Entry> {
  #keys = new Int32Array(smallest);
  #entries: (Entry | undefined)[] = new Array<Entry | undefined>(smallest).fill(undefined);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** `id` is a session id as a signed 32-bit integer. */
  get(id: number): Entry | undefined {
    return this.#entries[this.#place(id)];
  }

  /** Adds or replaces. */
  set(id: number, entry: Entry): void {
    const place = this.#place(id);
    if (this.#entries[place] !== undefined) {
      this.#entries[place] = entry;
      return;
    }
    this.#keys[place] = id;
    this.#entries[place] = entry;
    this.#size += 1;
    if (this.#size * 2 > this.#keys.length) this.#rebuild(this.#keys.length * 2);
  }

  delete(id: number): void {
    const place = this.#place(id);
    if (this.#entries[place] === undefined) return;
    this.#entries[place] = undefined;
    // The entries behind the hole may have been pushed past it.
    this.#rebuild(
      Math.max(smallest, this.#size * 4 < this.#keys.length ? this.#keys.length / 2 : this.#keys.length),
    );
  }

  /** Where the id is or would be put. At least half of the places are free, so the search ends. */
  #place(id: number): number {
    const keys = this.#keys;
    const entries = this.#entries;
    const mask = keys.length - 1;
    const hash = Math.imul(id, 0x9e3779b1);
    let place = (hash ^ (hash >>> 15)) & mask;
    while (entries[place] !== undefined && keys[place] !== (id | 0)) place = (place + 1) & mask;
    return place;
  }

  #rebuild(length: number): void {
    const keys = this.#keys;
    const entries = this.#entries;
    this.#keys = new Int32Array(length);
    this.#entries = new Array<Entry | undefined>(length).fill(undefined);
    this.#size = 0;
    entries.forEach((entry, place) => {
      if (entry === undefined) return;
      const id = keys[place] ?? 0;
      const target = this.#place(id);
      this.#keys[target] = id;
      this.#entries[target] = entry;
      this.#size += 1;
    });
  }
}
