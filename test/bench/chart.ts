/** The chart for the README: bars for some figures, an SVG file that is readable on light and on dark pages. */
import { summary, type Results } from './results';
import { figure } from './table';

/** One panel each. */
const panels = ['tcp', 'packets64-lossless', 'latency-p99', 'tcp-cpu'] as const;

/** Left out: its frames are longer than any wire takes, and its bar would make all others short. */
const outOfScale = 'vxlan';

const width = 760;
const labelWidth = 230;
const valueWidth = 150;
const barHeight = 16;
const rowHeight = 22;
const titleHeight = 34;
const margin = 12;

/** Colours come from classes, which follow the reader's scheme. */
const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .bar { fill: #8c959f }
  .ours { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .bar { fill: #6e7681 }
    .ours { fill: #4493f8 }
  }`;

export function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

interface Bar {
  readonly label: string;
  readonly value: number;
  /** NaN for what others are compared with, or without a comparison. */
  readonly ratio: number;
  readonly ours: boolean;
}

interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
}

function panelOf(results: Results, name: string): Panel | undefined {
  const entry = results.figures.find((candidate) => candidate.name === name);
  if (!entry) return undefined;
  const bars = results.contestants.flatMap((contestant): readonly Bar[] => {
    const cell = summary(results, name, contestant.name);
    if (!cell || contestant.name === outOfScale) return [];
    const ours = contestant.name.startsWith('ours');
    const ratio = contestant.name === contestant.reference ? NaN : cell.ratio;
    return [{ label: contestant.label, value: cell.median, ratio, ours }];
  });
  if (bars.length === 0) return undefined;
  return { title: `${entry.label}: ${entry.unit}, ${entry.better} is better`, bars };
}

function drawBar({ label, value, ratio, ours }: Bar, y: number, longest: number): string {
  const length = longest > 0 ? (value / longest) * (width - labelWidth - valueWidth) : 0;
  const baseline = y + barHeight - 4;
  const times = Number.isFinite(ratio) ? ` (${figure(ratio)} x QEMU)` : '';
  return [
    `<text x="${labelWidth - 8}" y="${baseline}" text-anchor="end">${escape(label)}</text>`,
    `<rect class="${ours ? 'ours' : 'bar'}" x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="2"/>`,
    `<text x="${(labelWidth + length + 6).toFixed(1)}" y="${baseline}">${figure(value)}${times}</text>`,
  ].join('\n');
}

/** Panels one below the other; those without a figure are left out. */
export function chart(results: Results): string {
  const drawn: string[] = [];
  let y = margin;
  for (const name of panels) {
    const panel = panelOf(results, name);
    if (!panel) continue;
    drawn.push(`<text class="title" x="${margin}" y="${y + 16}">${escape(panel.title)}</text>`);
    y += titleHeight - 8;
    const longest = Math.max(...panel.bars.map(({ value }) => value));
    for (const bar of panel.bars) {
      drawn.push(drawBar(bar, y, longest));
      y += rowHeight;
    }
    y += margin;
  }
  const opening = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}" role="img">`;
  const title = '<title>Speed of L2TPv3 tunnel ends on one machine</title>';
  return `${[opening, title, `<style>${style}\n</style>`, ...drawn, '</svg>'].join('\n')}\n`;
}
