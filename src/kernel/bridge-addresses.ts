/**
 * The address table of one bridge: the host's own, with NetBSD's limit on its size.
 *
 * The host learns by itself and knows no limit. So the limit holds for static entries, and learned ones beyond it
 * are taken out when it is set.
 */
import { IFBAF_DYNAMIC, IFBAF_STATIC, KernelError } from '../../native-structs';
import type { BridgeParameters } from './bridge-parameters';
import type { ForwardingEntry, Host } from './host';

/** BRIDGE_RTABLE_MAX of bridge(4). */
const DEFAULT_LIMIT = 100;

/** One entry as struct ifbareq shows it. */
export interface BridgeAddress {
  readonly address: Uint8Array;
  /** The member's name. */
  readonly member: string;
  /** Seconds until it goes; 0 if it stays. */
  readonly expire: number;
  /** IFBAF_*. */
  readonly flags: number;
}

export class BridgeAddresses {
  readonly #host: Host;
  readonly #bridge: number;
  readonly #parameters: BridgeParameters;
  #limit = DEFAULT_LIMIT;

  /** `bridge` is the host's index of it. */
  constructor(host: Host, bridge: number, parameters: BridgeParameters) {
    this.#host = host;
    this.#bridge = bridge;
    this.#parameters = parameters;
  }

  list(): readonly BridgeAddress[] {
    const names = new Map(this.#host.links().map(({ index, name }) => [index, name]));
    const timeout = this.#parameters.get('ageing');
    return this.#entries().flatMap((entry) => {
      const member = names.get(entry.port);
      if (member === undefined) return [];
      const expire = entry.static ? 0 : Math.max(0, timeout - entry.age);
      return [{ address: entry.address, member, expire, flags: entry.static ? IFBAF_STATIC : IFBAF_DYNAMIC }];
    });
  }

  /** Largest number of addresses that the table may hold. */
  get limit(): number {
    return this.#limit;
  }

  /** Takes out learned addresses until the rest is within the limit. */
  set limit(limit: number) {
    this.#limit = limit;
    const entries = this.#entries();
    const learned = entries.filter((entry) => !entry.static);
    for (const entry of learned.slice(0, Math.max(0, entries.length - limit))) this.#delete(entry);
  }

  /** BRDGSADDR: `address` is behind the port for ever. Throws ENOSPC if it is new and the table is full. */
  setStatic(port: number, address: Uint8Array): void {
    const entries = this.#entries();
    const known = entries.find((entry) => same(entry.address, address));
    if (!known && entries.length >= this.#limit) throw new KernelError('ENOSPC');
    if (known) this.#delete(known);
    this.#host.addForwardingEntry(port, address);
  }

  /** BRDGDADDR. Throws ENOENT. */
  delete(address: Uint8Array): void {
    const known = this.#entries().find((entry) => same(entry.address, address));
    if (!known) throw new KernelError('ENOENT');
    this.#delete(known);
  }

  /** BRDGFLUSH: forgets learned addresses, or static ones too. */
  flush(which: 'learned' | 'all'): void {
    for (const entry of this.#entries()) if (which === 'all' || !entry.static) this.#delete(entry);
  }

  #entries(): readonly ForwardingEntry[] {
    return this.#host.forwardingTable(this.#bridge);
  }

  /** An entry may have aged out since it was listed, or its member may have left. */
  #delete(entry: ForwardingEntry): void {
    try {
      this.#host.deleteForwardingEntry(entry.port, entry.address);
    } catch (error) {
      if (!(error instanceof KernelError) || !(error.code === 'ENOENT' || error.code === 'ENXIO'))
        throw error;
    }
  }
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
