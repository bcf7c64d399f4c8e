/**
 * What a command costs besides node itself: `ifconfig-l2tp l2tp0` against `node -e 0`, turn by turn.
 * Usage, as root: node dist/test/bench/startup.js [ROUNDS]. Prints both medians and their ratio.
 */
import { program, quietly } from '../system/commands';
import { Lab, type Namespace } from '../system/lab';
import { median } from './topology';

/** Milliseconds of one run, process creation included. */
function time(host: Namespace, argv: readonly string[]): number {
  const begin = process.hrtime.bigint();
  host.must(argv);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

async function main(rounds: number): Promise<void> {
  const lab = new Lab();
  try {
    const host = lab.host('a');
    quietly(host, 'ifconfig l2tp0 create');
    const contestants = {
      'node -e 0': [process.execPath, '-e', '0'],
      'ifconfig-l2tp l2tp0': [process.execPath, program('ifconfig-l2tp'), 'l2tp0'],
    };
    const times = Object.entries(contestants).map(([name, argv]) => ({ name, argv, taken: [] as number[] }));
    // The first round fills caches and is not counted.
    for (let round = 0; round <= rounds; round += 1)
      for (const { argv, taken } of times) {
        const one = time(host, argv);
        if (round > 0) taken.push(one);
      }
    const medians = times.map(({ name, taken }) => ({ name, milliseconds: median(taken) }));
    for (const { name, milliseconds } of medians) console.log(`${name}: ${milliseconds.toFixed(1)} ms`);
    const [bare, ours] = medians;
    if (bare && ours) console.log(`ratio: ${(ours.milliseconds / bare.milliseconds).toFixed(2)}`);
  } finally {
    await lab.close();
  }
}

void main(Number(process.argv[2] ?? 30));
