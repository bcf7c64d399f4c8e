/** Coalescing: cut again, what it writes is what came, in order within every flow. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { summableArena } from '../../src/datapath/checksum';
import { Coalescer, type Owner } from '../../src/datapath/coalescer';
import { batchSize } from '../../src/datapath/message-vector';
import { SuperFrame } from '../../src/datapath/super-frame';
import { flag, frameOf, innerPackets, segmentsOf, type InnerPacket, mergeable } from './inner-packets';
import { canonical as meaningful, flowOf } from './reference';

interface Written {
  readonly owner: Owner;
  readonly bytes: Buffer;
  readonly packets: number;
  readonly frameBytes: number;
}

interface Arrival {
  readonly owner: Owner;
  readonly frame: Buffer;
}

const stride = 9216;
const headroom = 16;
const memory = summableArena(batchSize * stride);
const written: Written[] = [];
let pieces: Buffer[] = [];
const coalescer = new Coalescer<Owner>(memory, {
  piece(offset, length) {
    pieces.push(Buffer.from(memory.arena.bytes.subarray(offset, offset + length)));
  },
  end(owner, packets, frameBytes) {
    written.push({ owner, bytes: Buffer.concat(pieces), packets, frameBytes });
    pieces = [];
  },
});

/** What is written for one batch. */
function coalesce(arrivals: readonly Arrival[]): Written[] {
  written.length = 0;
  for (const [place, { owner, frame }] of arrivals.entries()) {
    const offset = place * stride + headroom + 2;
    memory.arena.bytes.fill(0xa5, offset - headroom, offset);
    memory.arena.bytes.set(frame, offset);
    coalescer.add(owner, offset, frame.length);
  }
  coalescer.flush();
  return [...written];
}

const cutMemory = summableArena(80_000);
const superFrame = new SuperFrame(cutMemory);

/** The frames that the kernel makes of what has been written. */
function cut({ owner, bytes }: Written): Buffer[] {
  const start = 1024;
  cutMemory.arena.bytes.set(bytes, start);
  const count = superFrame.open(start, bytes.length, owner.vnetHeader);
  assert.ok(count > 0);
  return Array.from({ length: count }, (_, segment) => {
    if (superFrame.headerLength > 0) superFrame.writeHeader(segment, 0);
    const from = superFrame.payload(segment);
    return Buffer.concat([
      cutMemory.arena.bytes.subarray(0, superFrame.headerLength),
      cutMemory.arena.bytes.subarray(from, from + superFrame.payloadLength(segment)),
    ]);
  });
}

/** As hexadecimal, without what means nothing. */
function canonical(frame: Buffer): string {
  return meaningful(frame).toString('hex');
}

const plainTcp: InnerPacket = {
  family: 4,
  transport: 'tcp',
  tags: [],
  extensions: 0,
  trafficClass: 0,
  timeToLive: 64,
  identification: 1000,
  dontFragment: false,
  source: 1,
  sourcePort: 40000,
  sequence: 0xfffffc00,
  acknowledgment: 1,
  flags: flag.ack,
  window: 500,
  options: new Uint8Array(12).fill(1),
  payload: new Uint8Array(10_000).map((_, place) => place * 13),
};

const ours: Owner = { vnetHeader: 10, offload: true };
const others: Owner = { vnetHeader: 12, offload: true };
const plain: Owner = { vnetHeader: 10, offload: false };

/** Frames of one flow, 1,000 bytes of payload each. */
function stream(changes: Partial<InnerPacket> = {}): Buffer[] {
  return segmentsOf({ ...plainTcp, ...changes }, 1000).map((segment) => frameOf(segment));
}

function arrivals(frames: readonly Buffer[], owner = ours): Arrival[] {
  return frames.map((frame) => ({ owner, frame }));
}

/** How many frames went into each write. */
function sizes(batch: readonly Arrival[]): number[] {
  return coalesce(batch).map(({ packets }) => packets);
}

/** Ten frames of a stream, of which the fifth has been changed in one byte. */
function withByte(
  at: number,
  change: (byte: number) => number,
  changes: Partial<InnerPacket> = {},
): Arrival[] {
  const frames = stream(changes);
  const frame = frames[4]!;
  frame[at] = change(frame[at]!);
  return arrivals(frames);
}

describe('coalescing', () => {
  for (const family of [4, 6] as const) {
    it(`makes one write of an IPv${family} stream, and describes it right`, () => {
      const frames = stream({ family, flags: flag.ack | flag.psh });
      const [write, ...more] = coalesce(arrivals(frames));
      assert.equal(more.length, 0);
      assert.equal(write?.packets, 10);
      assert.equal(
        write.frameBytes,
        frames.reduce((sum, frame) => sum + frame.length, 0),
      );
      assert.deepEqual(cut(write).map(canonical), frames.map(canonical));
      const header = Array.from(new Uint16Array(new Uint8Array(write.bytes.subarray(2, 10)).buffer));
      const headerLength = 14 + (family === 4 ? 20 : 40) + 32;
      assert.deepEqual([write.bytes[0], write.bytes[1]], [1, family === 4 ? 1 : 4]);
      assert.deepEqual(header, [headerLength, 1000, headerLength - 32, 16]);
    });
  }

  it('keeps a write below 65,536 bytes of packet', () => {
    const payload = new Uint8Array(64 * 8000);
    const frames = segmentsOf({ ...plainTcp, payload }, 8000).map((segment) => frameOf(segment));
    assert.deepEqual(sizes(arrivals(frames)), new Array(8).fill(8));
  });

  it('ends a write at PSH, at a shorter payload, before a longer one and at a gap', () => {
    const push = segmentsOf({ ...plainTcp, flags: flag.ack }, 1000).map((segment, place) =>
      frameOf(place === 3 ? { ...segment, flags: flag.ack | flag.psh } : segment),
    );
    assert.deepEqual(sizes(arrivals(push)), [4, 6]);
    const short = stream({ payload: plainTcp.payload.subarray(0, 2500) });
    const after = stream({ sequence: plainTcp.sequence + 2500, identification: 1003 });
    assert.deepEqual(sizes(arrivals([...short, ...after])), [3, 10]);
    assert.deepEqual(sizes(arrivals([short[2]!, ...after])), [1, 10]);
    const gap = stream();
    gap.splice(4, 1);
    assert.deepEqual(sizes(arrivals(gap)), [4, 5]);
  });

  it('passes by itself, unchanged, what a merge would lose', () => {
    const tcpAt = 34;
    const damages: readonly (readonly [what: string, at: number, expected: readonly number[]])[] = [
      ['the source address of the frame', 6, [4, 1, 5]],
      ['type of service', 15, [4, 1, 5]],
      ['IPv4 checksum', 24, [4, 1, 5]],
      ['time to live', 22, [4, 1, 5]],
      ['identification', 19, [4, 1, 5]],
      ['acknowledgement', tcpAt + 9, [4, 1, 5]],
      ['window', tcpAt + 15, [4, 1, 5]],
      ['TCP checksum', tcpAt + 16, [4, 1, 5]],
      ['urgent pointer', tcpAt + 18, [4, 1, 5]],
      ['options', tcpAt + 20, [4, 1, 5]],
      ['payload', 500, [4, 1, 5]],
      // FIN: a flag that is not merged.
      ['flags', tcpAt + 13, [4, 1, 5]],
      // A frame that seems to be of another flow leaves a gap in this one.
      ['port', tcpAt + 1, [4, 1, 5]],
    ];
    for (const [what, at, expected] of damages) {
      const batch = withByte(at, (byte) => byte ^ 1);
      const writes = coalesce(batch);
      assert.deepEqual(
        writes.map(({ packets }) => packets),
        expected,
        what,
      );
      assert.equal(writes[1]!.bytes.toString('hex', 10), batch[4]!.frame.toString('hex'), what);
    }
  });

  it('does not merge with a first frame whose checksum is wrong', () => {
    const frames = stream();
    frames[0]![60]! ^= 4;
    assert.deepEqual(sizes(arrivals(frames)), [1, 9]);
  });

  it('lets nothing overtake a frame of unknown flow', () => {
    const frames = stream();
    const fragment = Buffer.from(frames[5]!);
    fragment.writeUInt16BE(0x2000, 20);
    const tagged = frameOf({ ...plainTcp, tags: [5] });
    const datagram = frameOf({ ...plainTcp, transport: 'udp' });
    for (const odd of [fragment, tagged, datagram, Buffer.alloc(14)]) {
      const batch = arrivals([...frames.slice(0, 5), odd, ...frames.slice(5)]);
      assert.deepEqual(sizes(batch), [5, 1, 5]);
    }
  });

  it('goes on merging a flow across the segments of another and the frames of another owner', () => {
    const one = stream();
    const two = stream({ sourcePort: 40001 });
    const mixed = one.flatMap((frame, place) => [
      { owner: ours, frame },
      { owner: ours, frame: two[place]! },
      { owner: others, frame },
      { owner: plain, frame },
    ]);
    const writes = coalesce(mixed);
    const count = (owner: Owner) =>
      writes.filter((write) => write.owner === owner).map(({ packets }) => packets);
    assert.deepEqual([count(ours), count(others)], [[10, 10], [10]]);
    assert.deepEqual(count(plain), new Array(10).fill(1));
  });

  it('does not merge from batch to batch', () => {
    const batch = arrivals(stream());
    assert.deepEqual([sizes(batch.slice(0, 5)), sizes(batch.slice(5))], [[5], [5]]);
  });

  it('loses, changes and reorders nothing, whatever comes', () => {
    const flows = fc.record({
      packet: innerPackets(9000).map((packet): InnerPacket => ({
        ...packet,
        transport: 'tcp',
        tags: [],
        extensions: 0,
        flags: flag.ack | (packet.flags & flag.psh),
      })),
      size: fc.integer({ min: 300, max: 1500 }),
    });
    const trouble = fc.constantFrom(
      'none',
      'none',
      'none',
      'drop',
      'twice',
      'damage',
      'swap',
      'odd',
      'garbage',
    );
    const batches = fc.record({
      flows: fc.array(flows, { minLength: 1, maxLength: 4 }),
      order: fc.array(fc.record({ flow: fc.nat(3), trouble, at: fc.nat(1500) }), {
        minLength: 20,
        maxLength: 60,
      }),
      odd: innerPackets(300),
      garbage: fc.uint8Array({ minLength: 14, maxLength: 200 }),
    });
    fc.assert(
      fc.property(batches, ({ flows: list, order, odd, garbage }) => {
        const queues = list.map(({ packet, size }) =>
          segmentsOf(packet, size).map((segment) => frameOf(segment)),
        );
        const frames: Buffer[] = [];
        for (const { flow, trouble: what, at } of order) {
          const frame = queues[flow % queues.length]!.shift();
          if (what === 'odd') frames.push(frameOf(odd));
          if (what === 'garbage') frames.push(Buffer.from(garbage));
          if (!frame || what === 'drop') continue;
          if (what === 'damage') frame[at % frame.length]! ^= 1 << (at % 8);
          if (what === 'twice') frames.push(Buffer.from(frame));
          if (what === 'swap') frames.splice(-1, 0, frame);
          else frames.push(frame);
        }
        const batch = arrivals(frames.slice(0, batchSize));
        const came = batch.map(({ frame }) => ({ flow: flowOf(frame), text: canonical(frame) }));
        const unchanged = new Set(frames.map((frame) => frame.toString('hex')));
        const writes = coalesce(batch);
        for (const { packets, bytes } of writes) {
          if (packets > 1) continue;
          assert.ok(bytes.subarray(0, 10).every((byte) => byte === 0));
          assert.ok(unchanged.has(bytes.toString('hex', 10)));
        }
        const left = writes.flatMap((write) =>
          cut(write).map((frame) => ({ flow: flowOf(frame), text: canonical(frame) })),
        );
        const texts = (items: readonly { text: string }[]) => items.map(({ text }) => text);
        for (const flow of new Set(came.map((item) => item.flow))) {
          const ofFlow = (item: { flow: string }) => item.flow === flow;
          assert.deepEqual(texts(left.filter(ofFlow)), texts(came.filter(ofFlow)));
        }
        // Nothing passes a frame of unknown flow in either direction.
        for (const [place, { flow }] of left.entries()) {
          if (flow !== '') continue;
          assert.deepEqual(texts(left.slice(0, place)).sort(), texts(came.slice(0, place)).sort());
        }
      }),
      { numRuns: 300 },
    );
  });

  it('merges again what segmentation has cut', () => {
    const packets = innerPackets(20_000).map(mergeable);
    fc.assert(
      fc.property(packets, fc.integer({ min: 400, max: 1500 }), (packet, size) => {
        const frames = segmentsOf(packet, size).map((segment) => frameOf(segment));
        const writes = coalesce(arrivals(frames));
        assert.equal(writes.length, 1);
        assert.deepEqual(cut(writes[0]!).map(canonical), frames.map(canonical));
      }),
    );
  });
});
