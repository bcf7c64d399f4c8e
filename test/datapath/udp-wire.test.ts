import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { messageRefusals, openMessage, writeUdpHeader } from '../../src/datapath/udp-wire';

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** What RFC 3931, section 4.1.2, makes of a datagram's payload, bit by bit. */
function reference(datagram: Uint8Array): number {
  const bits = [...datagram.subarray(0, 4)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const refusal = (name: (typeof messageRefusals)[number]) => -1 - messageRefusals.indexOf(name);
  if (datagram.length < 4) return refusal('runt-packet');
  if (bits.slice(12, 16) !== '0011') return refusal('wrong-version');
  if (bits.startsWith('1')) return refusal('control-message');
  return datagram.length < 8 ? refusal('runt-packet') : 4;
}

const cookie = fc
  .constantFrom(0, 4, 8)
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));

describe('the header over UDP', () => {
  it('is flags and version, reserved bits, session id, cookie', () => {
    const bytes = new Uint8Array(20).fill(0xff);
    const length = writeUdpHeader(view(bytes), 2, 0xfedcba98, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    assert.equal(length, 16);
    assert.equal(Buffer.from(bytes).toString('hex'), 'ffff00030000fedcba980102030405060708ffff');
  });

  it('is read back wherever it is', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.integer({ min: 1, max: 0xffffffff }), cookie, (offset, session, own) => {
        const bytes = new Uint8Array(offset + 16);
        const end = offset + writeUdpHeader(view(bytes), offset, session, own);
        const message = openMessage(view(bytes), offset, end);
        assert.equal(message, offset + 4);
        assert.equal(view(bytes).getUint32(message), session);
        assert.deepEqual(bytes.subarray(message + 4, end), own);
      }),
    );
  });

  it('is refused as the RFC has it, whatever the bytes are', () => {
    const nearly = fc
      .tuple(
        fc.constantFrom(0x00, 0x40, 0x80),
        fc.constantFrom(0x02, 0x03, 0x13, 0xf3),
        fc.uint8Array({ maxLength: 12 }),
      )
      .map(([first, second, rest]) => Uint8Array.of(first, second, ...rest));
    fc.assert(
      fc.property(fc.oneof(nearly, fc.uint8Array({ maxLength: 12 })), fc.nat(5), (datagram, offset) => {
        const bytes = new Uint8Array(offset + datagram.length + 8).fill(3);
        bytes.set(datagram, offset);
        const found = openMessage(view(bytes), offset, offset + datagram.length);
        const expected = reference(datagram);
        assert.equal(found, expected < 0 ? expected : offset + expected);
      }),
    );
  });
});
