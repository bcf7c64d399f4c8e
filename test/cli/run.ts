/** Runs ifconfig in this process and keeps what it writes. */
import type { Kernel } from '../../src/ioctl/kernel';
import type { Context, ResolveHost } from '../../src/cli/command';
import { ifconfig } from '../../src/cli/ifconfig';

export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

const noHosts: ResolveHost = () => Promise.resolve([]);

export async function run(
  kernel: Kernel,
  argv: readonly string[],
  resolveHost: ResolveHost = noHosts,
  more: Partial<Context> = {},
): Promise<Result> {
  let stdout = '';
  let stderr = '';
  const status = await ifconfig(argv, {
    kernel: () => Promise.resolve(kernel),
    stdout: { write: (text) => void (stdout += text) },
    stderr: { write: (text) => void (stderr += text) },
    resolveHost,
    ...more,
  });
  return { stdout, stderr, status };
}

/** As `run`, with the arguments in one text. */
export const runWords = (kernel: Kernel, words: string, resolveHost?: ResolveHost): Promise<Result> =>
  run(kernel, words === '' ? [] : words.split(' '), resolveHost);
