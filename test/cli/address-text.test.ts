/** Address texts against Node's own parsers and against the notations that inet_aton(3) adds. */
import assert from 'node:assert/strict';
import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { formatIpv4, formatIpv6, formatLinkAddress, parseIpv4, parseIpv6 } from '../../src/cli/address-text';

const hex = (bytes: Buffer | null): string | null => bytes?.toString('hex') ?? null;

suite('inet_aton', () => {
  const cases: readonly (readonly [text: string, bytes: string | null])[] = [
    ['10.0.0.1', '0a000001'],
    ['10.1', '0a000001'],
    ['10.1.2', '0a010002'],
    ['1.65536', '01010000'],
    ['0x0a000001', '0a000001'],
    ['0Xa.1', '0a000001'],
    ['012.1', '0a000001'],
    ['4294967295', 'ffffffff'],
    ['0', '00000000'],
    ['4294967296', null],
    ['1.16777216', null],
    ['1.1.65536', null],
    ['256.1', null],
    ['1.2.3.256', null],
    ['1.2.3.4.5', null],
    ['1..2', null],
    ['1.', null],
    ['', null],
    ['08', null],
    ['0x', null],
    ['-1', null],
    ['1.2.3.4 ', null],
    ['ten', null],
  ];
  for (const [text, bytes] of cases)
    test(`"${text}"`, () => {
      assert.equal(hex(parseIpv4(text)), bytes);
    });

  test('every address comes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (bytes) => {
        assert.deepEqual(parseIpv4(formatIpv4(bytes)), Buffer.from(bytes));
        assert.ok(isIPv4(formatIpv4(bytes)));
      }),
    );
  });
});

suite('IPv6', () => {
  const cases: readonly (readonly [text: string, bytes: string | null])[] = [
    ['::', '0'.repeat(32)],
    ['::1', '1'.padStart(32, '0')],
    ['1::', '0001'.padEnd(32, '0')],
    ['fc00::1:2', 'fc00'.padEnd(24, '0') + '00010002'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
    ['::ffff:1.2.3.4', 'ffff01020304'.padStart(32, '0')],
    ['1:2:3:4:5:6:1.2.3.4', '00010002000300040005000601020304'],
    ['1:2:3:4:5:6:7', null],
    ['1:2:3:4:5:6:7:8:9', null],
    ['1:2:3:4::5:6:7:8', null],
    ['1::2::3', null],
    [':::', null],
    [':1', null],
    ['1:', null],
    ['12345::', null],
    ['::1.2.3', null],
    ['::1.2.3.256', null],
    ['::01.2.3.4', null],
    ['1.2.3.4::', null],
    ['g::', null],
    ['', null],
  ];
  for (const [text, bytes] of cases)
    test(`"${text}"`, () => {
      assert.equal(hex(parseIpv6(text)), bytes);
      assert.equal(isIPv6(text), bytes !== null);
    });

  const sparse = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 });
  const toBytes = (words: readonly number[]): Buffer =>
    Buffer.from(words.flatMap((word) => [word >> 8, word & 0xff]));

  test('every address comes back, in the form that the platform gives', () => {
    fc.assert(
      fc.property(sparse, (words) => {
        const text = formatIpv6(toBytes(words));
        assert.deepEqual(parseIpv6(text), toBytes(words));
        assert.equal(text, new SocketAddress({ family: 'ipv6', address: text }).address);
      }),
      { numRuns: 1000 },
    );
  });

  test('what is no address to the platform is none here', () => {
    const texts = fc.string({ unit: fc.constantFrom('0', '1', 'a', 'f', ':', '.'), maxLength: 20 });
    fc.assert(
      fc.property(texts, (text) => {
        assert.equal(parseIpv6(text) !== null, isIPv6(text));
      }),
      { numRuns: 3000 },
    );
  });
});

test('a link-layer address', () => {
  assert.equal(formatLinkAddress(Buffer.from('0a0b00ff1001', 'hex')), '0a:0b:00:ff:10:01');
});
