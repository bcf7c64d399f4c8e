/** The frames that come out of a tunnel, as tcpdump writes them down. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Namespace } from '../system/lab';

/** The packets of a pcap file in the host's byte order. */
function packets(file: Buffer): string[] {
  const found: string[] = [];
  for (let at = 24; at < file.length;) {
    const length = file.readUInt32LE(at + 8);
    found.push(file.toString('hex', at + 16, at + 16 + length));
    at += 16 + length;
  }
  return found;
}

/** The first `count` frames from the tests' address that a host gets on l2tp0 while `send` runs, in hexadecimal. */
export async function receive(host: Namespace, count: number, send: () => Promise<void>): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'l2tp-frames-'));
  const file = join(directory, 'frames.pcap');
  try {
    const options = [
      '-n',
      '-i',
      'l2tp0',
      '-Z',
      'root',
      '-B',
      '8192',
      '-s',
      '0',
      '-c',
      String(count),
      '-w',
      file,
    ];
    // The tag may have been taken out of the frame when the filter sees it, so only the addresses are asked for.
    const tcpdump = host.start(['tcpdump', ...options, 'ether src 02:00:00:00:00:0a']);
    const closed = once(tcpdump, 'close');
    await once(tcpdump.stderr!, 'data');
    await send();
    await closed;
    return packets(readFileSync(file));
  } finally {
    rmSync(directory, { recursive: true });
  }
}
