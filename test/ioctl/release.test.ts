import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isKnown, parseRelease, type Release } from '../../src/ioctl/release';

function release(text: string): Release {
  const parsed = parseRelease(text);
  assert.ok(parsed, text);
  return parsed;
}

describe('releases', () => {
  it('are MAJOR.MINOR from 8 on', () => {
    assert.deepEqual(parseRelease('9.2'), { major: 9, minor: 2 });
    for (const text of ['', '7.1', '10', '10.', '.1', 'x.y', '9.2.1', '-9.1', '1e1.0'])
      assert.equal(parseRelease(text), null, text);
  });

  it('know exactly one number of each of l2tp(4)’s requests', () => {
    for (const [text, old] of [
      ['8.0', true],
      ['8.2', true],
      ['8.3', false],
      ['9.0', true],
      ['9.1', true],
      ['9.2', false],
      ['10.0', false],
    ] as const) {
      assert.equal(isKnown('SIOCSL2TPSESSION_OLD', release(text)), old, text);
      assert.equal(isKnown('SIOCSL2TPSESSION', release(text)), !old, text);
      assert.equal(isKnown('SIOCGL2TP', release(text)), true, text);
    }
  });

  it('got media numbers of their own with 9, descriptions with 10', () => {
    assert.deepEqual(
      ['8.0', '9.0', '10.0'].map((text) => [
        isKnown('SIOCGIFMEDIA_80', release(text)),
        isKnown('SIOCGIFMEDIA', release(text)),
        isKnown('SIOCSIFDESCR', release(text)),
      ]),
      [
        [true, false, false],
        [false, true, false],
        [false, true, true],
      ],
    );
  });
});
