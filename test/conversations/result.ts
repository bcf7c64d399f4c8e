/** What a command printed and returned, and whether that is what it had to. */
import type { Answer } from './conversation';

export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/**
 * `result` with what may differ among correct ifconfigs taken out: a usage text, which lists as many families of verbs
 * as a build has, becomes {usage}; the lines of the tunnel come before those of the session, whose order is the
 * linker's.
 */
export function normalForm({ stdout, stderr, status }: Result): Result {
  return {
    stdout: inOneOrder(stdout.split('\n')).join('\n'),
    stderr: stderr.replace(/^usage: [^]*$/m, '{usage}\n'),
    status,
  };
}

const isTunnel = (line: string): boolean => line.startsWith('\ttunnel ');
const isSession = (line: string): boolean => /^\t(local|remote)-(session-id|cookie): /.test(line);

/** Each run of tunnel and session lines, the tunnel's first. */
export function inOneOrder(lines: readonly string[]): readonly string[] {
  const ordered: string[] = [];
  let run: string[] = [];
  for (const line of [...lines, null]) {
    if (line !== null && (isTunnel(line) || isSession(line))) {
      run.push(line);
      continue;
    }
    ordered.push(...run.filter(isTunnel), ...run.filter(isSession));
    run = [];
    if (line !== null) ordered.push(line);
  }
  return ordered;
}

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** A regular expression for what is expected: {number} is any decimal number, {any} whatever follows. */
function pattern(expected: string): RegExp {
  const source = expected
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('\\{number\\}', '\\d+')
    .replaceAll('\\{any\\}\n', '[^]*');
  return new RegExp(`^${source}$`);
}

/** Lines that differ, `-` expected and `+` actual; empty if the result is the answer. */
export function differences(answer: Answer, actual: Result): readonly string[] {
  const { stdout, stderr, status } = normalForm(actual);
  const expected = normalForm({
    stdout: text(answer.stdout),
    stderr: text(answer.stderr),
    status: answer.status,
  });
  return [
    ...streamDifferences('1', expected.stdout, stdout),
    ...streamDifferences('2', expected.stderr, stderr),
    ...(status === answer.status ? [] : [`- ? ${answer.status}`, `+ ? ${status}`]),
  ];
}

function streamDifferences(stream: string, expected: string, actual: string): readonly string[] {
  return pattern(expected).test(actual) ? [] : lineDifferences(stream, lines(expected), lines(actual));
}

/** A last line without its newline is shown as such. */
function lines(stream: string): readonly string[] {
  const list = stream.split('\n');
  const last = list.pop() ?? '';
  return last === '' ? list : [...list, `${last} (no newline)`];
}

/** The differing middle of two lists, equal lines around it left out. */
export function lineDifferences(
  prefix: string,
  expected: readonly string[],
  actual: readonly string[],
): readonly string[] {
  const same = (a: string | undefined, b: string | undefined) =>
    a !== undefined && b !== undefined && pattern(a).test(b);
  let start = 0;
  while (same(expected[start], actual[start])) start += 1;
  let end = 0;
  const longest = Math.min(expected.length, actual.length) - start;
  while (end < longest && same(expected.at(-1 - end), actual.at(-1 - end))) end += 1;
  return [
    ...expected.slice(start, expected.length - end).map((line) => `- ${prefix} ${line}`),
    ...actual.slice(start, actual.length - end).map((line) => `+ ${prefix} ${line}`),
  ];
}
