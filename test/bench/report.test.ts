/** What the bench writes about a run, made-up ones and the one that is kept in this directory. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageRoot } from '../../src/package-root';
import { chart, escape } from './chart';
import { parseOptions } from './options';
import { Progress } from './progress';
import { markedPart, MarksError, replaceMarkedPart } from './readme';
import { markdownReport, textReport } from './report';
import { encodeResults, makeResults, parseResults, Recorder, ResultsError, summary } from './results';
import { names } from './run';
import { figure, markdownTable, percent, textTable } from './table';
import { judge } from './targets';

const recorder = new Recorder(3);
for (const [round, base] of [1, 2, 4].entries()) {
  recorder.add('qemu', round, { tcp: base, 'latency-p50': 100 });
  if (round !== 1) recorder.add('ours', round, { tcp: base * 3, 'latency-p50': 90, rss: 81 });
}
recorder.fail('ours', 'tcp', 1, new Error('broken <wire>'));

const results = makeResults({
  date: '2026-01-02T03:04:05.000Z',
  machine: { processor: 'Abacus', processors: 2, kernel: '6.0', node: 'v20.0.0' },
  settings: { rounds: 3, quick: false, outerMtu: 1600 },
  noise: { loop: [10, 11, 12], stolen: 0.01, loadBefore: 0.5 },
  contestants: [
    { name: 'qemu', label: 'QEMU', reference: 'qemu' },
    { name: 'ours', label: 'this & that', reference: 'qemu' },
    { name: 'kernel-l2tp', label: 'kernel', reference: 'qemu', unavailable: 'no module' },
  ],
  figures: [
    { name: 'tcp', label: 'TCP', unit: 'Gbit/s', better: 'more' },
    { name: 'latency-p50', label: 'round trip', unit: 'us', better: 'less' },
  ],
  samples: recorder.samples,
  failures: recorder.failures,
});

describe('results', () => {
  it('survive being written and read', () => {
    assert.deepEqual(parseResults(encodeResults(results)), results);
  });

  it('are refused if they are something else', () => {
    for (const text of [
      '',
      '{}',
      '[]',
      'null',
      encodeResults({ ...results, samples: { tcp: { qemu: [] } } }).replace('"format": 1', '"format": 2'),
    ])
      assert.throws(() => parseResults(text), ResultsError);
    const withText = encodeResults(results).replace('"stolen": 0.01', '"stolen": "0.01"');
    assert.throws(() => parseResults(withText), ResultsError);
  });

  it('give medians and ratios, and nothing for what was not measured', () => {
    assert.deepEqual(summary(results, 'tcp', 'ours'), { median: 7.5, spread: 1.2, ratio: 3 });
    assert.equal(summary(results, 'rss', 'qemu'), undefined);
    assert.equal(summary(results, 'nothing', 'ours'), undefined);
  });
});

describe('targets', () => {
  const verdict = (text: string) => judge(results).find((one) => one.text === text);

  it('are judged by ratios or by values', () => {
    assert.deepEqual(verdict('TCP, of QEMU'), {
      text: 'TCP, of QEMU',
      limit: '>= 2.4',
      value: 3,
      reached: true,
    });
    assert.equal(verdict('TCP, of QEMU (aim)')?.reached, false);
    assert.equal(verdict('round trip p50, of QEMU')?.reached, true);
    assert.equal(verdict('memory, MB resident')?.reached, false);
  });

  it('are not reached if they were not measured', () => {
    const idle = verdict('idle, ms of processor time a second');
    assert.ok(idle && Number.isNaN(idle.value) && !idle.reached);
    assert.match(textReport(results), /^idle, ms .* – +not measured$/m);
  });
});

describe('reports', () => {
  it('name what did not run, what failed, and how noisy it was', () => {
    const text = textReport(results);
    assert.match(text, /^this & that +7\.50 +3\.00 +120 %$/m);
    assert.match(text, /^Not run: kernel: no module$/m);
    assert.match(text, /^Failed: this & that, tcp, round 2: broken <wire>$/m);
    assert.match(text, /took 11\.0 ms, spread 18 % over 3 times; 1\.0 % of the processors' time was stolen/);
  });

  it('are the same in Markdown', () => {
    const text = markdownReport(results);
    assert.match(
      text,
      /^\| this & that \| 7\.50 \(3\.00\) \| – \| – \| – \| – \| 90\.0 \(0\.900\) \| – \| – \|$/m,
    );
    assert.match(text, /^\| TCP, of QEMU \| >= 2\.4 \| 3\.00 \| reached \|$/m);
    assert.doesNotMatch(text, /^\| kernel /m);
  });

  it('write figures with the digits that count', () => {
    assert.deepEqual([0, 0.06651, 1.236, 12.34, 1234.5, NaN].map(figure), [
      '0',
      '0.067',
      '1.24',
      '12.3',
      '1235',
      '–',
    ]);
    assert.deepEqual([0.0123, 0.5, NaN].map(percent), ['1.2 %', '50 %', '–']);
  });

  it('have columns under each other', () => {
    assert.equal(
      textTable(
        ['a', 'b'],
        [
          ['xx', '1'],
          ['y', '22'],
        ],
      ),
      'a    b\n--  --\nxx   1\ny   22\n',
    );
    assert.equal(markdownTable(['a', 'b'], [['x', '1']]), '| a | b |\n| --- | --: |\n| x | 1 |\n');
  });
});

describe('the chart', () => {
  it('has a bar as long as each value, escaped labels, and colours for dark pages', () => {
    const svg = chart(results);
    const bars = [...svg.matchAll(/<rect class="(\w+)" [^>]*width="([\d.]+)"/g)].map(([, kind, width]) => [
      kind,
      Number(width),
    ]);
    assert.deepEqual(bars, [
      ['bar', 101.3],
      ['ours', 380],
    ]);
    assert.match(svg, /this &amp; that/);
    assert.match(svg, /prefers-color-scheme: dark/);
    assert.equal(escape('<a b="c">'), '&lt;a b=&quot;c&quot;&gt;');
  });
});

describe('a file with marks', () => {
  const text = 'one\n<!-- npm run bench: begin -->\nold\n<!-- npm run bench: end -->\ntwo\n';

  it('gets another part between them', () => {
    const changed = replaceMarkedPart(text, 'new\n');
    assert.equal(markedPart(changed), 'new\n');
    assert.equal(changed, text.replace('old', 'new'));
  });

  it('is left alone without them', () => {
    for (const broken of ['', text + text, text.replace('begin', 'start')])
      assert.throws(() => replaceMarkedPart(broken, ''), MarksError);
  });
});

describe("the README's figures", () => {
  const file = join(packageRoot(), 'test/bench/results.json');
  it('are those of the run that is kept', { skip: existsSync(file) ? false : 'no run is kept' }, () => {
    const kept = parseResults(readFileSync(file, 'utf8'));
    assert.equal(markedPart(readFileSync(join(packageRoot(), 'README.md'), 'utf8')), markdownReport(kept));
    assert.equal(readFileSync(join(packageRoot(), 'test/bench/results.svg'), 'utf8'), chart(kept));
  });
});

describe('options', () => {
  it('have defaults, and other ones for a quick run', () => {
    assert.equal(parseOptions([], names).rounds, 5);
    assert.equal(parseOptions(['--quick'], names).rounds, 1);
    const given = parseOptions(['--only', 'ours,qemu', '--rounds', '2', '--measure', 'tcp,startup'], names);
    assert.deepEqual([given.only, given.rounds, given.measure], [['ours', 'qemu'], 2, ['tcp', 'startup']]);
  });
});

describe('progress', () => {
  it('says what was found and what remains', () => {
    const lines: string[] = [];
    const progress = new Progress(4, (line) => lines.push(line));
    progress.step('round 1, ours', { tcp: 1.5 });
    progress.skip(2, 'round 1, qemu', new Error('no luck'));
    progress.step('round 1, c', new Error('broken\nat once'));
    assert.match(lines[0] ?? '', /^\[1\/4, \d+ s left\] round 1, ours: tcp 1\.50\n$/);
    assert.equal(lines[1], 'round 1, qemu: no luck\n');
    assert.equal(lines[2], '[4/4, 0 s left] round 1, c: failed: broken\n');
  });
});
