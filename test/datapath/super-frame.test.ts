/** Segmentation against a slow reference. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { summableArena } from '../../src/datapath/checksum';
import { maximumSegmentHeader, SuperFrame } from '../../src/datapath/super-frame';
import {
  frameOf,
  innerPackets,
  segmentsOf,
  superFrameOf,
  transportOffset,
  vnetHeaderOf,
  type InnerPacket,
} from './inner-packets';

const start = 1024;
const memory = summableArena(80_000);
const { bytes } = memory.arena;
const superFrame = new SuperFrame(memory);
const vnetHeaders = fc.constantFrom(10, 12);

/** The frames that are made of what a TAP device gave; null if it was refused. */
function cut(given: Uint8Array, vnetHeader: number): Buffer[] | null {
  bytes.fill(0xa5);
  bytes.set(given, start);
  const count = superFrame.open(start, given.length, vnetHeader);
  if (count === 0) return null;
  return Array.from({ length: count }, (_, segment) => {
    const { headerLength } = superFrame;
    assert.ok(headerLength <= maximumSegmentHeader);
    if (headerLength > 0) superFrame.writeHeader(segment, 0);
    const [from, length] = [superFrame.payload(segment), superFrame.payloadLength(segment)];
    assert.ok(from >= start && length >= 0 && from + length <= start + given.length);
    return Buffer.concat([bytes.subarray(0, headerLength), bytes.subarray(from, from + length)]);
  });
}

function hexOf(frames: readonly Uint8Array[] | null): string[] | null {
  return frames?.map((frame) => Buffer.from(frame).toString('hex')) ?? null;
}

const template: InnerPacket = {
  family: 4,
  transport: 'tcp',
  tags: [],
  extensions: 0,
  trafficClass: 0,
  timeToLive: 64,
  identification: 65530,
  dontFragment: true,
  source: 1,
  sourcePort: 40000,
  sequence: 0xffffff00,
  acknowledgment: 1,
  flags: 0x99,
  window: 500,
  options: new Uint8Array(12).fill(1),
  payload: new Uint8Array(0),
};

describe('segmentation', () => {
  it('makes the frames of the reference', () => {
    fc.assert(
      fc.property(
        innerPackets(5000),
        fc.integer({ min: 1, max: 2000 }),
        vnetHeaders,
        (packet, size, header) => {
          const expected = segmentsOf(packet, size).map((segment) => frameOf(segment));
          assert.deepEqual(hexOf(cut(superFrameOf(packet, size, header), header)), hexOf(expected));
        },
      ),
      { numRuns: 300 },
    );
  });

  for (const family of [4, 6] as const) {
    it(`cuts the longest IPv${family} packet, which wraps sequence and identification`, () => {
      const headers = family === 4 ? 20 + 32 : 32;
      const payload = new Uint8Array(65535 - headers).map((_, place) => place * 7);
      const packet: InnerPacket = { ...template, family, tags: [5, 6], payload };
      const expected = segmentsOf(packet, 1440).map((segment) => frameOf(segment));
      assert.deepEqual(hexOf(cut(superFrameOf(packet, 1440, 10), 10)), hexOf(expected));
    });
  }

  it('completes a checksum that the kernel left to the device', () => {
    fc.assert(
      fc.property(innerPackets(1500), vnetHeaders, (packet, header) => {
        const offset = packet.transport === 'udp' ? 6 : 16;
        const vnet = vnetHeaderOf({ flags: 1, start: transportOffset(packet), offset }, header);
        const given = Buffer.concat([vnet, frameOf(packet, 'pseudo-header only')]);
        const [made, ...more] = cut(given, header) ?? [];
        assert.equal(more.length, 0);
        // The kernel writes 0xffff for 0, in TCP too.
        const expected = frameOf(packet);
        const field = transportOffset(packet) + offset;
        if (expected.readUInt16BE(field) === 0) expected.writeUInt16BE(0xffff, field);
        assert.equal(made?.toString('hex'), expected.toString('hex'));
      }),
    );
  });

  it('leaves a frame alone that asks for nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 14, maxLength: 3000 }), vnetHeaders, (frame, header) => {
        const given = Buffer.concat([vnetHeaderOf({}, header), frame]);
        assert.deepEqual(hexOf(cut(given, header)), hexOf([frame]));
      }),
    );
  });

  it('refuses what contradicts itself', () => {
    const payload = new Uint8Array(3000);
    const good = () => superFrameOf({ ...template, payload }, 1000, 10);
    const change = (at: number, value: number) => {
      const given = good();
      given[at] = value;
      return cut(given, 10);
    };
    assert.equal(cut(good(), 10)?.length, 3);
    assert.equal(cut(good().subarray(0, 20), 10), null, 'cut off');
    assert.equal(cut(good().subarray(0, 10 + 14 + 20 + 19), 10), null, 'half a TCP header');
    assert.equal(change(0, 0), null, 'no checksum to be completed');
    assert.equal(change(1, 4), null, 'TCP over IPv6 it says');
    assert.equal(change(1, 7), null, 'an unknown type');
    assert.equal(change(6, 30), null, 'TCP begins inside IPv4');
    assert.equal(change(10 + 14, 0x46), null, 'IPv4 with options overlaps TCP');
    assert.equal(change(10 + 14 + 9, 17), null, 'UDP inside');
    assert.equal(change(10 + 14 + 20 + 12, 0x40), null, 'a TCP header of 16 bytes');
    const zero = good();
    zero.fill(0, 4, 6);
    assert.equal(cut(zero, 10), null, 'no size');
  });

  it('neither fails nor leaves its memory, whatever it is given', () => {
    const damaged = fc
      .tuple(
        innerPackets(400),
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.tuple(fc.nat(100), fc.nat(255))),
      )
      .map(([packet, size, changes]) => {
        const given = superFrameOf(packet, size, 10);
        for (const [at, value] of changes) if (at < given.length) given[at] = value;
        return given;
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 300 })), (given) => {
        cut(given, 10);
        assert.ok(bytes.subarray(start + given.length).every((byte) => byte === 0xa5));
        assert.ok(bytes.subarray(maximumSegmentHeader, start).every((byte) => byte === 0xa5));
      }),
      { numRuns: 500 },
    );
  });
});
