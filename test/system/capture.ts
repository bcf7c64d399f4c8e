/** Packets on a wire: recorded by dumpcap, decoded by tshark. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingTool, must, type Namespace } from './lab';

/** Why that is not possible here, as node:test's skip reason, or false. */
export function cannotCapture(): string | false {
  return missingTool('dumpcap', 'tshark') === undefined ? false : 'needs tshark: apt-get install tshark';
}

export interface Recording {
  readonly host: Namespace;
  readonly device: string;
  /** In the words of pcap-filter(7). */
  readonly filter: string;
  /** How many packets to wait for. */
  readonly count: number;
}

/** Resolves when the recorder says where it writes, which it does with the filter in place. */
function begun(recorder: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    recorder.stderr!.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.includes('File: ')) resolve();
    });
    recorder.once('close', () => reject(new Error(said)));
  });
}

/** Records what passes `filter` while `traffic` runs, and until `count` packets are there; `use` gets the file. */
export async function record<T>(
  { host, device, filter, count }: Recording,
  traffic: () => unknown,
  use: (file: string) => T,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'l2tp-capture-'));
  const file = join(directory, 'wire.pcap');
  try {
    // Not tcpdump: as the root of a user namespace it ends because it cannot become another user.
    const recorder = host.start([
      ...['dumpcap', '-P', '-i', device, '-c', String(count), '-w', file],
      ...['-f', filter],
    ]);
    const closed = once(recorder, 'close');
    await begun(recorder);
    await traffic();
    await closed;
    return use(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The values of `fields` for each packet of `file`; a field that is there several times gives its first value. */
export function decode(file: string, fields: readonly string[], options: readonly string[]): string[][] {
  const rows = must([
    ...['tshark', '-n', '-r', file, ...options, '-T', 'fields', '-E', 'occurrence=f'],
    ...fields.flatMap((field) => ['-e', field]),
  ]);
  return rows
    .trimEnd()
    .split('\n')
    .map((row) => row.split('\t'));
}

/**
 * How tshark is to decode L2TPv3 with cookies of `cookie` bytes: without the control messages of a session it cannot know
 * about cookie, sublayer and pseudowire type.
 */
export function l2tpOptions(cookie: 0 | 4 | 8): string[] {
  const size = cookie === 0 ? 'None' : `${cookie} Byte Cookie`;
  return ['-o', `l2tp.cookie_size:${size}`, '-o', 'l2tp.l2_specific:None', '-d', 'l2tp.pw_type==0,eth'];
}

/** Lengths in bytes of the headers of a pcap file and of a packet in it (pcap-savefile(5)). */
const fileHeader = 24;
const packetHeader = 16;

/** The packets of a pcap file, byte by byte. */
export function packets(file: string): Buffer[] {
  const bytes = readFileSync(file);
  const found: Buffer[] = [];
  for (let at = fileHeader; at < bytes.length;) {
    const length = bytes.readUInt32LE(at + 8);
    found.push(bytes.subarray(at + packetHeader, at + packetHeader + length));
    at += packetHeader + length;
  }
  return found;
}
