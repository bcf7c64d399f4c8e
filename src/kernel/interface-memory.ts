/** What NetBSD knows of an interface and the host does not: kept here by the interface's index while it exists. */
import type { LinkCounters } from './host';

export interface InterfaceMemory {
  metric: number;
  /** IFDESCRSIZE bytes of SIOCSIFDESCR; null if none. */
  description: Buffer | null;
  /** IFF_* bits of SIOCSIFFLAGS that mean nothing to the host. */
  flags: number;
  /** The host's counters when SIOCZIFDATA zeroed them; null if it never did. */
  zero: LinkCounters | null;
  /** Link-layer addresses, that which the interface came with first; empty as long as it has just the host's. */
  linkAddresses: readonly Uint8Array[];
  /** if_lastchange, in milliseconds since 1970; 0 if unknown. */
  lastChange: number;
}

export class InterfaceMemories {
  readonly #memories = new Map<number, InterfaceMemory>();

  of(index: number): InterfaceMemory {
    let memory = this.#memories.get(index);
    if (!memory) {
      memory = { metric: 0, description: null, flags: 0, zero: null, linkAddresses: [], lastChange: 0 };
      this.#memories.set(index, memory);
    }
    return memory;
  }

  /** Forgets interfaces that are not among `existing`. */
  keep(existing: ReadonlySet<number>): void {
    for (const index of [...this.#memories.keys()]) if (!existing.has(index)) this.#memories.delete(index);
  }
}
