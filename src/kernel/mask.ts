/** Network masks as bytes in network order, and as the prefix lengths that the host has. */

/** `length` is 4 or 16. */
export function maskOfPrefix(prefixLength: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, place) => {
    const bits = Math.min(Math.max(prefixLength - 8 * place, 0), 8);
    return (0xff00 >> bits) & 0xff;
  });
}

/** null if the mask's ones are not all in front. */
export function prefixOfMask(mask: Uint8Array): number | null {
  const bits = Array.from(mask, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const zero = bits.indexOf('0');
  if (zero < 0) return bits.length;
  return bits.includes('1', zero) ? null : zero;
}

/** The prefix length of the address's class, before classes were given up (RFC 791, section 3.2): A, B, and C for all else. */
export function classfulPrefix([first = 0]: Uint8Array): number {
  if (first < 128) return 8;
  return first < 192 ? 16 : 24;
}

/** The last address of the IPv4 network. */
export function broadcastAddress(address: Uint8Array, prefixLength: number): Uint8Array {
  const mask = maskOfPrefix(prefixLength, address.length);
  return address.map((byte, place) => byte | (~(mask[place] ?? 0) & 0xff));
}
