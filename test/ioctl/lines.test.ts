import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { LineReader } from '../../src/ioctl/lines';

const line = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll('\n', ''));

describe('LineReader', () => {
  it('finds the same lines however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(200)), (lines, cuts) => {
        const stream = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        const reader = new LineReader(1000);
        const places = [
          0,
          ...cuts.map((cut) => Math.min(cut, stream.length)).sort((a, b) => a - b),
          stream.length,
        ];
        const found = places.flatMap((place, i) => reader.push(stream.subarray(place, places[i + 1])));
        assert.deepEqual(found, lines);
      }),
    );
  });

  it('takes a line of the greatest length and none longer, complete or not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 50 }), (longest, step) => {
        const push = (text: string) => {
          const reader = new LineReader(longest);
          const stream = Buffer.from(text);
          const found: string[] = [];
          for (let at = 0; at < stream.length; at += step)
            found.push(...reader.push(stream.subarray(at, at + step)));
          return found;
        };
        const text = 'x'.repeat(longest);
        assert.deepEqual(push(`${text}\n${text}\n`), [text, text]);
        assert.throws(() => push(`${text}x\n`), { code: 'too-long' });
        assert.throws(() => push(`${text}x`), { code: 'too-long' });
      }),
    );
  });
});
