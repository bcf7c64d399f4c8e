/** What a comparison found, for people: a line for each exchange, the lines that differ under it, and a summary. */
import { basename } from 'node:path';
import type { ComparedRow, Row } from './comparison';
import { markText, placeText, type Provenance } from './conversation';

const widths = [24, 14, 8, 8, 8] as const;

const line = (...cells: readonly string[]): string =>
  cells
    .map((cell, index) => cell.padEnd(widths[index] ?? 0))
    .join(' ')
    .trimEnd();

export const tableHeading = line('exchange', 'known from', 'ours', 'theirs', 'the two', 'command');

const verdict = (differing: readonly string[] | null): string =>
  differing === null ? '-' : differing.length === 0 ? 'agree' : 'differ';

/** Lines of one row. Ours and theirs are told against what is expected, the two against each other. */
export function tableRow(row: Row): readonly string[] {
  const { exchange } = row;
  const place = placeText({ ...exchange.place, file: basename(exchange.place.file) });
  if (row.kind === 'skipped') {
    const [answer] = exchange.answers;
    return [
      line(
        place,
        answer ? markText(answer.mark) : '',
        'not run',
        '',
        '',
        `${exchange.command}  (${row.why})`,
      ),
    ];
  }
  const { answer, ours, theirs, between } = row;
  const caller = exchange.caller === 'user' ? '  (not as root)' : '';
  return [
    line(
      place,
      markText(answer.mark),
      verdict(ours),
      verdict(theirs),
      verdict(between),
      exchange.command + caller,
    ),
    ...details('ours against what is expected', ours),
    ...details('theirs against what is expected', theirs),
    ...details('ours against theirs', between),
  ];
}

const details = (title: string, lines: readonly string[] | null): readonly string[] =>
  lines === null || lines.length === 0 ? [] : [`    ${title}:`, ...lines.map((one) => `      ${one}`)];

export interface Summary {
  readonly text: string;
  /** 0: all is well; 1: ours and theirs differ, or, where there are no theirs, ours and what is known. */
  readonly status: 0 | 1 | 2;
}

const isKnown = ({ answer }: ComparedRow): boolean =>
  answer.mark.provenance === 'observed' || answer.mark.provenance === 'stated';

/** Status 2 says that nothing was run. */
export function summarise(rows: readonly Row[]): Summary {
  const compared = rows.filter((row) => row.kind === 'compared');
  const both = compared.filter(({ between }) => between !== null);
  const apart = both.filter(({ between }) => between?.length !== 0);
  const alone = compared.filter(({ between }) => between === null);
  const wrong = alone.filter((row) => row.ours.length > 0 && isKnown(row));
  const provenances: readonly Provenance[] = ['observed', 'stated', 'D', 'U'];
  const holds = provenances.map((provenance) => {
    const of = compared.filter(({ answer }) => answer.mark.provenance === provenance);
    const held = of.filter(({ ours, theirs }) => (theirs ?? ours).length === 0);
    return `  ${provenance.padEnd(9)} ${held.length} of ${of.length} answers are as expected`;
  });
  return {
    status: compared.length === 0 ? 2 : apart.length > 0 || wrong.length > 0 ? 1 : 0,
    text: [
      `${compared.length} exchanges run, ${rows.length - compared.length} not run`,
      `  ours and theirs: ${both.length - apart.length} agree, ${apart.length} differ, ${alone.length} without theirs`,
      ...holds,
    ].join('\n'),
  };
}
