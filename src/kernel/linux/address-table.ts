/** The addresses of all links, and changes to them, by rtnetlink. */
import type { LinkAddress } from '../host';
import { decodeAddress, encodeAddress, encodeAddressDump } from './addresses';
import { unless } from './errors';
import type { Requests } from './requests';
import {
  AF_INET,
  AF_UNSPEC,
  NLM_F_CREATE,
  NLM_F_EXCL,
  RTM_DELADDR,
  RTM_GETADDR,
  RTM_NEWADDR,
} from '../../linux/uapi';

export class AddressTable {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  all(): readonly LinkAddress[] {
    return this.#dump(AF_UNSPEC)
      .map(decodeAddress)
      .filter((address) => address !== null);
  }

  /** Throws HostError: EEXIST for the same IPv4 address and prefix, or the same IPv6 address, on the link. */
  add(address: LinkAddress): void {
    this.#insert(`add address to link ${address.index}`, encodeAddress(address));
  }

  /**
   * Throws HostError, EADDRNOTAVAIL if there is none such. Linux takes the other IPv4 addresses of the subnet along
   * with its first one (promote_secondaries, ip-sysctl.rst); they are put back.
   */
  delete(address: LinkAddress): void {
    const ipv4 = address.address.length === 4;
    const before = ipv4 ? this.#dump(AF_INET) : [];
    const payload = encodeAddress(address);
    this.#requests.change(`delete address of link ${address.index}`, RTM_DELADDR, 0, payload);
    if (ipv4) this.#putBack(before, address);
  }

  #putBack(before: readonly Uint8Array[], deleted: LinkAddress): void {
    const after = new Set(this.#dump(AF_INET).map(identity));
    const lost = before.filter((message) => {
      const address = decodeAddress(message);
      return address?.index === deleted.index && !same(address, deleted) && !after.has(identity(message));
    });
    for (const message of lost) {
      // somebody else may have been faster, or has taken the link away
      unless(
        ['EEXIST', 'ENODEV'],
        () => this.#insert('put address back', message),
        () => undefined,
      );
    }
  }

  #insert(operation: string, payload: Uint8Array): void {
    this.#requests.change(operation, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, payload);
  }

  #dump(family: number): readonly Uint8Array[] {
    return this.#requests.dump('addresses', RTM_GETADDR, encodeAddressDump(family));
  }
}

/** Whether Linux would have deleted the one when asked for the other. */
function same(a: LinkAddress, b: LinkAddress): boolean {
  return Buffer.compare(a.address, b.address) === 0 && a.prefixLength === b.prefixLength;
}

/** What tells an address from all others; a dump repeats it byte by byte only as long as no lifetime runs. */
function identity(message: Uint8Array): string {
  const address = decodeAddress(message);
  if (!address) return '';
  const { index, prefixLength } = address;
  const hex = [address.address, address.peer ?? []].map((bytes) => Buffer.from(bytes).toString('hex'));
  return [index, prefixLength, ...hex].join('/');
}
