/** Fields of a message that came as JSON: each is read with its type and range checked, or the message is refused. */

/** A message that is not what the protocol says. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: 'too-long' | 'not-json' | 'malformed' | 'version';

  constructor(code: ProtocolError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export type Fields = Readonly<Record<string, unknown>>;

const malformed = (what: string) => new ProtocolError('malformed', `malformed message: ${what}`);

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One line of JSON that holds an object. */
export function parseFields(line: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ProtocolError('not-json', 'message is not JSON');
  }
  return fieldsOf(value, 'message');
}

export function fieldsOf(value: unknown, what: string): Fields {
  if (!isFields(value)) throw malformed(`${what} is not an object`);
  return value;
}

/** An integer from `least` to `most`. */
export function integer(fields: Fields, name: string, least: number, most: number): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw malformed(`${name} is no integer from ${least} to ${most}`);
  return value;
}

export function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw malformed(`${name} is no text`);
  return value;
}

/** An unsigned integer of 64 bits, written as hexadecimal digits. */
export function hexadecimal(fields: Fields, name: string): bigint {
  const value = text(fields, name);
  if (!/^[0-9a-f]{1,16}$/.test(value)) throw malformed(`${name} is no hexadecimal number`);
  return BigInt(`0x${value}`);
}

/** Bytes as RFC 4648's base64 with padding. The Buffer is the message's own. */
export function bytesOf(value: unknown, what: string): Buffer {
  if (typeof value !== 'string') throw malformed(`${what} is no text`);
  const bytes = Buffer.from(value, 'base64');
  if (bytes.toString('base64') !== value) throw malformed(`${what} is no base64`);
  return bytes;
}

export function bytes(fields: Fields, name: string): Buffer {
  return bytesOf(fields[name], name);
}

export function bytesOrNull(fields: Fields, name: string): Buffer | null {
  return fields[name] === null ? null : bytesOf(fields[name], name);
}

/** A list of at most `most` elements, each read by `read`. */
export function list<T>(
  fields: Fields,
  name: string,
  most: number,
  read: (value: unknown, what: string) => T,
): T[] {
  const value = fields[name];
  if (!Array.isArray(value) || value.length > most) throw malformed(`${name} is no list of up to ${most}`);
  return value.map((element: unknown, place) => read(element, `${name}[${place}]`));
}
