/**
 * Segmentation and coalescing against a slow reference and against each other, with all that may be in a frame; and that
 * neither reads or writes outside what it was given, whatever that says about its own length.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { javaScriptSum, summableArena, type SummableArena } from '../../src/datapath/checksum';
import { Coalescer, type Owner } from '../../src/datapath/coalescer';
import { Arena } from '../../src/datapath/memory';
import { batchSize } from '../../src/datapath/message-vector';
import { SuperFrame } from '../../src/datapath/super-frame';
import { compare } from '../system/proof-streams';
import {
  flag,
  frameOf,
  innerPackets,
  onesComplementSum,
  segmentsOf,
  superFrameOf,
  type InnerPacket,
  mergeable,
} from './inner-packets';
import { canonical, segments } from './reference';

const stride = 9216;
const headroom = 64;
const frameAt = 1024;

function javaScriptArena(size: number): SummableArena {
  const arena = new Arena(size);
  return { arena, sum: javaScriptSum(arena) };
}

/** What all properties hold for: the sum in WebAssembly, where that runs, and in JavaScript. */
const arenas = [summableArena, javaScriptArena] as const;

/** One coalescer; runs batches of up to `batchSize` frames. */
class Coalescing {
  readonly #memory: SummableArena;
  readonly #coalescer: Coalescer<Owner>;
  readonly #owner: Owner = { vnetHeader: 10, offload: true };
  #pieces: Buffer[] = [];
  #written: Buffer[] = [];
  #frames: readonly Buffer[] = [];

  constructor(make: (size: number) => SummableArena) {
    this.#memory = make(batchSize * stride);
    this.#coalescer = new Coalescer<Owner>(this.#memory, {
      piece: (offset, length) => {
        this.#checkPiece(offset, length);
        this.#pieces.push(Buffer.from(this.#memory.arena.bytes.subarray(offset, offset + length)));
      },
      end: () => {
        this.#written.push(Buffer.concat(this.#pieces));
        this.#pieces = [];
      },
    });
  }

  /** What is written for a batch that lies among bytes of `filling`, none of which may change but for the headers before frames. */
  run(frames: readonly Buffer[], filling: number): readonly Buffer[] {
    const { bytes } = this.#memory.arena;
    this.#written = [];
    this.#frames = frames;
    bytes.fill(filling, 0, frames.length * stride);
    for (const [place, frame] of frames.entries()) bytes.set(frame, place * stride + headroom);
    for (const [place, frame] of frames.entries()) {
      this.#coalescer.add(this.#owner, place * stride + headroom, frame.length);
    }
    this.#coalescer.flush();
    const same = Buffer.alloc(stride, filling);
    for (const [place, frame] of frames.entries()) {
      const start = place * stride;
      const spared = [
        bytes.subarray(start, start + headroom - this.#owner.vnetHeader),
        bytes.subarray(start + headroom + frame.length, start + stride),
      ];
      assert.ok(spared.every((part) => Buffer.compare(part, same.subarray(0, part.length)) === 0));
    }
    return this.#written;
  }

  #checkPiece(offset: number, length: number): void {
    const place = Math.floor(offset / stride);
    const start = place * stride + headroom;
    const frame = this.#frames[place];
    assert.ok(frame !== undefined && length >= 0);
    assert.ok(offset >= start - this.#owner.vnetHeader && offset + length <= start + frame.length);
  }
}

/** Puts IPv4 options of `words` times four bytes into the frame, with the checksum right. */
function withOptions(frame: Buffer, words: number): Buffer {
  const header = Buffer.concat([frame.subarray(14, 34), Buffer.alloc(words * 4, 1)]);
  header[0] = 0x45 + words;
  header.writeUInt16BE(header.readUInt16BE(2) + words * 4, 2);
  header.writeUInt16BE(0, 10);
  header.writeUInt16BE(0xffff - onesComplementSum(header), 10);
  return Buffer.concat([frame.subarray(0, 14), header, frame.subarray(34)]);
}

/** Writes a word of the IPv4 header and makes its checksum right. */
function withIpv4Word(frame: Buffer, at: number, value: number): Buffer {
  const made = Buffer.from(frame);
  made.writeUInt16BE(value, 14 + at);
  made.writeUInt16BE(0, 14 + 10);
  made.writeUInt16BE(0xffff - onesComplementSum(made.subarray(14, 34)), 14 + 10);
  return made;
}

/** What happens to one frame of a stream; each is the identity for frames that it has no meaning for. */
const twists = {
  none: (frame: Buffer) => frame,
  padded: (frame: Buffer) => Buffer.concat([frame, Buffer.alloc(7)]),
  damaged: (frame: Buffer) => {
    const made = Buffer.from(frame);
    made[made.length - 1]! ^= 0x10;
    return made;
  },
  damagedHeader: (frame: Buffer) => {
    const made = Buffer.from(frame);
    if (made.readUInt16BE(12) === 0x0800) made[24]! ^= 1;
    return made;
  },
  optioned: (frame: Buffer) => (frame.readUInt16BE(12) === 0x0800 ? withOptions(frame, 2) : frame),
  firstFragment: (frame: Buffer) =>
    frame.readUInt16BE(12) === 0x0800 ? withIpv4Word(frame, 6, 0x2000) : frame,
  laterFragment: (frame: Buffer) =>
    frame.readUInt16BE(12) === 0x0800 ? withIpv4Word(frame, 6, 0x0010) : frame,
  reservedBit: (frame: Buffer) =>
    frame.readUInt16BE(12) === 0x0800 ? withIpv4Word(frame, 6, 0x8000) : frame,
  strangeIdentification: (frame: Buffer) =>
    frame.readUInt16BE(12) === 0x0800 ? withIpv4Word(frame, 4, 12345) : frame,
  truncated: (frame: Buffer) => frame.subarray(0, Math.max(14, frame.length - 9)),
  headersOnly: (frame: Buffer) => frame.subarray(0, 14 + (frame.length % 60)),
} as const;

const twistNames = Object.keys(twists) as (keyof typeof twists)[];

/** Long enough to be cut, which fast-check's own lengths seldom are. */
const payloads = fc
  .record({ length: fc.integer({ min: 1000, max: 12_000 }), factor: fc.nat(255) })
  .map(({ length, factor }) => new Uint8Array(length).map((_, place) => place * factor + (place >> 8)));

const streams = fc.record({
  packet: fc
    .tuple(innerPackets(10), payloads)
    .map(([packet, payload]): InnerPacket => ({ ...packet, payload })),
  size: fc.integer({ min: 200, max: 1500 }),
  /** Most streams are such as are merged, but for their flags. */
  kind: fc.constantFrom('tcp', 'tcp', 'tcp', 'any'),
  flags: fc.constantFrom(
    ...new Array<number>(8).fill(flag.ack),
    flag.ack | flag.psh,
    flag.ack | flag.fin,
    flag.ack | flag.cwr,
    flag.ack | flag.ece,
    flag.ack | flag.urg,
    flag.syn,
    flag.rst | flag.ack,
    255,
  ),
});

const batches = fc.record({
  streams: fc.array(streams, { minLength: 1, maxLength: 4 }),
  order: fc.array(
    fc.record({
      stream: fc.nat(3),
      luck: fc.constantFrom('lost', 'doubled', 'early', ...new Array<'usual'>(12).fill('usual')),
      twist: fc.oneof({ weight: 6, arbitrary: fc.constant('none' as const) }, fc.constantFrom(...twistNames)),
    }),
    { minLength: batchSize / 2, maxLength: batchSize },
  ),
});

function framesOf(stream: { packet: InnerPacket; size: number; kind: string; flags: number }): Buffer[] {
  const { packet, size, kind, flags } = stream;
  const plain: InnerPacket = { ...packet, transport: 'tcp', tags: [], extensions: 0, flags };
  return segmentsOf(kind === 'tcp' ? plain : { ...packet, flags }, size).map((segment) => frameOf(segment));
}

function hexOf(frames: readonly Buffer[]): string[] {
  return frames.map((frame) => frame.toString('hex'));
}

for (const make of arenas) {
  describe(`with the sum of ${make.name}`, () => {
    const coalescing = new Coalescing(make);
    const memory = make(80_000);
    const superFrame = new SuperFrame(memory);

    /** The frames that are made of what a device gave, which lies among bytes of `filling`; null if it was refused. */
    function cut(given: Uint8Array, filling: number): Buffer[] | null {
      const { bytes } = memory.arena;
      bytes.fill(filling);
      bytes.set(given, frameAt);
      const count = superFrame.open(frameAt, given.length, 10);
      if (count === 0) return null;
      return Array.from({ length: count }, (_, segment) => {
        if (superFrame.headerLength > 0) superFrame.writeHeader(segment, 0);
        const from = superFrame.payload(segment);
        return Buffer.concat([
          bytes.subarray(0, superFrame.headerLength),
          bytes.subarray(from, from + superFrame.payloadLength(segment)),
        ]);
      });
    }

    it('coalescing writes what the reference cuts into the frames that came, in order', (context) => {
      let merged = 0;
      fc.assert(
        fc.property(batches, ({ streams: list, order }) => {
          const queues = list.map(framesOf);
          const frames: Buffer[] = [];
          for (const { stream, luck, twist } of order) {
            const untwisted = queues[stream % queues.length]!.shift();
            if (untwisted === undefined || luck === 'lost') continue;
            const frame = twists[twist](untwisted);
            if (luck === 'doubled') frames.push(frame);
            frames.splice(luck === 'early' ? -1 : frames.length, 0, frame);
          }
          frames.splice(batchSize);
          const written = coalescing.run(frames, 0xa5);
          const left = written.flatMap((bytes) => segments(bytes));
          assert.equal(compare('written', frames, left).missing, 0);
          merged += frames.length - written.length;
        }),
        { numRuns: 300 },
      );
      context.diagnostic(`${merged} frames were merged behind others`);
      assert.ok(merged > 500);
    });

    it('what segmentation has cut coalescing makes whole, and the reference cuts into the same', () => {
      const packets = fc
        .tuple(innerPackets(500), fc.option(payloads))
        .map(([packet, payload]) => mergeable({ ...packet, payload: payload ?? packet.payload }));
      fc.assert(
        fc.property(packets, fc.integer({ min: 400, max: 1500 }), (packet, size) => {
          const given = superFrameOf(packet, size, 10);
          const frames = cut(given, 0)!;
          assert.deepEqual(hexOf(frames), hexOf(segments(given)));
          const [written, ...more] = coalescing.run(frames, 0xa5);
          assert.equal(more.length, 0);
          assert.deepEqual(hexOf(segments(written!).map(canonical)), hexOf(frames.map(canonical)));
          if (frames.length > 1)
            assert.deepEqual(hexOf(cut(written!, 0)!.map(canonical)), hexOf(frames.map(canonical)));
        }),
        { numRuns: 100 },
      );
    });

    /** Frames with some bytes changed, cut off anywhere, or noise; of 14 bytes and more. */
    const anyFrame = fc.oneof(
      fc
        .tuple(innerPackets(300), fc.nat(500), fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 4 }))
        .map(([packet, length, changes]) => {
          const frame = frameOf(packet);
          for (const [at, value] of changes) if (at < frame.length) frame[at] = value;
          return frame.subarray(0, Math.max(14, length));
        }),
      fc.uint8Array({ minLength: 14, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    );

    it('coalescing heeds nothing outside of the frames', () => {
      fc.assert(
        fc.property(fc.array(anyFrame, { minLength: 1, maxLength: 20 }), (list) => {
          // Twins, so that merging is tried.
          const frames = list.flatMap((frame) => [frame, frame]);
          const [one, other] = [0xa5, 0x00].map((filling) => hexOf(coalescing.run(frames, filling)));
          assert.deepEqual(one, other);
        }),
        { numRuns: 300 },
      );
    });

    it('segmentation heeds nothing outside of the frame, whatever its header says', () => {
      const headers = fc.record({
        flags: fc.constantFrom(0, 1, 1, 1, 255),
        type: fc.constantFrom(0, 1, 4, 5, 0x81, 0x84, 3, 255),
        fields: fc.array(fc.oneof(fc.constantFrom(0, 6, 14, 16, 34, 54, 0xffff), fc.nat(0xffff)), {
          minLength: 4,
          maxLength: 4,
        }),
      });
      fc.assert(
        fc.property(anyFrame, headers, (frame, { flags, type, fields }) => {
          const header = Buffer.concat([
            Buffer.of(flags, type),
            Buffer.from(Uint16Array.from(fields).buffer),
          ]);
          const given = Buffer.concat([header, frame]);
          const [one, other] = [0xa5, 0x00].map((filling) => cut(given, filling));
          assert.deepEqual(one && hexOf(one), other && hexOf(other));
          const behind = memory.arena.bytes.subarray(frameAt + given.length);
          assert.equal(Buffer.compare(behind, Buffer.alloc(behind.length)), 0);
        }),
        { numRuns: 1000 },
      );
    });
  });
}
