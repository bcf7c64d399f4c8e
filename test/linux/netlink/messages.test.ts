import { test } from 'node:test';
import assert from 'node:assert/strict';
import { constants } from 'node:os';
import fc from 'fast-check';
import { encodeAttributes, textAttribute } from '../../../src/linux/netlink/attributes';
import { MalformedMessageError } from '../../../src/linux/netlink/errors';
import { writeU32 } from '../../../src/linux/netlink/host-order';
import { decodeMessages, encodeMessage, failureOf } from '../../../src/linux/netlink/messages';
import { NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_DONE, NLMSG_ERROR } from '../../../src/linux/uapi';

const anyMessage = fc.record(
  {
    type: fc.integer({ min: 0, max: 0xffff }),
    flags: fc.integer({ min: 0, max: 0xffff }),
    sequence: fc.integer({ min: 0, max: 0xffffffff }),
    payload: fc.uint8Array({ maxLength: 100 }),
  },
  { noNullPrototype: true },
);

test('messages come back from a datagram as they went in', () => {
  fc.assert(
    fc.property(fc.array(anyMessage), (messages) => {
      const datagram = Buffer.concat(messages.map(encodeMessage));
      assert.deepEqual(
        decodeMessages(datagram).map((message) => ({
          ...message,
          payload: Uint8Array.from(message.payload),
        })),
        messages,
      );
    }),
  );
});

test('whatever the bytes, decoding ends, inside them or with MalformedMessageError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        for (const { payload } of decodeMessages(bytes)) assert.ok(payload.length <= bytes.length - 16);
      } catch (error) {
        assert.ok(error instanceof MalformedMessageError);
      }
    }),
  );
});

function signed(error: number): Uint8Array {
  const bytes = new Uint8Array(4);
  writeU32(bytes, 0, error >>> 0);
  return bytes;
}

const words = encodeAttributes([textAttribute(1, 'mtu less than device minimum')]);
const request = encodeMessage({ type: 16, flags: 5, sequence: 1, payload: new Uint8Array(20) });
const { EINVAL } = constants.errno;

for (const [what, type, flags, payload] of [
  ['a full request', NLMSG_ERROR, NLM_F_ACK_TLVS, [signed(-EINVAL), request, words]],
  [
    'a capped request',
    NLMSG_ERROR,
    NLM_F_ACK_TLVS | NLM_F_CAPPED,
    [signed(-EINVAL), request.subarray(0, 16), words],
  ],
  ['a dump', NLMSG_DONE, NLM_F_ACK_TLVS, [signed(-EINVAL), words]],
] as const) {
  test(`the kernel's words about ${what}`, () => {
    const message = { type, flags, sequence: 1, payload: Buffer.concat(payload) };
    assert.deepEqual(failureOf(message), { code: 'EINVAL', words: 'mtu less than device minimum' });
  });
}

test('an acknowledgement is no failure, an error without words has its code', () => {
  const ack = { type: NLMSG_ERROR, flags: 0, sequence: 1, payload: Buffer.concat([signed(0), request]) };
  assert.equal(failureOf(ack), null);
  assert.deepEqual(failureOf({ ...ack, payload: signed(-EINVAL) }), { code: 'EINVAL', words: '' });
  assert.equal(failureOf({ ...ack, type: NLMSG_DONE, payload: new Uint8Array() }), null);
});
