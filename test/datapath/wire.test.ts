/** The session header against an independent writing and reading of it, and openFrame() on every kind of damage. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { expectedCookie, ipv4HeaderLength, openFrame, refusals, writeHeader } from '../../src/datapath/wire';

const sessionId = fc.integer({ min: 1, max: 0xffffffff });
const cookie = fc
  .constantFrom(0, 4, 8)
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
const frame = fc.uint8Array({ minLength: 14, maxLength: 9216 });

/** The refusal that a negative result stands for. */
function refusal(result: number): string | undefined {
  return refusals[-result - 1];
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

describe('session header', () => {
  it('is the session id and the cookie, big endian, and nothing else', () => {
    fc.assert(
      fc.property(sessionId, cookie, fc.nat(7), (id, value, offset) => {
        const bytes = new Uint8Array(24).fill(0xee);
        const length = writeHeader(view(bytes), offset, id, value);
        const expected = Buffer.concat([Buffer.from(id.toString(16).padStart(8, '0'), 'hex'), value]);
        assert.equal(length, expected.length);
        assert.deepEqual(Buffer.from(bytes.subarray(offset, offset + length)), expected);
        assert.ok(bytes.subarray(0, offset).every((byte) => byte === 0xee));
        assert.ok(bytes.subarray(offset + length).every((byte) => byte === 0xee));
      }),
    );
  });

  it('is opened by the receiver that expects its cookie', () => {
    fc.assert(
      fc.property(sessionId, cookie, frame, (id, value, inner) => {
        const packet = Buffer.alloc(4 + value.length + inner.length);
        const length = writeHeader(view(packet), 0, id, value);
        packet.set(inner, length);
        assert.equal(openFrame(view(packet), 4, packet.length, expectedCookie(value)), length);
      }),
    );
  });

  it('is refused at every truncation, with the reason in the order of the checks', () => {
    for (const length of [0, 4, 8]) {
      const value = Uint8Array.from({ length }, (_, place) => 0x80 + place);
      const packet = Buffer.alloc(64);
      writeHeader(view(packet), 0, 0xdeadbeef, value);
      for (let end = 4; end < 40; end += 1) {
        const result = openFrame(view(packet.subarray(0, end)), 4, end, expectedCookie(value));
        if (end < 4 + length) assert.equal(refusal(result), 'cookie-missing');
        else if (end < 4 + length + 14) assert.equal(refusal(result), 'runt-frame');
        else assert.equal(result, 4 + length);
      }
    }
  });

  it('is refused if any bit of the cookie differs', () => {
    for (const length of [4, 8]) {
      for (let bit = 0; bit < length * 8; bit += 1) {
        const value = Buffer.from('ff00a55a0180fe7f', 'hex').subarray(0, length);
        const packet = Buffer.alloc(4 + length + 60);
        writeHeader(view(packet), 0, 1, value);
        packet[4 + (bit >> 3)]! ^= 0x80 >> (bit & 7);
        assert.equal(
          refusal(openFrame(view(packet), 4, packet.length, expectedCookie(value))),
          'cookie-mismatch',
        );
      }
    }
  });

  it('never reads beyond the packet, whatever its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 64 }), cookie, (bytes, value) => {
        const result = openFrame(view(bytes), 4, bytes.length, expectedCookie(value));
        assert.ok(result < 0 ? refusal(result) !== undefined : bytes.length - result >= 14);
      }),
    );
  });

  it('has cookies of 0, 4 and 8 bytes only', () => {
    for (let length = 0; length <= 16; length += 1) {
      if ([0, 4, 8].includes(length)) assert.equal(expectedCookie(new Uint8Array(length)).length, length);
      else assert.throws(() => expectedCookie(new Uint8Array(length)), RangeError);
    }
  });
});

describe('IPv4 header length', () => {
  it('is the low half of the first byte in 32-bit words', () => {
    assert.equal(ipv4HeaderLength(Uint8Array.of(0x45), 0), 20);
    assert.equal(ipv4HeaderLength(Uint8Array.of(0, 0x4f), 1), 60);
  });
});
