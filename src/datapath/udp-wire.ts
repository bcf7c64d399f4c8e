/**
 * The L2TPv3 data message over UDP, without a sublayer (RFC 3931, section 4.1.2): a word of flags and version, 16 reserved
 * bits, and from there on what travels over IP too: session id, cookie, frame. All big endian. Pure functions over bytes.
 */
import type { DropCause } from './drop-causes';
import { sessionIdLength, writeHeader } from './wire';

/** Bytes before the session id. */
export const flagsLength = 4;

/** T: a control message. */
const controlFlag = 0x8000;
const versionMask = 0x000f;
/** T = 0, the reserved bits 0, version 3. */
const dataMessage = 0x0003;
const version = 3;

/** Why openMessage() finds no data message: it returns -1 for the first of these, -2 for the second, and so on. */
export const messageRefusals = [
  'runt-packet',
  'wrong-version',
  'control-message',
] as const satisfies readonly DropCause[];

const runtPacket = -1;
const wrongVersion = -2;
const controlMessage = -3;

/** Writes the header that goes before each frame to `target` at `offset`; returns its length in bytes. */
export function writeUdpHeader(
  target: DataView,
  offset: number,
  session: number,
  cookie: Uint8Array,
): number {
  target.setUint16(offset, dataMessage);
  target.setUint16(offset + 2, 0);
  return flagsLength + writeHeader(target, offset + flagsLength, session, cookie);
}

/** The offset of the session id in the datagram's payload from `offset` to `end`, or a negative refusal; reserved bits are ignored. */
export function openMessage(datagram: DataView, offset: number, end: number): number {
  if (end - offset < flagsLength) return runtPacket;
  const flags = datagram.getUint16(offset);
  if ((flags & versionMask) !== version) return wrongVersion;
  if ((flags & controlFlag) !== 0) return controlMessage;
  return end - offset < flagsLength + sessionIdLength ? runtPacket : offset + flagsLength;
}
