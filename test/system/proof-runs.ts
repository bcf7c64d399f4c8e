/** The two transfers of which proofs consist, with what they must come to. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { runPeers } from '../datapath/peers';
import type { TcpReport } from '../datapath/tcp-peer';
import { runFlows, type Party } from './flows';
import type { Namespace } from './lab';
import { vlans, type ProofSite } from './proof-site';
import { families, inner } from './site';

type Diagnosing = Pick<TestContext, 'diagnostic'>;

/** `bytes` by TCP each way at once through one connection; the SHA-256 of what came is that of what was sent. */
export async function proveTcp(
  context: Diagnosing,
  what: string,
  hosts: readonly [Namespace, Namespace],
  address: string,
  bytes: number,
): Promise<void> {
  const lines = await runPeers('tcp-peer', hosts[0], hosts[1], address, bytes);
  const [listener, sender] = lines.map((line) => JSON.parse(line) as TcpReport);
  assert.deepEqual([listener?.bytes, sender?.bytes], [bytes, bytes]);
  assert.equal(listener?.received, sender?.sent);
  assert.equal(sender?.received, listener?.sent);
  context.diagnostic(`${what}: TCP, ${bytes} bytes each way, SHA-256 equal`);
}

/** Bytes and datagrams on the way at once: less than the smallest of all buffers on the path. */
export const window = { datagrams: 64, bytes: 64_000 } as const;

/** `count` datagrams each way at once in several flows: none bad, none lost, none twice, none reordered within a flow. */
export async function proveUdp(
  context: Diagnosing,
  what: string,
  parties: readonly [Party, Party],
  count: number,
): Promise<void> {
  const flows = Math.max(4, parties[0].remotes.length);
  const options = { port: 6000, flows, count, longest: 9000, window, lossy: false };
  const reports = await runFlows(parties, options);
  for (const { bytes, ...report } of reports) {
    assert.deepEqual(report, { received: count, bad: 0, duplicates: 0, reordered: 0 });
    assert.ok(bytes > count);
  }
  const bytes = reports.map((report) => report.bytes).join(' and ');
  context.diagnostic(`${what}: UDP, ${count} datagrams (${bytes} bytes) in ${flows} flows each way`);
}

/** Both through a site, with inner IPv4 and IPv6, and a tenth of it with each kind of tags. Our ends drop nothing. */
export async function prove(
  context: Diagnosing,
  site: ProofSite,
  bytes: number,
  datagrams: number,
): Promise<void> {
  const paths = [
    ...families.map((family) => ({ what: family, addresses: inner[family], part: 1 })),
    ...vlans.map(({ tags, addresses }) => ({ what: `tags ${tags.join(' ')}`, addresses, part: 0.1 })),
  ];
  for (const { what, addresses, part } of paths) {
    await proveTcp(context, what, [site.x, site.y], addresses.y, bytes * part);
    const parties = [
      { host: site.x, remotes: [addresses.y] },
      { host: site.y, remotes: [addresses.x] },
    ] as const;
    await proveUdp(context, what, parties, datagrams * part);
  }
  for (const place of [0, 1] as const) assert.deepEqual(await site.drops(place), {});
}
