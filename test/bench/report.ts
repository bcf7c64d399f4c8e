/** A run in words: every figure of every contestant, the targets, the noise. */
import type { Figure } from './measurement';
import { summary, type ContestantEntry, type Results } from './results';
import { median, spread } from './statistics';
import { figure, markdownTable, percent, textTable, type Row } from './table';
import { judge } from './targets';

/** The figures that the README's table has, one column each. */
const headlines: readonly (readonly [name: string, heading: string])[] = [
  ['tcp', 'TCP Gbit/s'],
  ['tcp-four', 'four streams'],
  ['tcp-both', 'both ways'],
  ['packets64-lossless', '64 bytes, kpps'],
  ['packets1400-lossless', '1400 bytes, kpps'],
  ['latency-p50', 'p50 us'],
  ['latency-p99', 'p99 us'],
  ['tcp-cpu', 'CPU ms/Gbit'],
];

const labelOf = (results: Results, name: string): string =>
  results.contestants.find((contestant) => contestant.name === name)?.label ?? name;

const measured = (results: Results): readonly ContestantEntry[] =>
  results.contestants.filter(({ unavailable }) => unavailable === undefined);

function rowsOf(results: Results, { name }: Figure): readonly Row[] {
  return results.contestants.flatMap((contestant) => {
    const cell = summary(results, name, contestant.name);
    if (!cell) return [];
    const times = Number.isFinite(cell.ratio) ? figure(cell.ratio) : '';
    return [[contestant.label, figure(cell.median), times, percent(cell.spread)]];
  });
}

function figureTables(results: Results): string {
  return results.figures
    .map((entry) => {
      const rows = rowsOf(results, entry);
      const head = [`${entry.label}, ${entry.unit}`, 'median', 'x QEMU', 'spread'];
      return rows.length > 0 ? `${textTable(head, rows)}\n` : '';
    })
    .join('');
}

const targetRows = (results: Results): readonly Row[] =>
  judge(results).map(({ text, limit, value, reached }) => [
    text,
    limit,
    figure(value),
    Number.isNaN(value) ? 'not measured' : reached ? 'reached' : 'NOT REACHED',
  ]);

const targetHead: Row = ['target', 'limit', 'measured', 'verdict'];

function noiseLine({ noise }: Results): string {
  const { loop, stolen, loadBefore } = noise;
  return (
    `The same loop took ${figure(median(loop))} ms, spread ${percent(spread(loop))} over ${loop.length} times; ` +
    `${percent(stolen)} of the processors' time was stolen; the load was ${loadBefore.toFixed(2)} before.`
  );
}

function settingsLine({ date, machine, settings }: Results): string {
  const { processor, processors, kernel, node } = machine;
  const rounds = `${settings.rounds} ${settings.quick ? 'quick ' : ''}round${settings.rounds === 1 ? '' : 's'}`;
  return (
    `${processors} x ${processor}, Linux ${kernel}, Node.js ${node}, ${date.slice(0, 10)}; ${rounds}, ` +
    `MTU 1500 inside and ${settings.outerMtu} outside.`
  );
}

/** Everything, for a terminal. */
export function textReport(results: Results): string {
  const missing = results.contestants.flatMap(({ label, unavailable }) =>
    unavailable === undefined ? [] : [`Not run: ${label}: ${unavailable}\n`],
  );
  const failures = results.failures.map(
    ({ contestant, measurement, round, message }) =>
      `Failed: ${labelOf(results, contestant)}, ${measurement}, round ${round + 1}: ${message}\n`,
  );
  return [
    figureTables(results),
    textTable(targetHead, targetRows(results)),
    '\n',
    ...missing,
    ...failures,
    `${noiseLine(results)}\n${settingsLine(results)}\n`,
    'Medians of the rounds; "x QEMU" is the median of the rounds\' ratios; spread is (highest - lowest) / median.\n',
  ].join('');
}

function headlineRow(results: Results, { name, label }: ContestantEntry): Row {
  const cells = headlines.map(([figureName]) => {
    const cell = summary(results, figureName, name);
    if (!cell) return '–';
    return Number.isFinite(cell.ratio) && cell.ratio !== 1
      ? `${figure(cell.median)} (${figure(cell.ratio)})`
      : figure(cell.median);
  });
  return [label, ...cells];
}

/** What the README shows. */
export function markdownReport(results: Results): string {
  const head = ['', ...headlines.map(([, heading]) => heading)];
  const rows = measured(results).map((contestant) => headlineRow(results, contestant));
  return [
    markdownTable(head, rows),
    '\nMedians; in brackets multiples of QEMU, of its UDP for what uses UDP.\n',
    `${settingsLine(results)}\n${noiseLine(results)}\n\n`,
    markdownTable(targetHead, targetRows(results)),
  ].join('');
}
