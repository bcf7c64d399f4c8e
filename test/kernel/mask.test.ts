import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { broadcastAddress, classfulPrefix, maskOfPrefix, prefixOfMask } from '../../src/kernel/mask';
import { bytesOf } from './addresses';

test('a prefix length and its mask are each other', () => {
  for (const length of [4, 16])
    for (let prefix = 0; prefix <= 8 * length; prefix += 1)
      assert.equal(prefixOfMask(maskOfPrefix(prefix, length)), prefix);
  assert.deepEqual([...maskOfPrefix(20, 4)], [255, 255, 240, 0]);
});

test('what is no prefix is none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (mask) => {
      const prefix = prefixOfMask(mask);
      const value = Buffer.from(mask).readUInt32BE();
      // a mask of ones in front is one whose complement and successor have no bit in common
      const inverted = ~value >>> 0;
      assert.equal(prefix !== null, (inverted & (inverted + 1)) === 0);
      if (prefix !== null) assert.deepEqual([...maskOfPrefix(prefix, 4)], [...mask]);
    }),
  );
  assert.equal(prefixOfMask(bytesOf('255.0.255.0')), null);
});

test('classes', () => {
  const classes = ['10.0.0.1', '127.0.0.1', '128.0.0.1', '172.16.0.1', '192.0.2.1', '223.1.1.1', '224.0.0.1'];
  assert.deepEqual(
    classes.map((text) => classfulPrefix(bytesOf(text))),
    [8, 8, 16, 16, 24, 24, 24],
  );
});

test('broadcast addresses', () => {
  assert.deepEqual([...broadcastAddress(bytesOf('192.168.5.9'), 22)], [192, 168, 7, 255]);
  assert.deepEqual([...broadcastAddress(bytesOf('10.1.2.3'), 32)], [10, 1, 2, 3]);
});
