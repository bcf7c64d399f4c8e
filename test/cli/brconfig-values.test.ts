import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatEthernetAddress, parseEthernetAddress, parseValue } from '../../src/cli/brconfig-values';
import { CommandError } from '../../src/cli/errors';

const bits = fc.constantFrom(8 as const, 16 as const, 32 as const);

/** As CommandError with exactly these words. */
const saying = (message: string) => (error: unknown) =>
  error instanceof CommandError && error.message === message;

suite('numbers', () => {
  test('every number that fits reads back, in each base that strtoul(3) knows', () => {
    fc.assert(
      fc.property(
        bits.chain((size) => fc.tuple(fc.constant(size), fc.nat({ max: 2 ** Math.min(size, 31) - 1 }))),
        fc.constantFrom('', ' ', '+', '\t+'),
        ([size, value], before) => {
          for (const text of [value.toString(), `0x${value.toString(16)}`, `0${value.toString(8)}`])
            assert.equal(parseValue('maxaddr', before + text, size), value);
        },
      ),
    );
  });

  test('the largest of 32 bits fits', () =>
    assert.equal(parseValue('maxaddr', '4294967295', 32), 4294967295));

  test('what does not fit is refused', () => {
    fc.assert(
      fc.property(bits, fc.bigInt({ min: 0n, max: 1n << 80n }), (size, more) => {
        for (const text of [`${(1n << BigInt(size)) + more}`, `-${more + 1n}`])
          assert.throws(() => parseValue('x', text, size), saying(`x: invalid value: ${text}`));
      }),
    );
  });

  for (const text of ['', ' ', 'x', '12x', '0x', '08', '1 ', '- 1', '--1', '1.5', '1e3'])
    test(`'${text}' is no number`, () =>
      assert.throws(() => parseValue('timeout', text, 32), saying(`timeout: invalid value: ${text}`)));
});

suite('Ethernet addresses', () => {
  const octets = fc.uint8Array({ minLength: 6, maxLength: 6 });

  test('what ether_ntoa(3) writes reads back', () => {
    fc.assert(
      fc.property(octets, (bytes) => {
        assert.deepEqual(parseEthernetAddress('static', formatEthernetAddress(bytes)), bytes);
      }),
    );
  });

  test('without leading zeros, in either case', () => {
    fc.assert(
      fc.property(octets, fc.boolean(), (bytes, upper) => {
        const text = Array.from(bytes, (byte) => byte.toString(16)).join(':');
        assert.deepEqual(parseEthernetAddress('static', upper ? text.toUpperCase() : text), bytes);
      }),
    );
  });

  test('two digits for each octet', () =>
    assert.equal(formatEthernetAddress(Uint8Array.of(0, 0x11, 2, 0xff, 0xa, 0)), '00:11:02:ff:0a:00'));

  for (const text of [
    '',
    'zz',
    '0:1:2:3:4',
    '0:1:2:3:4:5:6',
    '0:1:2:3:4:100',
    '0:1:2:3:4:',
    '0-1-2-3-4-5',
    '001122334455',
    '0:1:2:3:4:5g',
    '0:1:2:3:4:-5',
  ])
    test(`'${text}' is none`, () =>
      assert.throws(
        () => parseEthernetAddress('deladdr', text),
        saying(`deladdr: invalid address: ${text}`),
      ));
});
