import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { terminal } from './terminal';

describe('screen', () => {
  it('without a terminal shows what is settled once, and no control characters', () => {
    const { screen, text } = terminal(false);
    screen.heading('Title');
    screen.replace(['1', '2']);
    screen.replace(['3', '4']);
    screen.settle(['5', screen.paint('red', '6')]);
    assert.equal(text(), '\nTitle\n\n5\n6\n');
  });

  it('on a terminal goes back over the lines before, and gives the cursor back', () => {
    const { screen, text } = terminal(true);
    screen.replace(['1', '2']);
    screen.settle(['3', '4']);
    assert.equal(text(), '\x1b[?25l\x1b[2K1\n\x1b[2K2\n\x1b[2A\x1b[2K3\n\x1b[2K4\n\x1b[?25h');
  });

  it('gives the cursor back once', () => {
    const { screen, text } = terminal(true);
    screen.restore();
    screen.replace(['1']);
    screen.restore();
    screen.restore();
    assert.equal(text().split('\x1b[?25h').length - 1, 1);
  });
});
