/** IPv4 and IPv6 addresses as text, both ways: inet_aton(3), inet_pton(3), inet_ntop(3). Bytes are in network order. */

function part(text: string): number | null {
  let digits: string;
  if (/^0x[0-9a-f]+$/i.test(text)) digits = text;
  else if (/^0[0-7]*$/.test(text)) digits = `0o${text}`;
  else if (/^[1-9][0-9]*$/.test(text)) digits = text;
  else return null;
  const value = Number(digits);
  return value <= 0xffffffff ? value : null;
}

/**
 * inet_aton(3): one to four parts, each decimal, octal (leading 0) or hexadecimal (0x), the last of them filling the
 * bytes that are left: 10.1 is 10.0.0.1. Null if it is none.
 */
export function parseIpv4(text: string): Buffer | null {
  const parts = text.split('.').map(part);
  const bytes = Buffer.alloc(4);
  const last = parts.pop();
  if (last === undefined || last === null || parts.length > 3) return null;
  for (const [index, value] of parts.entries()) {
    if (value === null || value > 255) return null;
    bytes[index] = value;
  }
  if (last >= 2 ** (8 * (4 - parts.length))) return null;
  bytes.writeUIntBE(last, parts.length, 4 - parts.length);
  return bytes;
}

/** The groups of one side of `::`, an IPv4 address standing for the last two; null if one is none. */
function groups(text: string): number[] | null {
  if (text === '') return [];
  const words = text.split(':');
  const result: number[] = [];
  for (const [index, word] of words.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(word)) {
      result.push(parseInt(word, 16));
    } else if (index === words.length - 1 && /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(word)) {
      const quad = parseIpv4(word);
      if (!quad) return null;
      result.push(quad.readUInt16BE(0), quad.readUInt16BE(2));
    } else {
      return null;
    }
  }
  return result;
}

/** inet_pton(3) for IPv6, without a scope. Null if it is none. */
export function parseIpv6(text: string): Buffer | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groups(halves[0] ?? '');
  const tail = halves.length === 2 ? groups(halves[1] ?? '') : [];
  if (!head || !tail) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  // an IPv4 address ends the whole text, not its first half
  if (halves.length === 2 && halves[0]?.includes('.')) return null;
  const bytes = Buffer.alloc(16);
  [...head, ...new Array<number>(missing).fill(0), ...tail].forEach((group, index) =>
    bytes.writeUInt16BE(group, index * 2),
  );
  return bytes;
}

export const formatIpv4 = (bytes: Uint8Array): string => bytes.join('.');

/** Start and length of the longest run of at least two zero groups, the first of equals. */
function longestZeroRun(words: readonly number[]): { start: number; length: number } {
  let best = { start: -1, length: 1 };
  let start = -1;
  for (let index = 0; index <= words.length; index += 1) {
    if (words[index] === 0) {
      if (start < 0) start = index;
    } else if (start >= 0) {
      if (index - start > best.length) best = { start, length: index - start };
      start = -1;
    }
  }
  return best;
}

/** inet_ntop(3) for the 16 bytes of an IPv6 address, in the form of RFC 5952. */
export function formatIpv6(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  const words = Array.from({ length: 8 }, (_, index) => buffer.readUInt16BE(index * 2));
  const { start, length } = longestZeroRun(words);
  const text = (from: number, to: number) =>
    words
      .slice(from, to)
      .map((word) => word.toString(16))
      .join(':');
  if (start < 0) return text(0, 8);
  const mapped = length === 5 && words[5] === 0xffff;
  if (start === 0 && (length === 6 || mapped))
    return `::${mapped ? 'ffff:' : ''}${formatIpv4(buffer.subarray(12))}`;
  return `${text(0, start)}::${text(start + length, 8)}`;
}

/** A link-layer address: lower-case hexadecimal bytes with colons. */
export const formatLinkAddress = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
