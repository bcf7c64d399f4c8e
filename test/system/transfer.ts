/** A file through TCP from one host to another. */
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Namespace } from './lab';

/** Sends `file` to `address` of `to`; resolves to "SHA-256 BYTES" as the receiver sees it. */
export async function transfer(
  from: Namespace,
  to: Namespace,
  address: string,
  file: string,
): Promise<string> {
  const receiver = to.start([process.execPath, join(__dirname, 'tcp-receiver.js'), address]);
  const lines = createInterface({ input: receiver.stdout! })[Symbol.asyncIterator]();
  const port: unknown = (await lines.next()).value;
  const sender = from.start([
    process.execPath,
    join(__dirname, 'tcp-sender.js'),
    address,
    String(port),
    file,
  ]);
  await once(sender, 'exit');
  if (sender.exitCode !== 0) throw new Error(`tcp-sender: exit ${String(sender.exitCode)}`);
  return String((await lines.next()).value);
}
