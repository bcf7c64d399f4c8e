/** Runs test files one after the other by node:test and prints its report; skips can be made failures. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/** How long one file may take, in milliseconds: several times what the longest needs on a busy machine. */
const timeout = 300_000;

/**
 * Resolves to whether everything passed. Without `allowSkips` skipped tests are failures, and are listed before the
 * summary. Files run one at a time: they share few processors with the packets that they wait for.
 */
export async function runFiles(files: readonly string[], allowSkips: boolean): Promise<boolean> {
  const skips: string[] = [];
  const failures: string[] = [];
  const events = run({ files: [...files], concurrency: 1, timeout });
  events.on('test:fail', ({ name }) => failures.push(name));
  events.on('test:pass', ({ name, skip }) => {
    if (skip) skips.push(`${name}: ${skip === true ? 'no reason given' : skip}`);
  });

  async function* withSkips(): AsyncGenerator {
    for await (const event of events as AsyncIterable<unknown>) {
      if (!allowSkips && skips.length > 0 && beginsSummary(event)) {
        const list = skips.map((skip) => `  ${skip}\n`).join('');
        yield { type: 'test:stderr', data: { message: `\nSkipped, which is a failure here:\n${list}\n` } };
      }
      yield event;
    }
  }
  await pipeline(Readable.from(withSkips()), new spec(), process.stdout, { end: false });
  return failures.length === 0 && (allowSkips || skips.length === 0);
}

/** Whether it is the runner's own "tests N", the first line of its summary. */
function beginsSummary(event: unknown): boolean {
  if (typeof event !== 'object' || event === null || !('type' in event) || !('data' in event)) return false;
  const { type, data } = event;
  if (type !== 'test:diagnostic' || typeof data !== 'object' || data === null) return false;
  if (!('nesting' in data) || !('message' in data) || typeof data.message !== 'string') return false;
  return data.nesting === 0 && /^tests \d+$/.test(data.message);
}
