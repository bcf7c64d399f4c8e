/** What leaves the host, as tshark decodes it: outer header, session, cookie, inner frame, and fragments. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cannotMakeNamespaces, Lab, missingTool, must, type Namespace } from '../system/lab';
import { End, endConfig } from './end';

const tool = missingTool('tcpdump', 'tshark');
const skip = cannotMakeNamespaces() || (tool ? `needs ${tool}: apt-get install ${tool}` : false);
const wires = { ipv4: ['10.1.0.1', '10.1.0.2'], ipv6: ['fd01::1', 'fd01::2'] } as const;

/** Fields of the first `count` packets that pass `filter` on the wire while `traffic` runs; fragments stay fragments. */
async function capture(
  host: Namespace,
  filter: string,
  count: number,
  fields: readonly string[],
  traffic: () => void,
  options: readonly string[] = [],
): Promise<string[][]> {
  const directory = mkdtempSync(join(tmpdir(), 'l2tp-capture-'));
  const file = join(directory, 'wire.pcap');
  try {
    const tcpdump = host.start([
      ...['tcpdump', '-n', '-i', 'wm0', '-Z', 'root', '-c', String(count), '-U', '-w', file],
      filter,
    ]);
    const closed = once(tcpdump, 'close');
    // Said when the filter is in place.
    await once(tcpdump.stderr!, 'data');
    traffic();
    await closed;
    const asTheyTravel = ['-o', 'ip.defragment:FALSE', '-o', 'ipv6.defragment:FALSE'];
    const wanted = fields.flatMap((field) => ['-e', field]);
    const rows = must([
      ...['tshark', '-n', '-r', file, ...asTheyTravel, ...options, '-T', 'fields', '-E', 'occurrence=f'],
      ...wanted,
    ]);
    return rows
      .trimEnd()
      .split('\n')
      .map((row) => row.split('\t'));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('on the wire', { skip }, () => {
  const lab = new Lab();
  let end: End;
  let other: Namespace;

  before(async () => {
    const host = lab.host('a');
    other = lab.host('b');
    lab.wire(host, 'wm0', other, 'wm0');
    for (const [place, side] of [host, other].entries()) {
      side.ip('addr', 'add', `${wires.ipv4[place]!}/24`, 'dev', 'wm0');
      side.ip('addr', 'add', `${wires.ipv6[place]!}/64`, 'dev', 'wm0', 'nodad');
      side.ip('link', 'set', 'wm0', 'up');
    }
    end = new End(host);
    await end.tap();
    host.sh('echo 1 > /proc/sys/net/ipv6/conf/l2tp0/disable_ipv6');
    host.ip('link', 'set', 'l2tp0', 'mtu', '9000', 'up');
    host.ip('addr', 'add', '192.168.7.1/24', 'dev', 'l2tp0');
    host.ip('neigh', 'add', '192.168.7.2', 'lladdr', '02:00:00:00:00:02', 'dev', 'l2tp0');
  });
  after(() => lab.close());

  /** One inner IPv4 packet with a TOS and a TTL of its own; nobody answers. */
  function ping(bytes: number): void {
    end.host.run([
      'ping',
      '-q',
      '-c1',
      '-W0.01',
      '-Q184',
      '-t99',
      '-M',
      'do',
      '-s',
      String(bytes),
      '192.168.7.2',
    ]);
  }

  /** How tshark is to decode: it cannot know cookie, sublayer and pseudowire type without the control messages. */
  function decoding(cookie: string): string[] {
    const size = cookie === '' ? 'None' : `${cookie.length / 2} Byte Cookie`;
    return [
      ...['-o', `l2tp.cookie_size:${size}`, '-o', 'l2tp.l2_specific:None'],
      ...['-d', 'l2tp.pw_type==0,eth'],
    ];
  }

  for (const cookie of ['', '00003039', '0123456789abcdef']) {
    it(`has NetBSD's IPv4 header and a cookie of ${cookie.length / 2} bytes`, async () => {
      await end.set(endConfig(...wires.ipv4, 1, 4321, { remoteCookie: cookie }));
      const fields = [
        'ip.src',
        'ip.dst',
        'ip.ttl',
        'ip.dsfield',
        'ip.flags.df',
        'ip.flags.mf',
        'ip.hdr_len',
        'ip.len',
      ];
      const inside = ['l2tp.sid', 'l2tp.cookie', 'icmp.type', 'icmp.checksum.status'];
      const all = [...fields, ...inside];
      const rows = await capture(other, 'ip proto 115', 1, all, () => ping(64), decoding(cookie));
      const length = 20 + 4 + cookie.length / 2 + 14 + 20 + 8 + 64;
      assert.deepEqual(rows, [
        [...wires.ipv4, '64', '0x00', '0', '0', '20', String(length), '0x000010e1', cookie, '8', '1'],
      ]);
    });
  }

  it("has NetBSD's IPv6 header", async () => {
    await end.set(endConfig(...wires.ipv6, 1, 4321, { remoteCookie: '00003039' }));
    const fields = ['ipv6.src', 'ipv6.dst', 'ipv6.hlim', 'ipv6.tclass', 'ipv6.flow', 'ipv6.nxt', 'ipv6.plen'];
    const rows = await capture(other, 'ip6 proto 115', 1, fields, () => ping(64));
    const flow = rows[0]![4]!;
    assert.equal(Number(flow), 0);
    assert.deepEqual(rows, [
      [...wires.ipv6, '64', '0x00000000', flow, '115', String(4 + 4 + 14 + 20 + 8 + 64)],
    ]);
  });

  it('fragments what the wire does not carry, IPv4', async () => {
    await end.set(endConfig(...wires.ipv4, 1, 4321));
    const rows = await capture(
      other,
      'ip proto 115',
      2,
      ['ip.frag_offset', 'ip.flags.mf', 'ip.flags.df'],
      () => ping(1472),
    );
    assert.deepEqual(
      rows.map(([offset, more, whole]) => [Number(offset) > 0, more, whole]),
      [
        [false, '1', '0'],
        [true, '0', '0'],
      ],
    );
  });

  it('fragments what the wire does not carry, IPv6', async () => {
    await end.set(endConfig(...wires.ipv6, 1, 4321));
    const rows = await capture(other, 'ip6[6] == 44', 2, ['ipv6.fraghdr.nxt', 'ipv6.fraghdr.more'], () =>
      ping(1472),
    );
    assert.deepEqual(
      rows.map(([next, more]) => [next, more]),
      [
        ['115', '1'],
        ['115', '0'],
      ],
    );
  });

  it('carries a jumbo frame in fragments', async () => {
    await end.set(endConfig(...wires.ipv4, 1, 4321));
    const rows = await capture(other, 'ip proto 115', 7, ['ip.flags.mf'], () => ping(8972));
    assert.deepEqual(
      rows.map(([more]) => more),
      ['1', '1', '1', '1', '1', '1', '0'],
    );
  });
});
