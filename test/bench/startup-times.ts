/**
 * Times `node -e 0` and `ifconfig-l2tp l2tp0` in turn, in the network namespace that it is started in, so that entering that is
 * not measured. Usage: node startup-times.js TURNS. Prints a line "BARE COMMAND" in milliseconds for each turn.
 */
import { program } from '../system/commands';
import { must } from '../system/lab';

export interface Times {
  readonly bare: readonly number[];
  readonly command: readonly number[];
}

export function parseTimes(text: string): Times {
  const pairs = text
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
  return { bare: pairs.map(([bare = NaN]) => bare), command: pairs.map(([, command = NaN]) => command) };
}

/** Milliseconds of one run, process creation included. */
function time(argv: readonly string[]): number {
  const begin = performance.now();
  must(argv);
  return performance.now() - begin;
}

function main(turns: number): void {
  // The first turn fills caches and is not counted.
  for (let turn = 0; turn <= turns; turn += 1) {
    const bare = time([process.execPath, '-e', '0']);
    const command = time([process.execPath, program('ifconfig-l2tp'), 'l2tp0']);
    if (turn > 0) process.stdout.write(`${bare} ${command}\n`);
  }
}

if (require.main === module) main(Number(process.argv[2] ?? 30));
