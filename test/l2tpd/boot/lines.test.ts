import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseLines } from '../../../src/l2tpd/boot/lines';

const brief = (text: string) => parseLines(text).map(({ number, kind, text }) => `${number} ${kind} ${text}`);

describe('lines of an interface file', () => {
  it('are arguments, commands, dhcp, or nothing', () => {
    assert.deepEqual(brief('create\nup\n!brconfig $int add wm1\ndhcp\n# up\n\n \t\ncreate x\nDHCP\n'), [
      '2 arguments up',
      '3 command brconfig $int add wm1',
      '4 dhcp dhcp',
      '8 arguments create x',
      '9 arguments DHCP',
    ]);
  });

  it('lose blanks at both ends, and only there', () => {
    assert.deepEqual(brief('  create \n\t # no\n \tdescription "a  b"\t \n ! echo\n\vup\n'), [
      '3 arguments description "a  b"',
      '4 command  echo',
      '5 arguments \vup',
    ]);
  });

  it('go on after a backslash at their end, under the number of the first', () => {
    assert.deepEqual(brief('tunnel 192.0.2.1 \\\n\t192.0.2.2\nse\\\nssion 1 \\ \n\\\n 2\nup\n'), [
      '1 arguments tunnel 192.0.2.1 192.0.2.2',
      '3 arguments session 1 2',
      '7 arguments up',
    ]);
  });

  it('are joined before they are looked at', () => {
    assert.deepEqual(brief('# \\\nup\ncre\\\nate\n\\\n#up\n\\\n\\\n!x\nd\\\nhcp'), [
      '7 command x',
      '10 dhcp dhcp',
    ]);
  });

  it('keep backslashes elsewhere', () => {
    assert.deepEqual(brief('a\\b \\\\c\nx\\\\\ny\n'), ['1 arguments a\\b \\\\c', '2 arguments x\\y']);
  });

  it('count without a newline at the end, and with a backslash there', () => {
    assert.deepEqual(brief('up'), ['1 arguments up']);
    assert.deepEqual(brief('up\ndown\\'), ['1 arguments up', '2 arguments down']);
    assert.deepEqual(brief('up\ndown\\\n'), ['1 arguments up', '2 arguments down']);
  });

  it('are refused if they end in a carriage return, comments aside', () => {
    assert.deepEqual(
      parseLines('up\r\n!x\r\n# y\r\na\\\r\n').map(({ number, kind }) => [number, kind]),
      [
        [1, 'carriage-return'],
        [2, 'carriage-return'],
        [4, 'carriage-return'],
      ],
    );
  });

  it('lose their NULs, as in sh', () => {
    assert.deepEqual(brief('u\0p\n\0\n\0#x\n'), ['1 arguments up']);
  });

  it('take time in proportion to their length', () => {
    const blanks = ' '.repeat(1 << 20);
    assert.deepEqual(brief(`${blanks}up${blanks}x\n`).length, 1);
    assert.deepEqual(brief('\\\n'.repeat(1 << 19)), []);
    assert.deepEqual(brief(`x${'\\\n'.repeat(1 << 19)}y`), ['1 arguments xy']);
  });

  it('have numbers that rise, and texts that are not blank, whatever is in the file', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const lines = parseLines(text);
        const last = text.split('\n').length;
        let before = 0;
        for (const { number, kind, text } of lines) {
          assert.ok(number > before && number <= last);
          before = number;
          assert.doesNotMatch(text, /[\n\0]/);
          if (kind !== 'command') assert.notEqual(text, '');
        }
      }),
      { numRuns: 500 },
    );
  });

  it("are those that sh's read makes of the file", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        // The shell drops what no newline ends, and knows no carriage returns.
        const file = `${text.replace(/[\r\0]/g, '')}\nend\n`;
        const expected = linesOfShell(file);
        const found = parseLines(file).map(({ kind, text }) => (kind === 'command' ? `!${text}` : text));
        assert.deepEqual(found, expected);
      }),
      { numRuns: 150 },
    );
  });
});

/** Mostly what means something in these files. */
const anyText = fc
  .array(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc.constantFrom('\n', '\\\n', '\\', ' ', '\t', '#', '!', 'create', 'dhcp', 'up'),
      },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)) },
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

/** By two loops over `read -r`, joining and then choosing. */
const reader = `
join() { while read -r part; do
  if [ "$part" != "\${part%\\\\}" ]; then printf %s "\${part%\\\\}"; else printf '%s\\n' "$part"; fi
done; }
join | while read -r whole; do case $whole in '' | '#'* | create) ;; *) printf '%s\\n' "$whole" ;; esac; done`;

function linesOfShell(file: string): readonly string[] {
  const { stdout, status } = spawnSync('/bin/sh', ['-c', reader], {
    input: Buffer.from(file, 'latin1'),
    env: { LC_ALL: 'C' },
  });
  assert.equal(status, 0);
  return stdout.toString('latin1').split('\n').slice(0, -1);
}
