/**
 * What a command costs besides node itself: `ifconfig-l2tp l2tp0` against `node -e 0`, turn by turn.
 * Usage, as root: node dist/test/bench/startup.js [ROUNDS]. Prints both medians and their ratio.
 */
import { program, quietly } from '../system/commands';
import { Lab, must } from '../system/lab';
import { median } from './topology';

/** Given to the copy of this program that runs in the namespace, so that entering it is not measured. */
const inside = '--inside';

/** Milliseconds of one run, process creation included. */
function time(argv: readonly string[]): number {
  const begin = process.hrtime.bigint();
  must(argv);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

function measure(rounds: number): void {
  const bare: number[] = [];
  const command: number[] = [];
  // The first round fills caches and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    const pair = [
      time([process.execPath, '-e', '0']),
      time([process.execPath, program('ifconfig-l2tp'), 'l2tp0']),
    ] as const;
    if (round === 0) continue;
    bare.push(pair[0]);
    command.push(pair[1]);
  }
  console.log(`node -e 0: ${median(bare).toFixed(1)} ms`);
  console.log(`ifconfig-l2tp l2tp0: ${median(command).toFixed(1)} ms`);
  console.log(`ratio: ${(median(command) / median(bare)).toFixed(2)}`);
}

async function main(rounds: string): Promise<void> {
  const lab = new Lab();
  try {
    const host = lab.host('a');
    quietly(host, 'ifconfig l2tp0 create');
    process.stdout.write(host.must([process.execPath, __filename, inside, rounds]));
  } finally {
    await lab.close();
  }
}

const [, , first = '30', second] = process.argv;
if (first === inside) measure(Number(second));
else void main(first);
