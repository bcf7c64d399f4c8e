import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { block, literalBlocks, script } from '../../src/demo/man-page';

const source = String.raw`.Dd November 27, 2026
.Bd -literal
no name
.Ed
.\" example: first one
.Bd -literal -offset indent
# echo \(aqa\e\-b\(aq
# true
.Ed
.\" picture
.Bd -literal
+--+
.Ed
.\" example: far away
text
.Bd -literal
later
.Ed
`;

describe('literal blocks of a manual page', () => {
  it('have the name that the comment right before them gives', () => {
    assert.deepEqual(literalBlocks(source), [
      { kind: '', name: '', lines: ['no name'] },
      { kind: 'example', name: 'first one', lines: [String.raw`# echo 'a\-b'`, '# true'] },
      { kind: 'picture', name: '', lines: ['+--+'] },
      { kind: '', name: '', lines: ['later'] },
    ]);
  });

  it('become scripts without their prompts', () => {
    assert.equal(script({ kind: 'example', name: '', lines: ['# a b', '# c'] }), 'a b\nc\n');
  });

  it('are no scripts where a line has no prompt', () => {
    assert.throws(
      () => script({ kind: 'example', name: 'x', lines: ['# a', 'b'] }),
      /example x: no prompt: b/,
    );
  });

  it('with an escape that is not known are refused', () => {
    assert.throws(() => literalBlocks('.Bd -literal\n\\fB\n.Ed\n'), /unknown escape \\f/);
  });

  it('that are not there are an error', () => {
    assert.throws(() => block('l2tp.4', 'example', 'nowhere'), /no example nowhere/);
  });
});
