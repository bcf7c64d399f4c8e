/** Both ways to sum against the definition in RFC 1071, at every alignment. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fold, javaScriptSum, webAssemblyArena, type SummableArena } from '../../src/datapath/checksum';
import { Arena } from '../../src/datapath/memory';
import { onesComplementSum } from './inner-packets';

const size = 70_000;
const webAssembly = webAssemblyArena(size);
const scripted = new Arena(size);
const ways: readonly (readonly [name: string, arena: SummableArena | null])[] = [
  ['WebAssembly', webAssembly],
  ['JavaScript', { arena: scripted, sum: javaScriptSum(scripted) }],
];

for (const [name, way] of ways) {
  describe(`the sum in ${name}`, { skip: way === null && 'needs SIMD in WebAssembly' }, () => {
    const { arena, sum } = way!;

    it('is that of the definition', () => {
      fc.assert(
        fc.property(fc.nat(40), fc.uint8Array({ maxLength: 2000 }), (offset, data) => {
          arena.bytes.fill(0xff);
          arena.bytes.set(data, offset);
          assert.equal(sum(offset, data.length), onesComplementSum(data));
        }),
      );
    });

    it('does not overflow with the longest range of the greatest words', () => {
      arena.bytes.fill(0xff);
      assert.equal(sum(3, 65536), 0xffff);
      assert.equal(sum(4, 65535), onesComplementSum(new Uint8Array(65535).fill(0xff)));
    });

    it('can look at the end of its memory', () => {
      arena.bytes.fill(0);
      arena.bytes[size - 1] = 1;
      assert.equal(sum(size - 3, 3), 0x0100);
    });
  });
}

describe('fold', () => {
  it('adds the carries in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => {
        const folded = fold(value);
        assert.equal(folded % 0xffff, value % 0xffff);
        assert.ok(folded <= 0xffff && (folded === 0) === (value === 0));
      }),
    );
  });
});
