/** The options before a command's own words that turn it into a dry run: -n [-v] [--abi PORT] [--release N.M]. */
import { abi, abiNames } from '../../native-structs';
import { DryRunKernel } from '../ioctl/dry-run';
import type { Kernel } from '../ioctl/kernel';
import { newestRelease, parseRelease, type Release } from '../ioctl/release';
import { CommandError } from './errors';

export interface DryRun {
  readonly kernel: Kernel;
  readonly release: Release;
  /** What is left for the command itself. */
  readonly words: readonly string[];
}

/** `argv` begins with -n. Throws CommandError for a port or release that is not known. */
export function dryRun(argv: readonly string[], print: (text: string) => void): DryRun {
  const words = [...argv];
  let verbose = false;
  let port = abi('amd64');
  let release = newestRelease;
  for (;;) {
    switch (words[0]) {
      case '-n':
        words.shift();
        continue;
      case '-v':
        verbose = true;
        words.shift();
        continue;
      case '--abi': {
        const [, wanted = ''] = words.splice(0, 2);
        const name = abiNames.find((known) => known === wanted);
        if (!name) throw new CommandError(`--abi: ${wanted || '(nothing)'} is none of ${abiNames.join(' ')}`);
        port = abi(name);
        continue;
      }
      case '--release': {
        const [, wanted = ''] = words.splice(0, 2);
        const parsed = parseRelease(wanted);
        if (!parsed)
          throw new CommandError(`--release: ${wanted || '(nothing)'} is no release, such as 9.1 or 10.0`);
        release = parsed;
        continue;
      }
      default:
        return { kernel: new DryRunKernel({ abi: port, release, verbose, print }), release, words };
    }
  }
}
