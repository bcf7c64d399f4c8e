/** Netlink attributes: type, length and value in host byte order, padded to four bytes (netlink(7), struct nlattr). */
import { MalformedMessageError } from './errors';
import { align, readU16, readU32, writeU16, writeU32 } from './host-order';
import { NLA_F_NESTED, NLA_F_NET_BYTEORDER } from '../uapi';

const headerLength = 4;

export interface Attribute {
  /** With NLA_F_NESTED where it is set. */
  readonly type: number;
  readonly value: Uint8Array;
}

export const bytesAttribute = (type: number, value: Uint8Array): Attribute => ({ type, value });

export const u8Attribute = (type: number, value: number): Attribute => ({
  type,
  value: Uint8Array.of(value),
});

export function u16Attribute(type: number, value: number): Attribute {
  const bytes = new Uint8Array(2);
  writeU16(bytes, 0, value);
  return { type, value: bytes };
}

export function u32Attribute(type: number, value: number): Attribute {
  const bytes = new Uint8Array(4);
  writeU32(bytes, 0, value);
  return { type, value: bytes };
}

/** With the NUL at its end that Linux wants. */
export const textAttribute = (type: number, value: string): Attribute => ({
  type,
  value: Buffer.from(`${value}\0`),
});

export const nestedAttribute = (type: number, attributes: readonly Attribute[]): Attribute => ({
  type: type | NLA_F_NESTED,
  value: encodeAttributes(attributes),
});

export function encodeAttributes(attributes: readonly Attribute[]): Uint8Array {
  const bytes = Buffer.alloc(
    attributes.reduce((sum, { value }) => sum + align(headerLength + value.length), 0),
  );
  let offset = 0;
  for (const { type, value } of attributes) {
    const length = headerLength + value.length;
    writeU16(bytes, offset, length);
    writeU16(bytes, offset + 2, type);
    bytes.set(value, offset + headerLength);
    offset += align(length);
  }
  return bytes;
}

/** Throws MalformedMessageError where a length leads outside `bytes`. */
export function decodeAttributes(bytes: Uint8Array): readonly Attribute[] {
  const attributes: Attribute[] = [];
  for (let offset = 0; offset + headerLength <= bytes.length;) {
    const length = readU16(bytes, offset);
    const end = offset + length;
    if (length < headerLength || end > bytes.length) {
      throw new MalformedMessageError(`attribute of ${length} bytes at ${offset} of ${bytes.length}`);
    }
    const type = readU16(bytes, offset + 2);
    attributes.push({ type, value: bytes.subarray(offset + headerLength, end) });
    offset += align(length);
  }
  return attributes;
}

/** The attributes of a message by type; undefined where there is none. */
export class Attributes {
  readonly #values = new Map<number, Uint8Array>();

  /** Throws MalformedMessageError. */
  constructor(bytes: Uint8Array) {
    for (const { type, value } of decodeAttributes(bytes)) {
      this.#values.set(type & ~(NLA_F_NESTED | NLA_F_NET_BYTEORDER), value);
    }
  }

  bytes(type: number): Uint8Array | undefined {
    return this.#values.get(type);
  }

  /** At least `length` bytes. */
  struct(type: number, length: number): Uint8Array | undefined {
    const value = this.#values.get(type);
    if (value && value.length < length) {
      throw new MalformedMessageError(`attribute ${type}: ${value.length} bytes instead of ${length}`);
    }
    return value;
  }

  u8(type: number): number | undefined {
    return this.struct(type, 1)?.[0];
  }

  u16(type: number): number | undefined {
    const value = this.struct(type, 2);
    return value && readU16(value, 0);
  }

  u32(type: number): number | undefined {
    const value = this.struct(type, 4);
    return value && readU32(value, 0);
  }

  /** Up to the NUL. */
  text(type: number): string | undefined {
    const value = this.#values.get(type);
    if (!value) return undefined;
    const end = value.indexOf(0);
    return Buffer.from(end < 0 ? value : value.subarray(0, end)).toString();
  }

  /** Empty where there is none. */
  nested(type: number): Attributes {
    return new Attributes(this.#values.get(type) ?? new Uint8Array());
  }
}
