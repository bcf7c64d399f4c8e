/** brconfig(8)'s operands that are not names: numbers and Ethernet addresses. */
import { CommandError } from './errors';
import { parseInteger } from './number';
import type { Bits } from './bridge';

/**
 * An operand of `command` that strtoul(3) reads in base 0, for an unsigned number of `bits`. Throws CommandError for
 * anything else and for what does not fit.
 */
export function parseValue(command: string, text: string, bits: Bits): number {
  const value = text === '' ? null : parseInteger(text, 0);
  if (value === null || value < 0n || value >> BigInt(bits) !== 0n)
    throw new CommandError(`${command}: invalid value: ${text}`);
  return Number(value);
}

const octet = '([0-9a-f]{1,2})';
const address = new RegExp(`^\\s*${Array<string>(6).fill(octet).join(':')}\\s*$`, 'i');

/**
 * An operand of `command` that is an Ethernet address as ether_aton(3) reads it: six octets of one or two hexadecimal
 * digits. ether_aton(3) itself also takes longer octets, keeping their low 8 bits, and ignores what follows; here
 * both are errors. Throws CommandError.
 */
export function parseEthernetAddress(command: string, text: string): Uint8Array {
  const octets = address.exec(text)?.slice(1);
  if (!octets) throw new CommandError(`${command}: invalid address: ${text}`);
  return Uint8Array.from(octets, (digits) => parseInt(digits, 16));
}

/** ether_ntoa(3): two digits for each octet. */
export const formatEthernetAddress = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
