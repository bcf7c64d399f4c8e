import { test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  Attributes,
  bytesAttribute,
  decodeAttributes,
  encodeAttributes,
  nestedAttribute,
  textAttribute,
  u16Attribute,
  u32Attribute,
  u8Attribute,
} from '../../../src/linux/netlink/attributes';
import { MalformedMessageError } from '../../../src/linux/netlink/errors';

const anyAttribute = fc.record(
  {
    type: fc.integer({ min: 0, max: 0xffff }),
    value: fc.uint8Array({ maxLength: 40 }),
  },
  { noNullPrototype: true },
);

test('attributes come back as they went, with their padding', () => {
  fc.assert(
    fc.property(fc.array(anyAttribute), (attributes) => {
      const bytes = encodeAttributes(attributes);
      assert.equal(bytes.length % 4, 0);
      assert.deepEqual(
        decodeAttributes(bytes).map(({ type, value }) => ({ type, value: Uint8Array.from(value) })),
        attributes,
      );
    }),
  );
});

test('values are read by type, through nesting', () => {
  const attributes = new Attributes(
    encodeAttributes([
      u8Attribute(1, 0xfe),
      u16Attribute(2, 0xfedc),
      u32Attribute(3, 0xfedcba98),
      textAttribute(4, 'l2tp0'),
      nestedAttribute(5, [bytesAttribute(1, Uint8Array.of(7)), nestedAttribute(2, [u8Attribute(9, 9)])]),
    ]),
  );
  assert.equal(attributes.u8(1), 0xfe);
  assert.equal(attributes.u16(2), 0xfedc);
  assert.equal(attributes.u32(3), 0xfedcba98);
  assert.equal(attributes.text(4), 'l2tp0');
  assert.equal(attributes.nested(5).u8(1), 7);
  assert.equal(attributes.nested(5).nested(2).u8(9), 9);
  assert.equal(attributes.u32(6), undefined);
  assert.equal(attributes.nested(6).u8(1), undefined);
  assert.throws(() => attributes.u32(1), MalformedMessageError);
});

test('whatever the bytes, decoding ends, inside them or with MalformedMessageError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        for (const { value } of decodeAttributes(bytes)) assert.ok(value.length <= bytes.length - 4);
      } catch (error) {
        assert.ok(error instanceof MalformedMessageError);
      }
    }),
  );
});
