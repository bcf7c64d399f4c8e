/** C's types on a port of each kind: round trips, bounds, and views that are windows on their bytes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { abi, structs, type AbiName } from '../../native-structs';
import { ctypes, type CType } from '../../native-structs/ctypes';

const kinds = ['amd64', 'i386', 'sparc64', 'sparc', 'earmv7hf'] as const satisfies readonly AbiName[];

interface Case<T> {
  readonly type: CType<T>;
  readonly values: fc.Arbitrary<T>;
  /** Values that do not fit. */
  readonly outside: readonly T[];
  /** The bytes of `value` as the port has them. */
  readonly bytes: (value: T) => string;
}

/** `value` in two's complement as hexadecimal text of `size` bytes. */
function hex(value: bigint, size: number, little: boolean): string {
  const digits = BigInt.asUintN(size * 8, value)
    .toString(16)
    .padStart(size * 2, '0');
  return little ? Buffer.from(digits, 'hex').reverse().toString('hex') : digits;
}

function numberCase(type: CType<number>, size: number, signed: boolean, little: boolean): Case<number> {
  const min = signed ? -(2 ** (size * 8 - 1)) : 0;
  const max = signed ? 2 ** (size * 8 - 1) - 1 : 2 ** (size * 8) - 1;
  return {
    type,
    values: fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max, 0, 1)),
    outside: [min - 1, max + 1],
    bytes: (value) => hex(BigInt(value), size, little),
  };
}

function bigintCase(type: CType<bigint>, size: number, signed: boolean, little: boolean): Case<bigint> {
  const bits = BigInt(size * 8);
  const min = signed ? -(1n << (bits - 1n)) : 0n;
  const max = signed ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
  return {
    type,
    values: fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max, 0n, 1n)),
    outside: [min - 1n, max + 1n],
    bytes: (value) => hex(value, size, little),
  };
}

/** Writes at an odd offset between guard bytes, and reads back. */
function check<T>({ type, values, outside, bytes }: Case<T>, size: number): void {
  assert.equal(type.size, size);
  fc.assert(
    fc.property(values, fc.nat(5), (value, offset) => {
      const buffer = Buffer.alloc(size + 10, 0xee);
      type.set(buffer, offset, value);
      assert.deepEqual(type.get(buffer, offset), value);
      assert.equal(buffer.toString('hex'), 'ee'.repeat(offset) + bytes(value) + 'ee'.repeat(10 - offset));
    }),
  );
  for (const value of outside) {
    const buffer = Buffer.alloc(size, 0xee);
    assert.throws(() => type.set(buffer, 0, value), RangeError, String(value));
    assert.equal(buffer.toString('hex'), 'ee'.repeat(size), `${String(value)} left bytes behind`);
  }
}

for (const name of kinds) {
  const port = abi(name);
  const c = ctypes(port);
  const { littleEndian: little, pointerSize: wide } = port;

  describe(`C types on ${name}`, () => {
    it('u_char', () => check(numberCase(c.u_char, 1, false, little), 1));
    it('short', () => check(numberCase(c.short, 2, true, little), 2));
    it('u_short', () => check(numberCase(c.u_short, 2, false, little), 2));
    it('u_short_be', () => check(numberCase(c.u_short_be, 2, false, false), 2));
    it('int', () => check(numberCase(c.int, 4, true, little), 4));
    it('u_int', () => check(numberCase(c.u_int, 4, false, little), 4));
    it('int64', () => check(bigintCase(c.int64, 8, true, little), 8));
    it('u_int64', () => check(bigintCase(c.u_int64, 8, false, little), 8));
    it('time_t', () => check(bigintCase(c.time_t, 8, true, little), 8));
    it('long', () => check(bigintCase(c.long, wide, true, little), wide));
    it('u_long', () => check(bigintCase(c.u_long, wide, false, little), wide));
    it('pointer', () => check(bigintCase(c.pointer, wide, false, little), wide));

    it('char[16] is text up to the first NUL, padded with NUL, of one byte a character', () => {
      const type = c.chars(16);
      const character = fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code));
      check(
        {
          type,
          values: fc.string({ unit: character, maxLength: 16 }),
          outside: ['0123456789abcdefg', 'l2tp\u20ac'],
          bytes: (text) => Buffer.from(text, 'latin1').toString('hex').padEnd(32, '0'),
        },
        16,
      );
      assert.equal(type.get(Buffer.from('lo0\0junk and more'), 0), 'lo0');
    });

    it('u_char[6] takes exactly 6 bytes, and what it gives is the same memory', () => {
      const type = c.bytes(6);
      const six = fc.uint8Array({ minLength: 6, maxLength: 6 }).map((bytes) => Buffer.from(bytes));
      check(
        { type, values: six, outside: [Buffer.alloc(5), Buffer.alloc(7)], bytes: (b) => b.toString('hex') },
        6,
      );
      const memory = Buffer.alloc(8);
      type.get(memory, 1)[0] = 0xab;
      assert.equal(memory[1], 0xab);
    });
  });

  describe(`structs and unions on ${name}`, () => {
    const inner = c.struct('inner', { flag: c.u_char, cookie: c.u_int64 });
    const either = c.union('either', { word: c.u_int, text: c.chars(6), whole: inner });
    const outer = c.struct('outer', { name: c.chars(4), inner, either, tail: c.u_short });

    it('align members, and the end to the strictest of them', () => {
      const eight = port.int64Alignment;
      assert.deepEqual([inner.size, inner.alignment], [eight + 8, eight]);
      assert.deepEqual([either.size, either.alignment], [inner.size, eight]);
      const at = eight === 8 ? 8 : 4;
      assert.deepEqual(
        Object.entries(outer.fields).map(([field, { offset }]) => [field, offset]),
        [
          ['name', 0],
          ['inner', at],
          ['either', at + inner.size],
          ['tail', at + inner.size * 2],
        ],
      );
      assert.equal(outer.size, Math.ceil((at + inner.size * 2 + 2) / eight) * eight);
    });

    it('make() writes what is named, at every depth, and zero elsewhere', () => {
      const whole = { name: 'ab', inner: { flag: 7, cookie: 9n }, either: { word: 5 }, tail: 3 };
      const view = outer.at(outer.make(whole));
      assert.deepEqual(
        [view.name, view.inner.flag, view.inner.cookie, view.either.word, view.tail],
        ['ab', 7, 9n, 5, 3],
      );
      const some = outer.at(outer.make({ inner: { cookie: 1n } }));
      assert.deepEqual([some.name, some.inner.flag, some.inner.cookie, some.tail], ['', 0, 1n, 0]);
      assert.equal(outer.make().toString('hex'), '00'.repeat(outer.size));
    });

    it('make() takes a view where a struct is wanted, and copies it', () => {
      const source = inner.at(inner.make({ flag: 1, cookie: 2n }));
      const copy = outer.at(outer.make({ inner: source }));
      assert.deepEqual([copy.inner.flag, copy.inner.cookie], [1, 2n]);
      source.flag = 99;
      assert.equal(copy.inner.flag, 1);
    });

    it('a view writes through, and sees what others write', () => {
      fc.assert(
        fc.property(
          fc.nat(255),
          fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
          fc.nat(7),
          (flag, cookie, offset) => {
            const memory = Buffer.alloc(outer.size + 8, 0xee);
            const view = outer.at(memory, offset);
            view.inner.flag = flag;
            view.inner.cookie = cookie;
            view.either.whole.cookie = cookie;
            const again = outer.at(memory, offset);
            assert.deepEqual(
              [again.inner.flag, again.inner.cookie, again.either.whole.cookie],
              [flag, cookie, cookie],
            );
            assert.ok(memory.subarray(0, offset).every((byte) => byte === 0xee));
            assert.ok(memory.subarray(offset + outer.size).every((byte) => byte === 0xee));
            again.inner.flag = flag ^ 1;
            assert.equal(view.inner.flag, flag ^ 1);
          },
        ),
      );
    });

    it('a struct or union member is assigned from another view or from plain values', () => {
      const view = outer.at(outer.make());
      view.inner = inner.at(inner.make({ flag: 1, cookie: 2n }));
      assert.deepEqual([view.inner.flag, view.inner.cookie], [1, 2n]);
      view.either = either.at(either.make({ whole: { flag: 3, cookie: 4n } }));
      assert.deepEqual([view.either.whole.flag, view.either.whole.cookie], [3, 4n]);
      view.inner = { flag: 5, cookie: 6n };
      assert.deepEqual([view.inner.flag, view.inner.cookie], [5, 6n]);
    });

    it('members of a union are the same bytes', () => {
      const view = either.at(either.make({ text: 'abcdef' }));
      assert.equal(view.word, little ? 0x64636261 : 0x61626364);
      view.word = 0;
      assert.equal(view.text, '');
      assert.equal(view.whole.flag, 0);
    });

    it('a name that the struct does not have is a TypeError, at every depth', () => {
      // Values out of the type checker's sight, as they come from a caller that got its type wrong.
      const wrong = (text: string): object => {
        const value: unknown = JSON.parse(text);
        assert.ok(typeof value === 'object' && value !== null);
        return value;
      };
      assert.throws(() => outer.make(wrong('{"nmae": "ab"}')), TypeError);
      assert.throws(() => outer.make(wrong('{"inner": {"flags": 1}}')), TypeError);
      assert.throws(() => Reflect.set(outer.at(outer.make()), 'inner', wrong('{"flags": 1}')), TypeError);
    });

    it('bytes that are too few are a RangeError', () => {
      assert.throws(() => outer.at(Buffer.alloc(outer.size - 1)), RangeError);
      assert.throws(() => outer.at(Buffer.alloc(outer.size), 1), RangeError);
      assert.throws(() => outer.at(Buffer.alloc(outer.size), -1), RangeError);
    });
  });
}

describe('the structs of ioctls', () => {
  it('an ifreq is read by whichever member the request uses', () => {
    const ifreq = structs(abi('amd64'), 'ifreq');
    const bytes = ifreq.make({ ifr_name: 'l2tp0', ifr_ifru: { ifru_mtu: 1280 } });
    assert.equal(bytes.length, 144);
    const view = ifreq.at(bytes);
    assert.deepEqual(
      [view.ifr_name, view.ifr_ifru.ifru_value, view.ifr_ifru.ifru_flags],
      ['l2tp0', 1280, 1280],
    );
    view.ifr_ifru.ifru_data = 0x1122334455667788n;
    assert.equal(bytes.toString('hex', 16, 24), '8877665544332211');
  });
});
