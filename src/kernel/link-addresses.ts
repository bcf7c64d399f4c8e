/** The link-layer addresses of an interface: the host's, which is in use, and those that are only remembered. */
import type { Ifnet } from './driver';
import type { InterfaceMemory } from './interface-memory';

export function isSameAddress(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

/** That which the interface came with first. Whoever set the host's, it is among them. */
export function linkAddresses(
  { address }: Pick<Ifnet, 'address'>,
  { linkAddresses: known }: InterfaceMemory,
): readonly Uint8Array[] {
  return known.some((one) => isSameAddress(one, address)) ? known : [...known, address];
}
