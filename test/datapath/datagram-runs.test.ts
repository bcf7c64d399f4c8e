import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { endOfRun, largestRun, longestRun } from '../../src/datapath/datagram-runs';

/** All runs of a list of datagrams, by their lengths. */
function runs(lengths: readonly number[]): number[][] {
  const found: number[][] = [];
  for (let from = 0; from < lengths.length;) {
    const to = endOfRun((place) => lengths[place] ?? NaN, from, lengths.length);
    assert.ok(to > from);
    found.push(lengths.slice(from, to));
    from = to;
  }
  return found;
}

/** What UDP_SEGMENT makes of a message of this length: pieces of `size`, and what is left. */
function cut(length: number, size: number): number[] {
  const pieces: number[] = [];
  for (let rest = length; rest > 0; rest -= size) pieces.push(Math.min(size, rest));
  return pieces;
}

/** Whether the kernel gives these datagrams back if it gets them as one message. */
function comesApart(lengths: readonly number[]): boolean {
  const [size = 0] = lengths;
  const total = lengths.reduce((left, right) => left + right, 0);
  if (lengths.length === 1) return true;
  if (size === 0) return false;
  const same = JSON.stringify(cut(total, size)) === JSON.stringify(lengths);
  return same && lengths.length <= longestRun && total <= largestRun;
}

const length = fc.oneof(fc.constantFrom(22, 1522, 1522, 1522, 9000), fc.nat(65535));
const batch = fc
  .array(fc.record({ length, count: fc.integer({ min: 1, max: 80 }) }), { maxLength: 6 })
  .map((parts) => parts.flatMap((part) => new Array<number>(part.count).fill(part.length)));

describe('runs of datagrams', () => {
  it('come apart again as what they were made of, in the same order', () => {
    fc.assert(
      fc.property(batch, (lengths) => {
        const found = runs(lengths);
        assert.deepEqual(found.flat(), lengths);
        for (const run of found) assert.ok(comesApart(run), run.join(' '));
      }),
    );
  });

  it('are as long as can be: none could take the next datagram, too', () => {
    fc.assert(
      fc.property(batch, (lengths) => {
        const found = runs(lengths);
        found.forEach((run, place) => {
          const next = found[place + 1]?.[0];
          if (next !== undefined) assert.ok(!comesApart([...run, next]), `${run.join(' ')} and ${next}`);
        });
      }),
    );
  });

  it('end with the limits of UDP_SEGMENT', () => {
    const sizes = (lengths: readonly number[]) => runs(lengths).map((run) => run.length);
    assert.deepEqual(sizes(new Array<number>(130).fill(22)), [64, 64, 2]);
    assert.deepEqual(sizes(new Array<number>(90).fill(1522)), [43, 43, 4]);
    assert.deepEqual(sizes([100, 100, 60, 100, 40, 40, 70]), [3, 2, 1, 1]);
  });
});
