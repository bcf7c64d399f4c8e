/** The small readers and writers of words: numbers, options, bit names, prefix lengths, human bytes. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { UsageError } from '../../src/cli/errors';
import { getopt } from '../../src/cli/getopt';
import { parseInteger } from '../../src/cli/number';
import { snprintb, snprintbLines } from '../../src/cli/snprintb';
import { humanize } from '../../src/cli/statistics';
import { prefixLength } from '../../src/cli/status-addresses';
import { prefixMask } from '../../src/cli/address-operand';

suite('numbers', () => {
  const cases: readonly (readonly [text: string, base: 0 | 10, value: bigint | null])[] = [
    ['', 10, 0n],
    ['010', 10, 10n],
    [' \t20', 10, 20n],
    ['+7', 10, 7n],
    ['-7', 10, -7n],
    ['99999999999999999999', 10, 99999999999999999999n],
    [' ', 10, null],
    ['+', 10, null],
    ['--1', 10, null],
    ['1 ', 10, null],
    ['1x', 10, null],
    ['0x10', 10, null],
    ['0x10', 0, 16n],
    ['-0x10', 0, -16n],
    ['010', 0, 8n],
    ['0', 0, 0n],
    ['08', 0, null],
    ['0x', 0, null],
    ['1_000', 10, null],
    ['1e3', 10, null],
  ];
  for (const [text, base, value] of cases)
    test(`"${text}" base ${base}`, () => {
      assert.equal(parseInteger(text, base), value);
    });

  test('decimal texts of any number', () => {
    fc.assert(
      fc.property(fc.bigInt(), (value) => {
        assert.equal(parseInteger(String(value)), value);
      }),
    );
  });
});

suite('getopt', () => {
  const split = (argv: string) => {
    const { options, words } = getopt(argv.split(' '), 'abw:');
    return [options.map(({ letter, value }) => letter + value).join(' '), words.join(' ')];
  };
  test('several in a word', () => assert.deepEqual(split('-ab -a x -b'), ['a b a', 'x -b']));
  test('a value in the word', () => assert.deepEqual(split('-aw3 x'), ['a w3', 'x']));
  test('a value as the next word', () => assert.deepEqual(split('-w -a -b'), ['w-a b', '']));
  test('two dashes end them', () => assert.deepEqual(split('-a -- -b'), ['a', '-b']));
  test('a dash is a word', () => assert.deepEqual(split('- -b'), ['', '- -b']));
  for (const [argv, message] of [
    ['-x', 'unknown option -- x'],
    ['-a:', 'unknown option -- :'],
    ['-aw', 'option requires an argument -- w'],
  ] as const)
    test(argv, () =>
      assert.throws(
        () => split(argv),
        (error) => error instanceof UsageError && error.message === message,
      ),
    );
});

suite('snprintb', () => {
  const bits = [
    [1, 'ONE'],
    [2, 'TWO'],
    [0x8000, 'HIGH'],
  ] as const;
  test('names in the order of the table', () => assert.equal(snprintb(bits, 0x8003), '0x8003<ONE,TWO,HIGH>'));
  test('zero', () => assert.equal(snprintb(bits, 0), '0'));
  test('bits without a name', () => assert.equal(snprintb(bits, 0x10), '0x10'));
  test('lines', () => {
    assert.deepEqual(snprintbLines(bits, 0x8003, 15), ['0x8003<ONE,TWO>', '0x8003<HIGH>']);
    assert.deepEqual(snprintbLines(bits, 0x8003, 14), ['0x8003<ONE>', '0x8003<TWO>', '0x8003<HIGH>']);
    assert.deepEqual(snprintbLines(bits, 0x8003, 1), ['0x8003<ONE>', '0x8003<TWO>', '0x8003<HIGH>']);
    assert.deepEqual(snprintbLines(bits, 0, 40), ['0']);
  });
});

suite('prefix lengths', () => {
  test('masks and back', () => {
    for (const [family, bits] of [
      [2, 32],
      [24, 128],
    ] as const)
      for (let length = 1; length <= bits; length += 1)
        assert.equal(prefixLength(prefixMask(family, length)!), length);
  });
  test('zero stands for all bits', () => assert.equal(prefixMask(2, 0)!.toString('hex'), 'ffffffff'));
  test('too long', () => {
    assert.equal(prefixMask(2, 33), null);
    assert.equal(prefixMask(24, 129), null);
    assert.equal(prefixMask(2, -1), null);
  });
  test('holes', () => assert.equal(prefixLength(Buffer.from('ff00ff00', 'hex')), null));
  test('empty', () => assert.equal(prefixLength(Buffer.alloc(4)), 0));
});

suite('human bytes', () => {
  const cases: readonly (readonly [number: bigint, text: string])[] = [
    [0n, '0'],
    [999n, '999'],
    [1000n, '1.0K'],
    [1024n, '1.0K'],
    [1536n, '1.5K'],
    [10240n, '10K'],
    [1023n * 1024n, '1.0M'],
    [5n * 1024n ** 3n, '5.0G'],
    [2n ** 64n - 1n, '16E'],
  ];
  for (const [number, text] of cases)
    test(`${number}`, () => {
      assert.equal(humanize(number), text);
    });
  test('never more than four characters', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (number) => humanize(number).length <= 4),
    );
  });
});
