/** snprintb(3): a number and the names of its bits. */
import type { ReleaseTraits } from '../ioctl/release';

/** Names by bit, lowest bit first. */
export type BitNames = readonly (readonly [bit: number, name: string])[];

/** `names` of the set bits, in the order of the table. */
const namesOf = (bits: BitNames, value: bigint): string[] =>
  bits.filter(([bit]) => (value & BigInt(bit)) !== 0n).map(([, name]) => name);

/** The number as printf's `%#x` gives it: zero has no 0x, unless `zero` has it. */
const hexadecimal = (value: bigint, zero = '0'): string => (value === 0n ? zero : `0x${value.toString(16)}`);

function angled(names: readonly string[]): string {
  return names.length > 0 ? `<${names.join(',')}>` : '';
}

/** `0x8843<UP,BROADCAST,...>`; without a named bit only the number. `zero` is what releases print for no bits. */
export function snprintb(bits: BitNames, value: number | bigint, zero: '0' | '0x0' = '0'): string {
  const number = BigInt(value);
  return hexadecimal(number, zero) + angled(namesOf(bits, number));
}

/** snprintb_m(3): as many lines as needed to stay under `width` characters each, every line with the number. */
export function snprintbLines(bits: BitNames, value: number | bigint, width: number): readonly string[] {
  const number = BigInt(value);
  const lines: string[] = [];
  let line: string[] = [];
  for (const name of namesOf(bits, number)) {
    // the closing bracket has to fit too
    const length = hexadecimal(number).length + angled([...line, name]).length;
    if (line.length > 0 && length > width) {
      lines.push(hexadecimal(number) + angled(line));
      line = [];
    }
    line.push(name);
  }
  lines.push(hexadecimal(number) + angled(line));
  return lines;
}

/** snprintb_m(3)'s lines as a release prints them behind `name=`: with 0x before the digits or without. */
export function bitLines(
  name: string,
  bits: BitNames,
  value: number | bigint,
  width: number,
  { capabilityPrefix }: ReleaseTraits,
): readonly string[] {
  return snprintbLines(bits, value, width).map((line) => `${name}=${line.replace(/^0x/, capabilityPrefix)}`);
}
