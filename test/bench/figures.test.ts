/** The bench's arithmetic and parsers, on made-up data. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { losslessRate } from './lossless';
import { parsePings } from './measurements/latency';
import { parseReport } from './measurements/tcp';
import { parseTimes } from './startup-times';
import { median, quantile, ratio, spread } from './statistics';
import { rotated } from './suite';
import { parseMachineTime } from './usage';

const numbers = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1 });

describe('statistics', () => {
  it('finds the middle and the edges', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.equal(quantile([10, 20, 30, 40, 50], 0.99), 49.6);
    assert.ok(Number.isNaN(median([])));
    assert.ok(Number.isNaN(spread([])));
    assert.equal(spread([9, 10, 12]), 0.3);
  });

  it('has quantiles that grow with the fraction, between the least and the most', () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, fraction) => {
        const value = quantile(values, fraction);
        assert.ok(value >= Math.min(...values) && value <= Math.max(...values));
        assert.ok(quantile(values, fraction / 2) <= value);
      }),
    );
  });

  it('compares within rounds, and leaves out rounds that lack one of the two', () => {
    assert.equal(ratio([2, 40, 6], [1, 10, 2]), 3);
    assert.equal(ratio([2, null, 6], [1, 10, null]), 2);
    assert.ok(Number.isNaN(ratio([1], [0])));
    assert.ok(Number.isNaN(ratio([1], [])));
  });
});

describe('the search for a rate without loss', () => {
  const path = (capacity: number) => (rate: number) =>
    Promise.resolve({
      offered: rate,
      loss: rate > capacity * 1.2 ? 1 - (capacity * 1.2) / rate : 0,
      inTime: Math.min(rate, capacity),
    });

  it('ends within a step below what the path carries, however much its queues hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 10, max: 1000 }), async (capacity) => {
        const rate = await losslessRate(path(capacity), 2000, 12);
        assert.ok(rate <= capacity / 0.95 + 1 && rate >= capacity / 0.95 - 2000 / 2 ** 11, `${rate}`);
      }),
    );
  });

  it('gives a rate a second chance after a hiccup, and none after a great loss', async () => {
    const offers: number[] = [];
    const loses = (first: number) => (rate: number) => {
      offers.push(rate);
      return Promise.resolve({ offered: rate, loss: offers.length === 1 ? first : 0, inTime: rate });
    };
    assert.equal(await losslessRate(loses(0.01), 100, 1), 50);
    assert.deepEqual(offers.splice(0), [50, 50]);
    assert.equal(await losslessRate(loses(0.5), 100, 1), 0);
    assert.deepEqual(offers, [50]);
  });
});

describe('parsers', () => {
  it("sum both directions of iperf3's report", () => {
    const sum = (bytes: number) => ({ bytes, bits_per_second: bytes * 8, seconds: 1 });
    assert.deepEqual(parseReport(JSON.stringify({ end: { sum_received: sum(5) } })), {
      bitsPerSecond: 40,
      bytes: 5,
    });
    const both = { end: { sum_received: sum(5), sum_received_bidir_reverse: sum(7) } };
    assert.equal(parseReport(JSON.stringify(both)).bitsPerSecond, 96);
    assert.throws(() => parseReport('{"error":"unable to connect"}'), /received nothing/);
  });

  it('read pings, and leave out those without an answer', () => {
    assert.deepEqual(parsePings('1000\n-1\n2500\n'), [1, 2.5]);
    assert.throws(() => parsePings('-1\n'), /no ping was answered/);
  });

  it('read times of commands', () => {
    assert.deepEqual(parseTimes('40 50\n41 52.5\n'), { bare: [40, 41], command: [50, 52.5] });
  });

  it("read the machine's time", () => {
    const tick = 10_000_000;
    assert.deepEqual(parseMachineTime('cpu  1 2 3 100 4 5 6 7 0 0\ncpu0 9 9 9\n'), {
      busy: 17 * tick,
      stolen: 7 * tick,
      total: 128 * tick,
    });
  });
});

describe('the order of turns', () => {
  it('gives every contestant every place', () => {
    const rounds = [0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''));
    assert.deepEqual(rounds, ['abc', 'bca', 'cab', 'abc']);
    assert.deepEqual(rotated([], 3), []);
  });
});
