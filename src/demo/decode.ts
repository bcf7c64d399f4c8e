/**
 * A captured L2TPv3 packet, field by field: IPv4 (RFC 791), session id and cookie (RFC 3931, section 4.1.1),
 * Ethernet, and inside it IPv4 and ICMP (RFC 792). Numbers on the wire are big-endian.
 */

export interface Field {
  readonly bytes: Buffer;
  readonly meaning: string;
}

export interface Layer {
  readonly title: string;
  readonly fields: readonly Field[];
}

/** A field of fixed length in bytes, with what it says; `layer` is the layer from its first byte on. */
interface FieldFormat {
  readonly length: number;
  readonly say: (bytes: Buffer, layer: Buffer) => string;
}

interface LayerFormat {
  readonly title: string;
  readonly fields: readonly FieldFormat[];
}

const number = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`);
const plain =
  (name: string) =>
  (bytes: Buffer): string =>
    `${name} ${number(bytes)}`;
const inet =
  (name: string) =>
  (bytes: Buffer): string =>
    `${name} ${bytes.join('.')}`;
const ether =
  (name: string) =>
  (bytes: Buffer): string =>
    `${name} ${(bytes.toString('hex').match(/../g) ?? []).join(':')}`;
/** A number with the name that it has in `names`. */
const named =
  (name: string, names: Readonly<Record<number, string>>) =>
  (bytes: Buffer): string => {
    const value = bytes.readUIntBE(0, bytes.length);
    const known = names[value];
    return `${name} ${value}${known === undefined ? '' : `, ${known}`}`;
  };

/** RFC 1071: over a whole header with its checksum in place the sum is all ones. */
function checksumHolds(header: Buffer): boolean {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) {
    sum += at + 1 < header.length ? header.readUInt16BE(at) : header.readUInt8(at) << 8;
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum === 0xffff;
}
const verdict = (covered: Buffer): string => (checksumHolds(covered) ? 'correct' : 'wrong');

const ipv4HeaderLength = 20;

function fragmentation(bytes: Buffer): string {
  const value = bytes.readUInt16BE(0);
  const dontFragment = (value & 0x4000) !== 0 ? 'set' : 'clear';
  const more = (value & 0x2000) !== 0 ? ', more follow' : '';
  return `don't fragment ${dontFragment}, offset ${(value & 0x1fff) * 8}${more}`;
}

const ipv4 = (title: string): LayerFormat => ({
  title,
  fields: [
    {
      length: 1,
      say: (bytes) => `version ${bytes.readUInt8(0) >> 4}, header of ${(bytes.readUInt8(0) & 15) * 4} bytes`,
    },
    { length: 1, say: plain('type of service') },
    { length: 2, say: plain('total length') },
    { length: 2, say: plain('identification') },
    { length: 2, say: fragmentation },
    { length: 1, say: plain('time to live') },
    { length: 1, say: named('protocol', { 1: 'ICMP', 115: 'L2TP' }) },
    { length: 2, say: (_, layer) => `checksum, ${verdict(layer.subarray(0, ipv4HeaderLength))}` },
    { length: 4, say: inet('from') },
    { length: 4, say: inet('to') },
  ],
});

const ethernet: LayerFormat = {
  title: 'Ethernet',
  fields: [
    { length: 6, say: ether('to') },
    { length: 6, say: ether('from') },
    { length: 2, say: named('type', { 0x0800: 'IPv4', 0x0806: 'ARP', 0x86dd: 'IPv6' }) },
  ],
};

const l2tp = (cookieLength: number): LayerFormat => ({
  title: 'L2TPv3',
  fields: [
    { length: 4, say: plain('session id') },
    ...(cookieLength > 0 ? [{ length: cookieLength, say: plain('cookie') }] : []),
  ],
});

const icmp: LayerFormat = {
  title: 'ICMP',
  fields: [
    { length: 1, say: named('type', { 0: 'echo reply', 8: 'echo request' }) },
    { length: 1, say: plain('code') },
    { length: 2, say: (_, layer) => `checksum, ${verdict(layer)}` },
    { length: 2, say: plain('identifier') },
    { length: 2, say: plain('sequence number') },
  ],
};

/**
 * Takes an L2TPv3 packet apart, from its outer IPv4 header without options on. `cookieLength` is 0, 4 or 8 bytes.
 * Throws a RangeError if the packet is too short for a ping inside.
 */
export function decode(packet: Buffer, cookieLength: number): readonly Layer[] {
  const layers: Layer[] = [];
  let at = 0;
  for (const format of [ipv4('Outer IPv4'), l2tp(cookieLength), ethernet, ipv4('Inner IPv4'), icmp]) {
    const layer = packet.subarray(at);
    let offset = 0;
    const fields = format.fields.map(({ length, say }) => {
      const bytes = layer.subarray(offset, offset + length);
      if (bytes.length < length) throw new RangeError(`packet ends in ${format.title}`);
      offset += length;
      return { bytes, meaning: say(bytes, layer) };
    });
    layers.push({ title: format.title, fields });
    at += offset;
  }
  const data = packet.subarray(at);
  return [...layers, { title: 'Data', fields: [{ bytes: data, meaning: `${data.length} bytes` }] }];
}

/** Whether it is IPv4 with protocol 115 and, behind a cookie of that length, an Ethernet frame with an ICMP echo request. */
export function carriesEchoRequest(packet: Buffer, cookieLength: number): boolean {
  const frame = ipv4HeaderLength + 4 + cookieLength;
  const inner = frame + 14;
  return (
    packet.length > inner + ipv4HeaderLength + 8 &&
    packet[0] === 0x45 &&
    packet[9] === 115 &&
    packet.readUInt16BE(frame + 12) === 0x0800 &&
    packet[inner] === 0x45 &&
    packet[inner + 9] === 1 &&
    packet[inner + ipv4HeaderLength] === 8
  );
}
