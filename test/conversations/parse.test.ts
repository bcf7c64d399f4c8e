/** The transcripts' format, and how an answer is chosen and compared. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { answerFor, type Answer, type Exchange } from './conversation';
import { expandIoctlLine, shortenIoctlLine } from './ioctl-lines';
import { parseTranscript, TranscriptError } from './parse';
import { differences, normalForm } from './result';
import { shellWords } from './shell-words';

const exchange = (text: string): Exchange => {
  const [step] = parseTranscript(`= title\n% stated 1\n${text}`, 'f')[0]?.steps ?? [];
  assert.ok(step?.kind === 'exchange');
  return step;
};
const answer = (text: string): Answer => exchange(`$ ifconfig\n${text}`).answers[0]!;

suite('what does not keep to the format', () => {
  for (const [text, message] of [
    ['$ ifconfig', 'f:1: no conversation has begun'],
    ['= t\n% guessed 1', 'f:2: no such mark: guessed 1'],
    ['= t\n$ ifconfig\n? 0', 'f:3: nothing says how this is known'],
    ['= t\n% D 1\n$ route\n? 0', 'f:3: neither ifconfig nor brconfig: route'],
    ['= t\n% D 1\n$ ifconfig\n$ ifconfig\n? 0', 'f:3: a command without an answer'],
    ['= t\n% D 1\n$ ifconfig', 'f:3: a command without an answer'],
    ['= t\n% D 1\n$ ifconfig\n1 x\n= u', 'f:5: the answer before this line has no exit status'],
    ['= t\n% D 1\n$ ifconfig\n[11x]\n? 0', 'f:4: no such condition: [11x]'],
    ['= t\n% D 1\n$ ifconfig\n[emulated]\n? 0', 'f:4: no such condition: [emulated]'],
    ['= t\n@ weather fine', 'f:2: no such attribute: weather fine'],
    ['= t\n% D 1\n$ ifconfig\n3 x', 'f:4: no line begins like this: 3 x'],
    ['= t\nfrobnicate', 'f:2: no such line: frobnicate'],
    ['= t\n% D 1\n? 0', 'f:3: an answer without a command'],
  ] as const)
    test(message, () => {
      assert.throws(
        () => parseTranscript(text, 'f'),
        (error) => error instanceof TranscriptError && error.message === message,
      );
    });
});

suite('which answer holds', () => {
  const one = exchange('$ ifconfig\n[8 9]\n? 1\n[10]\n? 2\n[emulated: why]\n? 3\n[netbsd 10]\n? 4\n');
  const status = (kernel: Parameters<typeof answerFor>[1]) => answerFor(one, kernel)?.status;
  test("the emulated kernel's own", () => assert.equal(status({ kind: 'emulated' }), 3));
  test("a release's", () => assert.equal(status({ kind: 'netbsd', release: 9 }), 1));
  test("NetBSD's own before that of all", () => assert.equal(status({ kind: 'netbsd', release: 10 }), 4));
  test('none', () => assert.equal(status({ kind: 'netbsd', release: 11 }), undefined));
  test('the emulated kernel takes that of its release', () =>
    assert.equal(answerFor(exchange('$ ifconfig\n[8]\n? 1\n[10]\n? 2\n'), { kind: 'emulated' })?.status, 2));
});

suite('what an answer allows', () => {
  const actual = (stdout: string, stderr = '', status = 0) => ({ stdout, stderr, status });
  const allowed: readonly (readonly [answer: string, ...result: Parameters<typeof actual>])[] = [
    ['1 port {number} priority\n? 0', 'port 17 priority\n'],
    ['1 a\n1 {any}\n? 0', 'a\nb\nc\n'],
    ['1 a\n1 {any}\n? 0', 'a\n'],
    ['1\n? 0', '\n'],
    [
      '2 ifconfig: strings too long\n2 {usage}\n? 1',
      '',
      'ifconfig: strings too long\nusage: ifconfig\n\tx\n',
      1,
    ],
    ['1 \ttunnel inet a\n1 \tlocal-session-id: 1\n? 0', '\tlocal-session-id: 1\n\ttunnel inet a\n'],
  ];
  for (const [text, ...result] of allowed)
    test(`${JSON.stringify(result)} is ${JSON.stringify(text)}`, () =>
      assert.deepEqual(differences(answer(text), actual(...result)), []));

  const refused: readonly (readonly [
    answer: string,
    result: ReturnType<typeof actual>,
    lines: readonly string[],
  ])[] = [
    ['1 port {number}\n? 0', actual('port x\n'), ['- 1 port {number}', '+ 1 port x']],
    ['1 a\n1 b\n1 c\n? 0', actual('a\nx\nc\n'), ['- 1 b', '+ 1 x']],
    ['? 0', actual('', 'oops\n', 1), ['+ 2 oops', '- ? 0', '+ ? 1']],
    ['1 a\n? 0', actual('a'), ['- 1 a', '+ 1 a (no newline)']],
    ['1 a.c\n? 0', actual('abc\n'), ['- 1 a.c', '+ 1 abc']],
    ['1 a\n1 a\n? 0', actual('a\n'), ['- 1 a']],
  ];
  for (const [text, result, lines] of refused)
    test(`${JSON.stringify(result)} is not ${JSON.stringify(text)}`, () =>
      assert.deepEqual(differences(answer(text), result), lines));

  test('the usage text begins its line', () =>
    assert.equal(normalForm(actual('', 'ifconfig: no usage: here\n')).stderr, 'ifconfig: no usage: here\n'));
});

suite("the shell's words", () => {
  for (const [line, words] of [
    ['a  b', ['a', 'b']],
    [`a '' " b" c'd e'f`, ['a', '', ' b', 'cd ef']],
    ['', []],
  ] as const)
    test(line, () => assert.deepEqual(shellWords(line), words));
  test('a quote without its end', () => assert.throws(() => shellWords("a 'b"), SyntaxError));
});

test('bytes are shortened and written out again', () => {
  assert.equal(
    shortenIoctlLine(expandIoctlLine('SIOCX 0x80 ifreq 6c 00*11 01000000 -> l2tp_req 00*40')),
    'SIOCX 0x80 ifreq 6c 00*11 01000000 -> l2tp_req 00*40',
  );
  const bytes = fc.array(fc.constantFrom('00', 'ff', '0a', '1b'), { minLength: 1 });
  fc.assert(
    fc.property(bytes, bytes, (one, other) => {
      const line = `SIOCX 0x80906997 ifreq ${one.join('')} -> char[12] ${other.join('')}`;
      assert.equal(expandIoctlLine(shortenIoctlLine(line)), line);
    }),
  );
});
