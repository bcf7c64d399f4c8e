/** Numbers as strtoimax(3) and strtoul(3) read them, with nothing behind them. */

const isDigit: Readonly<Record<number, RegExp>> = { 8: /^[0-7]+$/, 10: /^[0-9]+$/, 16: /^[0-9a-f]+$/i };
const prefix: Readonly<Record<number, string>> = { 8: '0o', 10: '', 16: '0x' };

/** Base 0: 0x is hexadecimal, a leading 0 octal, as in C. */
function splitBase(text: string): [digits: string, base: number] {
  if (/^0x[0-9a-f]/i.test(text)) return [text.slice(2), 16];
  if (text.length > 1 && text.startsWith('0')) return [text.slice(1), 8];
  return [text, 10];
}

/**
 * The number that `text` is, blanks and a sign before it allowed; null if anything else is in it. The empty text
 * is 0, as strtoimax(3) has it.
 */
export function parseInteger(text: string, base: 0 | 10 = 10): bigint | null {
  if (text === '') return 0n;
  const match = /^[ \t\n\v\f\r]*([+-]?)(.*)$/s.exec(text);
  if (!match) return null;
  const [, sign = '', rest = ''] = match;
  const [digits, actual] = base === 0 ? splitBase(rest) : [rest, 10];
  if (!isDigit[actual]?.test(digits)) return null;
  const magnitude = BigInt((prefix[actual] ?? '') + digits);
  return sign === '-' ? -magnitude : magnitude;
}
