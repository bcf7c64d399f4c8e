/** Netlink messages: struct nlmsghdr and its payload (netlink(7)), several to a datagram. */
import { SystemCallError } from '../libc';
import { Attributes } from './attributes';
import { MalformedMessageError } from './errors';
import { align, readS32, readU16, readU32, writeU16, writeU32 } from './host-order';
import { NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_ERROR, NLMSGERR_ATTR_MSG } from '../uapi';

const headerLength = 16;
const errorLength = 4;

export interface Message {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** The sender's port is left 0: the kernel fills in the socket's. */
export function encodeMessage(message: Message): Uint8Array {
  const length = headerLength + message.payload.length;
  const bytes = Buffer.alloc(align(length));
  writeU32(bytes, 0, length);
  writeU16(bytes, 4, message.type);
  writeU16(bytes, 6, message.flags);
  writeU32(bytes, 8, message.sequence);
  bytes.set(message.payload, headerLength);
  return bytes;
}

/** All messages of a datagram. Throws MalformedMessageError where a length leads outside it. */
export function decodeMessages(bytes: Uint8Array): readonly Message[] {
  const messages: Message[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const length = offset + headerLength <= bytes.length ? readU32(bytes, offset) : 0;
    const end = offset + length;
    if (length < headerLength || end > bytes.length) {
      throw new MalformedMessageError(`message of ${length} bytes at ${offset} of ${bytes.length}`);
    }
    messages.push({
      type: readU16(bytes, offset + 4),
      flags: readU16(bytes, offset + 6),
      sequence: readU32(bytes, offset + 8),
      payload: bytes.subarray(offset + headerLength, end),
    });
    offset += align(length);
  }
  return messages;
}

export interface Failure {
  /** Linux's name of the error. */
  readonly code: string;
  /** The kernel's own words (NETLINK_EXT_ACK), empty if it has none. */
  readonly words: string;
}

/** What an NLMSG_ERROR or NLMSG_DONE says; null if it is success. */
export function failureOf(message: Message): Failure | null {
  const { payload } = message;
  if (payload.length < errorLength) return null;
  const errno = -readS32(payload, 0);
  if (errno === 0) return null;
  return { code: new SystemCallError('netlink', errno).code, words: wordsOf(message) };
}

function wordsOf({ type, flags, payload }: Message): string {
  if ((flags & NLM_F_ACK_TLVS) === 0) return '';
  const start = errorLength + (type === NLMSG_ERROR ? requestLength(payload, flags) : 0);
  return new Attributes(payload.subarray(start)).text(NLMSGERR_ATTR_MSG) ?? '';
}

/** An NLMSG_ERROR repeats the request that failed, only its header if it was capped. */
function requestLength(payload: Uint8Array, flags: number): number {
  if (flags & NLM_F_CAPPED || payload.length < errorLength + headerLength) return headerLength;
  return align(readU32(payload, errorLength));
}
