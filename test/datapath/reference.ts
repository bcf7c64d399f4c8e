/** The slow, obvious reference for frames as bytes: what super-frames stand for, what is a flow, which bytes mean nothing. */
import { onesComplementSum } from './inner-packets';

/** A frame without an identification that means nothing (RFC 6864) and the checksum that covers it. */
export function canonical(frame: Buffer): Buffer {
  const atomic = frame.length >= 34 && frame.readUInt16BE(12) === 0x0800 && frame.readUInt16BE(20) === 0x4000;
  return atomic ? Buffer.from(frame).fill(0, 18, 20).fill(0, 24, 26) : frame;
}

/** The flow of a frame: addresses and ports, or '' if it is no whole, untagged TCP segment without IP options. */
export function flowOf(frame: Buffer): string {
  const type = frame.readUInt16BE(12);
  const ipv4 =
    type === 0x0800 &&
    frame.length >= 38 &&
    frame[14] === 0x45 &&
    (frame.readUInt16BE(20) & 0xbfff) === 0 &&
    frame[23] === 6;
  const ipv6 = type === 0x86dd && frame.length >= 58 && frame[20] === 6;
  return ipv4 ? frame.toString('hex', 26, 38) : ipv6 ? frame.toString('hex', 22, 58) : '';
}

const needsChecksum = 1;
const [tcp4, tcp6] = [1, 4];

function hostU16(bytes: Buffer, at: number): number {
  return new Uint16Array(new Uint8Array(bytes.subarray(at, at + 2)).buffer)[0] ?? 0;
}

/** The checksum of what follows the IP header, with its pseudo-header (RFC 9293, section 3.1; RFC 8200, section 8.1). */
function transportChecksum(addresses: Buffer, protocol: number, content: Buffer): number {
  const pseudo = Buffer.alloc(8);
  pseudo.writeUInt32BE(content.length);
  pseudo[7] = protocol;
  return 0xffff - onesComplementSum(addresses, pseudo, content);
}

/** The frames that a virtio_net header of 10 bytes and the frame behind it stand for. Throws if they contradict each other. */
export function segments(given: Buffer): Buffer[] {
  const [flags = 0, type = 0] = given;
  const [size, start, offset] = [4, 6, 8].map((at) => hostU16(given, at)) as [number, number, number];
  const frame = given.subarray(10);
  if (type === 0) return [(flags & needsChecksum) === 0 ? frame : completed(frame, start, offset)];
  const kind = type & 0x7f;
  if (kind !== tcp4 && kind !== tcp6) throw new Error(`a super-frame of type ${kind}`);
  if (flags !== needsChecksum || size === 0 || offset !== 16)
    throw new Error('a header that contradicts itself');
  const network = 14;
  const addresses = kind === tcp4 ? frame.subarray(network + 12, start) : frame.subarray(network + 8, start);
  if (start !== network + (kind === tcp4 ? 20 : 40)) throw new Error('TCP is elsewhere');
  const pseudo = Buffer.alloc(8);
  pseudo.writeUInt32BE(frame.length - start);
  pseudo[7] = 6;
  if (frame.readUInt16BE(start + 16) !== onesComplementSum(addresses, pseudo)) {
    throw new Error("not the pseudo-header's sum");
  }
  const payload = start + (frame[start + 12]! >> 4) * 4;
  const count = Math.max(1, Math.ceil((frame.length - payload) / size));
  return Array.from({ length: count }, (_, place) => {
    const from = payload + place * size;
    const made = Buffer.concat([frame.subarray(0, payload), frame.subarray(from, from + size)]);
    if (kind === tcp4) {
      made.writeUInt16BE(made.length - network, network + 2);
      made.writeUInt16BE((frame.readUInt16BE(network + 4) + place) & 0xffff, network + 4);
      made.writeUInt16BE(0, network + 10);
      made.writeUInt16BE(0xffff - onesComplementSum(made.subarray(network, start)), network + 10);
    } else {
      made.writeUInt16BE(made.length - start, network + 4);
    }
    made.writeUInt32BE((frame.readUInt32BE(start + 4) + place * size) % 2 ** 32, start + 4);
    // CWR is the first one's, FIN and PSH are the last one's.
    if (place > 0) made[start + 13]! &= ~0x80;
    if (place < count - 1) made[start + 13]! &= ~0x09;
    made.writeUInt16BE(0, start + 16);
    made.writeUInt16BE(transportChecksum(addresses, 6, made.subarray(start)), start + 16);
    return made;
  });
}

/** With the checksum that was left to the device. */
function completed(frame: Buffer, start: number, offset: number): Buffer {
  const made = Buffer.from(frame);
  const checksum = 0xffff - onesComplementSum(frame.subarray(start));
  made.writeUInt16BE(checksum === 0 ? 0xffff : checksum, start + offset);
  return made;
}
