import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { block } from '../../src/demo/man-page';
import { drawMoment } from '../../src/demo/picture';
import { terminal, withoutControls } from './terminal';

const picture = block('l2tp.4', 'picture').lines;
const packets = fc.nat({ max: 9_999 });
const traffic = fc.record({ sent: packets, received: packets });
const moment = fc.record({
  A: traffic,
  B: traffic,
  X: fc.constant('10.1.1.1'),
  Y: fc.constant('10.1.1.2'),
  ping: fc.string({ unit: 'grapheme-ascii', maxLength: 200 }),
  tick: fc.nat(),
});

describe("the manual page's picture", () => {
  it('comes as it is, with the counters below the routers, in 80 columns', () => {
    fc.assert(
      fc.property(moment, (each) => {
        const lines = drawMoment(picture, each, terminal(true).screen).map(withoutControls);
        assert.deepEqual(lines.slice(0, picture.length), picture);
        for (const line of lines) assert.ok(line.length <= 80, line);
        const rows = lines.slice(picture.length);
        assert.match(
          rows[0] ?? '',
          new RegExp(`^10\\.1\\.1\\.1 +sent +${each.A.sent} .*received +${each.B.received} +10\\.1\\.1\\.2$`),
        );
        assert.match(rows[1] ?? '', new RegExp(`^ {13}received +${each.A.received} .*sent +${each.B.sent}$`));
      }),
    );
  });

  it('has one dot on the way there or back while something passes', () => {
    fc.assert(
      fc.property(moment, (each) => {
        const rows = drawMoment(picture, { ...each, ping: '' }, terminal(false).screen).slice(picture.length);
        const dots =
          rows
            .join('')
            .replaceAll(/sent|received/g, '')
            .split('o').length - 1;
        assert.equal(dots, each.tick === 0 ? 0 : 1);
      }),
    );
  });
});

describe('a picture without four boxes', () => {
  it('is refused', () => {
    const nothing = { sent: 0, received: 0 };
    const still = { A: nothing, B: nothing, X: '', Y: '', ping: '', tick: 0 };
    assert.throws(() => drawMoment(['+--+ +--+'], still, terminal(false).screen), /four boxes/);
  });
});
