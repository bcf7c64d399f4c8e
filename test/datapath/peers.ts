/** Runs a program of tests at both ends of a connection, such as tcp-peer.ts. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import type { Namespace } from '../system/lab';

interface Output {
  readonly process: ChildProcess;
  readonly end: Promise<string>;
}

function start(host: Namespace, program: string, ...options: readonly string[]): Output {
  const child = host.start([process.execPath, join(__dirname, `${program}.js`), ...options]);
  const output: Buffer[] = [];
  child.stdout!.on('data', (text: Buffer) => output.push(text));
  child.stderr!.on('data', (text: Buffer) => output.push(text));
  const end = once(child, 'close').then(() => {
    const text = Buffer.concat(output).toString();
    assert.equal(child.exitCode, 0, text);
    return text;
  });
  return { process: child, end };
}

/** Listens in `to` and connects from `from`; the last lines of listener and sender, which are JSON or empty. Throws if one fails. */
export async function runPeers(
  program: 'tcp-peer' | 'udp-peer',
  from: Namespace,
  to: Namespace,
  address: string,
  amount: number,
): Promise<readonly string[]> {
  const options = [address, '5000', String(amount)];
  const listener = start(to, program, 'listen', ...options);
  await Promise.race([once(listener.process.stdout!, 'data'), listener.end]);
  const sender = start(from, program, 'connect', ...options);
  const outputs = await Promise.all([listener.end, sender.end]);
  return outputs.map((output) => {
    const last = output.trimEnd().split('\n').at(-1) ?? '';
    assert.ok(last === '' || last.startsWith('{'), output);
    return last;
  });
}
