/** Addresses of one interface on the host, changed as NetBSD changes them: one address at a time, no other one touched. */
import { KernelError } from '../../native-structs';
import type { Ifnet } from './driver';
import type { Host, LinkAddress } from './host';

export const sameBytes = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a === b || (a !== null && b !== null && Buffer.compare(a, b) === 0);

export class HostAddresses {
  readonly #host: Host;
  readonly #ifnet: Ifnet;
  readonly #length: number;

  /** `length` is an address's: 4 for IPv4, 16 for IPv6. */
  constructor(host: Host, ifnet: Ifnet, length: 4 | 16) {
    this.#host = host;
    this.#ifnet = ifnet;
    this.#length = length;
  }

  /** In the host's order. */
  list(): readonly LinkAddress[] {
    return this.#host
      .addresses()
      .filter(({ index, address }) => index === this.#ifnet.index && address.length === this.#length);
  }

  find(address: Uint8Array): LinkAddress | null {
    return this.list().find((one) => sameBytes(one.address, address)) ?? null;
  }

  /**
   * Puts `wanted` in the place of `old`, or beside all others if that is null, and brings the interface up for it.
   * Throws ENOTTY if the interface takes no addresses, and what the host refuses; then the old one stays.
   */
  put(wanted: LinkAddress, old: LinkAddress | null): void {
    if (!this.#ifnet.initAddress) throw new KernelError('ENOTTY');
    this.#ifnet.initAddress();
    if (old && sameAddress(old, wanted)) return;
    if (old) this.delete(old);
    try {
      this.#host.addAddress(wanted);
    } catch (error) {
      if (old) this.#host.addAddress(old);
      throw error;
    }
  }

  /** Linux deletes the other addresses of a network with its first one, as a rule; here they stay. */
  delete(address: LinkAddress): void {
    const others = this.list().filter((one) => !sameAddress(one, address));
    this.#host.deleteAddress(address);
    const left = this.list();
    for (const other of others)
      if (!left.some((one) => sameAddress(one, other))) this.#host.addAddress(other);
  }
}

/** Equal in all but what time changes. */
function sameAddress(a: LinkAddress, b: LinkAddress): boolean {
  return (
    sameBytes(a.address, b.address) &&
    a.prefixLength === b.prefixLength &&
    sameBytes(a.broadcast, b.broadcast) &&
    sameBytes(a.peer, b.peer) &&
    a.validLifetime === b.validLifetime &&
    a.preferredLifetime === b.preferredLifetime
  );
}
