/**
 * The L2TPv3 data message over IP, without a sublayer (RFC 3931, section 4.1.1): session id, 32 bits; cookie of 0, 4 or
 * 8 bytes; Ethernet frame. All big endian. Pure functions over bytes.
 */
import type { DropCause } from './drop-causes';

/** L2TP's protocol number (IANA). */
export const IPPROTO_L2TP = 115;

/** Bytes of the session id. */
export const sessionIdLength = 4;
/** Bytes of an Ethernet header, and so of the shortest frame that is accepted. */
export const ethernetHeaderLength = 14;
/** The longest session header: id and an 8-byte cookie. */
export const maximumHeaderLength = 12;
/** The longest IPv4 header, in bytes: IHL counts 32-bit words in four bits (RFC 791, section 3.1). */
export const maximumIpv4HeaderLength = 60;

/** Why openFrame() finds no frame: it returns -1 for the first of these, -2 for the second, and so on. */
export const refusals = [
  'cookie-missing',
  'cookie-mismatch',
  'runt-frame',
] as const satisfies readonly DropCause[];

const cookieMissing = -1;
const cookieMismatch = -2;
const runtFrame = -3;

/** A cookie ready to be compared: its length in bytes and its 32-bit halves as signed integers, unused ones 0. */
export interface ExpectedCookie {
  readonly length: number;
  readonly first: number;
  readonly second: number;
}

/** Takes 0, 4 or 8 bytes as on the wire; a RangeError for any other length. */
export function expectedCookie(cookie: Uint8Array): ExpectedCookie {
  const { length } = cookie;
  if (length !== 0 && length !== 4 && length !== 8) {
    throw new RangeError(`a cookie of ${length} bytes: must be 0, 4 or 8`);
  }
  const view = new DataView(cookie.buffer, cookie.byteOffset, length);
  return {
    length,
    first: length >= 4 ? view.getInt32(0) : 0,
    second: length === 8 ? view.getInt32(4) : 0,
  };
}

/** Writes the header that goes before each frame to `target` at `offset`; returns its length in bytes. */
export function writeHeader(target: DataView, offset: number, session: number, cookie: Uint8Array): number {
  target.setUint32(offset, session);
  cookie.forEach((byte, place) => {
    target.setUint8(offset + sessionIdLength + place, byte);
  });
  return sessionIdLength + cookie.length;
}

/** Length in bytes of the IPv4 header that begins at `offset`. */
export function ipv4HeaderLength(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) & 0x0f) << 2;
}

/**
 * Checks what follows the session id, in NetBSD's order: cookie present, cookie equal, an Ethernet header inside.
 * `offset` is where the session id ends, `end` where the packet does; returns the frame's offset or a negative refusal.
 */
export function openFrame(packet: DataView, offset: number, end: number, cookie: ExpectedCookie): number {
  const frame = offset + cookie.length;
  if (cookie.length !== 0) {
    if (frame > end) return cookieMissing;
    if (packet.getInt32(offset) !== cookie.first) return cookieMismatch;
    if (cookie.length === 8 && packet.getInt32(offset + 4) !== cookie.second) return cookieMismatch;
  }
  return end - frame < ethernetHeaderLength ? runtFrame : frame;
}
