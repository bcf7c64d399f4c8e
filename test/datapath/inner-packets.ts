/** Inner frames made slowly and plainly from their fields, and super-frames cut the same way: what the fast code must equal. */
import fc from 'fast-check';

/** RFC 1071 to the letter. */
export function onesComplementSum(...parts: readonly Uint8Array[]): number {
  const data = Buffer.concat(parts);
  let sum = 0;
  for (let at = 0; at < data.length; at += 2) {
    sum += (data[at] ?? 0) * 256 + (data[at + 1] ?? 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

export interface InnerPacket {
  readonly family: 4 | 6;
  readonly transport: 'tcp' | 'udp';
  /** Tag control information of each VLAN tag, the outermost first. */
  readonly tags: readonly number[];
  /** IPv6 only: how many destination options headers of 8 bytes. */
  readonly extensions: number;
  readonly trafficClass: number;
  readonly timeToLive: number;
  readonly identification: number;
  readonly dontFragment: boolean;
  /** The last byte of the addresses, which makes flows. */
  readonly source: number;
  readonly sourcePort: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
  readonly window: number;
  /** A multiple of four bytes. */
  readonly options: Uint8Array;
  readonly payload: Uint8Array;
}

export const flag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 } as const;

function u16(...values: readonly number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [(value >> 8) & 0xff, value & 0xff]));
}

function u32(value: number): Buffer {
  return u16(Math.floor(value / 65536) & 0xffff, value & 0xffff);
}

function addresses({ family, source }: InnerPacket): Buffer {
  return family === 4
    ? Buffer.from([192, 168, 7, source, 192, 168, 7, 200])
    : Buffer.from(
        `fd07${'00'.repeat(13)}${source.toString(16).padStart(2, '0')}fd07${'00'.repeat(13)}c8`,
        'hex',
      );
}

/** How the checksum of the transport header is to be. */
type Checksum = 'complete' | 'pseudo-header only';

function transportPart(packet: InnerPacket, checksum: Checksum): Buffer {
  const { transport, payload, options } = packet;
  const number = transport === 'tcp' ? 6 : 17;
  const headerLength = transport === 'tcp' ? 20 + options.length : 8;
  const length = headerLength + payload.length;
  const header = (sum: number) =>
    transport === 'tcp'
      ? Buffer.concat([
          u16(packet.sourcePort, 80),
          u32(packet.sequence),
          u32(packet.acknowledgment),
          u16(((headerLength / 4) << 12) | packet.flags, packet.window, sum, 0),
          options,
        ])
      : u16(packet.sourcePort, 53, length, sum);
  const pseudo = onesComplementSum(addresses(packet), u32(length), u16(0, number));
  if (checksum === 'pseudo-header only') return Buffer.concat([header(pseudo), payload]);
  const whole = 0xffff - onesComplementSum(u16(pseudo), header(0), payload);
  return Buffer.concat([header(transport === 'udp' && whole === 0 ? 0xffff : whole), payload]);
}

function networkPart(packet: InnerPacket, content: Buffer): Buffer {
  const number = packet.transport === 'tcp' ? 6 : 17;
  if (packet.family === 6) {
    const kinds = [...new Array<number>(packet.extensions).fill(60), number];
    const extensions = kinds.slice(1).map((next) => Buffer.from([next, 0, 1, 4, 0, 0, 0, 0]));
    const rest = Buffer.concat([...extensions, content]);
    const first = 0x60000000 + packet.trafficClass * 2 ** 20 + 0x54321;
    const hops = Buffer.from([kinds[0]!, packet.timeToLive]);
    return Buffer.concat([u32(first), u16(rest.length), hops, addresses(packet), rest]);
  }
  const header = (sum: number) =>
    Buffer.concat([
      Buffer.from([0x45, packet.trafficClass]),
      u16(20 + content.length, packet.identification, packet.dontFragment ? 0x4000 : 0),
      Buffer.from([packet.timeToLive, number]),
      u16(sum),
      addresses(packet),
    ]);
  return Buffer.concat([header(0xffff - onesComplementSum(header(0))), content]);
}

/** The frame that stands for these fields. */
export function frameOf(packet: InnerPacket, checksum: Checksum = 'complete'): Buffer {
  return Buffer.concat([
    Buffer.from('02000000000202000000000a', 'hex'),
    ...packet.tags.map((tag) => u16(0x8100, tag)),
    u16(packet.family === 4 ? 0x0800 : 0x86dd),
    networkPart(packet, transportPart(packet, checksum)),
  ]);
}

/** Bytes before the transport header. */
export function transportOffset({ tags, family, extensions }: InnerPacket): number {
  return 14 + 4 * tags.length + (family === 4 ? 20 : 40 + 8 * extensions);
}

/** The virtio_net header of a little-endian or big-endian host. */
export function vnetHeaderOf(
  fields: { flags?: number; type?: number; size?: number; start?: number; offset?: number },
  length: number,
): Buffer {
  const bytes = Buffer.alloc(length);
  bytes[0] = fields.flags ?? 0;
  bytes[1] = fields.type ?? 0;
  const rest = Uint16Array.of(0, fields.size ?? 0, fields.start ?? 0, fields.offset ?? 0);
  Buffer.from(rest.buffer).copy(bytes, 2);
  return bytes;
}

/** A super-frame as the kernel hands it over, to be cut into payloads of `size` bytes. */
export function superFrameOf(packet: InnerPacket, size: number, vnetHeader: number): Buffer {
  const type = packet.transport === 'udp' ? 5 : packet.family === 4 ? 1 : 4;
  const start = transportOffset(packet);
  const offset = packet.transport === 'udp' ? 6 : 16;
  const header = vnetHeaderOf({ flags: 1, type, size, start, offset }, vnetHeader);
  return Buffer.concat([header, frameOf(packet, 'pseudo-header only')]);
}

/** The frames that a super-frame stands for. */
export function segmentsOf(packet: InnerPacket, size: number): InnerPacket[] {
  const count = Math.max(1, Math.ceil(packet.payload.length / size));
  return Array.from({ length: count }, (_, place) => ({
    ...packet,
    identification: (packet.identification + place) % 65536,
    sequence: (packet.sequence + place * size) % 2 ** 32,
    flags: packet.flags & ~(place === 0 ? 0 : flag.cwr) & ~(place === count - 1 ? 0 : flag.fin | flag.psh),
    payload: packet.payload.subarray(place * size, (place + 1) * size),
  }));
}

/** Packets with random fields; `payload` bytes of at most `longest`. */
export function innerPackets(longest: number): fc.Arbitrary<InnerPacket> {
  return fc.record({
    family: fc.constantFrom(4, 6),
    transport: fc.constantFrom('tcp', 'udp'),
    tags: fc.array(fc.nat(0xffff), { maxLength: 2 }),
    extensions: fc.nat(3),
    trafficClass: fc.nat(255),
    timeToLive: fc.nat(255),
    identification: fc.nat(0xffff),
    dontFragment: fc.boolean(),
    source: fc.nat(199),
    sourcePort: fc.nat(0xffff),
    sequence: fc.nat(0xffffffff),
    acknowledgment: fc.nat(0xffffffff),
    flags: fc.nat(255),
    window: fc.nat(0xffff),
    options: fc.nat(10).chain((words) => fc.uint8Array({ minLength: words * 4, maxLength: words * 4 })),
    payload: fc.uint8Array({ maxLength: longest, size: 'max' }),
  });
}

/** The packet as one of TCP whose segments, if it is cut, can be merged again: no tags, no extensions, no flags but ACK and PSH. */
export const mergeable = (packet: InnerPacket): InnerPacket => ({
  ...packet,
  transport: 'tcp',
  tags: [],
  extensions: 0,
  flags: flag.ack | (packet.flags & flag.psh),
});
