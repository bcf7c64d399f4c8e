import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserMemory } from '../../src/kernel/user-memory';

const efault = { code: 'EFAULT' };

test('copyin gives a copy of what the caller passed, and EFAULT one byte further', () => {
  const bytes = Buffer.from([1, 2, 3, 4]);
  const memory = new UserMemory([{ address: 0x1000n, bytes }]);
  const copy = memory.copyin(0x1001n, 3);
  assert.deepEqual([...copy], [2, 3, 4]);
  copy.fill(0);
  assert.deepEqual([...bytes], [1, 2, 3, 4]);
  assert.throws(() => memory.copyin(0x1001n, 4), efault);
  assert.throws(() => memory.copyin(0xfffn, 2), efault);
  assert.throws(() => memory.copyin(0n, 1), efault);
});

test('nothing is nowhere', () => {
  assert.equal(new UserMemory([]).copyin(0n, 0).length, 0);
  new UserMemory([]).copyout(0n, new Uint8Array());
});

test('copyout writes all of it or nothing, at any place of any regions', () => {
  const regions = fc.array(
    fc.record({ address: fc.integer({ min: 0, max: 40 }), size: fc.integer({ min: 0, max: 12 }) }),
    {
      maxLength: 3,
    },
  );
  fc.assert(
    fc.property(
      regions,
      fc.integer({ min: 0, max: 50 }),
      fc.integer({ min: 1, max: 12 }),
      (shapes, to, length) => {
        const memory = shapes.map(({ address, size }) => ({
          address: BigInt(address),
          bytes: Buffer.alloc(size),
        }));
        const holder = shapes.findIndex(
          ({ address, size }) => to >= address && to + length <= address + size,
        );
        const write = () => new UserMemory(memory).copyout(BigInt(to), Buffer.alloc(length, 0xff));
        if (holder < 0) assert.throws(write, efault);
        else write();
        const written = memory.map(({ bytes }) => bytes.filter((byte) => byte === 0xff).length);
        assert.deepEqual(
          written,
          shapes.map((_, place) => (place === holder ? length : 0)),
        );
      },
    ),
  );
});
