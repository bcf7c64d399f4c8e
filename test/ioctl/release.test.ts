import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  isKnown,
  newestRelease,
  parseRelease,
  releaseOfKernel,
  traitsOf,
  type Release,
} from '../../src/ioctl/release';

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

  it('are in what uname(3) says', () => {
    for (const [text, major, minor] of [
      ['9.3', 9, 3],
      ['9.3_STABLE', 9, 3],
      ['10.0_RC1', 10, 0],
      ['10.99.12', 10, 99],
    ] as const)
      assert.deepEqual(releaseOfKernel(text), { major, minor }, text);
    for (const text of ['', '7.2', '6.18.0-generic', 'x'])
      assert.deepEqual(releaseOfKernel(text), newestRelease, text);
  });

  it('have the traits of the last one that changed something', () => {
    const same = (one: string, other: string) =>
      assert.equal(traitsOf(release(one)), traitsOf(release(other)));
    same('8.1', '8.0');
    same('8.4', '8.3');
    same('9.4', '9.2');
    same('10.1', '10.0');
    same('11.0', '10.0');
    same('9.99', '10.0');
    same('8.99', '9.0');
    assert.notEqual(traitsOf(release('9.0')), traitsOf(release('8.3')));
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
