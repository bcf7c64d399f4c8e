/** The bench's programs in C: tunnel ends that speak with each other and with this project's, and frames that are counted. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { notBuilt } from '../system/commands';
import { cannotMakeNamespaces } from '../system/lab';
import { transfer } from '../system/transfer';
import { naive, offload } from './contestants/c';
import { ours } from './contestants/ours';
import type { Contestant } from './contestant';
import { LineProgram, output, ProgramError } from './children';
import { parsePings } from './measurements/latency';
import { cannotCompilePrograms, compilePrograms, type Programs } from './programs';
import { inner, Topology, type Family } from './topology';
import { macOf, throughTunnel, Traffic } from './traffic';

const pairs: readonly (readonly [Contestant, Contestant, Family])[] = [
  [naive, ours, 'ipv4'],
  [offload, ours, 'ipv6'],
  [naive, offload, 'ipv4'],
];

/** Enough for super-frames, and for a stream that no counter of 16 bits holds. */
const size = 4_000_000;

describe('programs in C', { skip: cannotMakeNamespaces() || notBuilt() || cannotCompilePrograms() }, () => {
  let programs: Programs;
  const directory = mkdtempSync(join(tmpdir(), 'l2tp-bench-test-'));
  const file = join(directory, 'data');
  const data = randomBytes(size);
  const expected = `${createHash('sha256').update(data).digest('hex')} ${size}`;
  before(() => {
    programs = compilePrograms();
    writeFileSync(file, data);
  });
  after(() => {
    programs.remove();
    rmSync(directory, { recursive: true });
  });

  for (const [left, right, family] of pairs) {
    it(`${left.name} and ${right.name} pass frames over ${family}`, async (context) => {
      const topology = new Topology(1600);
      context.after(() => topology.close());
      const [a, b] = topology.ends(family);
      const running = [await left.start(a, programs), await right.start(b, programs)];
      topology.join();
      const { x, y } = topology;
      const { ipv4, ipv6 } = inner;
      assert.equal(await transfer(x, y, ipv4.y, file), expected);
      assert.equal(await transfer(y, x, ipv6.x, file), expected);
      for (const end of running) await end.stop();
    });
  }

  it('count frames, and time those that come back', async (context) => {
    const topology = new Topology(1600);
    context.after(() => topology.close());
    for (const end of topology.ends('ipv4')) await naive.start(end, programs);
    topology.join();
    const { x, y } = topology;
    const traffic = await Traffic.open(programs, throughTunnel(x, y));
    const { sent, received, reordered } = await traffic.send(1400, 200, 500);
    assert.ok(sent > 0 && sent <= 101, `${sent}`);
    assert.deepEqual([received, reordered], [sent, 0]);
    const again = await traffic.send(64, 200, 100);
    assert.equal(again.received, again.sent);
    await traffic.close();

    const packets = programs.path('packets');
    const echo = await new LineProgram(y, [packets, 'echo', 'wm0']).ready();
    const times = parsePings(await output(x, [packets, 'ping', 'wm0', macOf(y, 'wm0'), '20', '100']));
    assert.equal(times.length, 20);
    assert.ok(times.every((time) => time > 0));
    await echo.end();
    await assert.rejects(output(x, [packets, 'ping', 'none0', '2:0:0:0:0:1', '1', '1']), ProgramError);
  });
});
