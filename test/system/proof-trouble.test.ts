/**
 * A wire that loses, doubles and reorders packets between both ends: TCP's bytes arrive, UDP's datagrams arrive whole or not at
 * all, and what an end writes to its device is, cut again by a slow reference, exactly what the wire has given it.
 * L2TP_TROUBLE_SEED repeats a run's luck.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { segments } from '../datapath/reference';
import { notBuilt } from './commands';
import { runFlows } from './flows';
import { loggedFrames } from './frame-log';
import { cannotMakeNamespaces, type Namespace } from './lab';
import { LineProcess } from './line-process';
import { proveTcp, window } from './proof-runs';
import { describeSetting, ProofSite, type Setting } from './proof-site';
import { betweenMarks, compare, mark } from './proof-streams';
import { families, inner } from './site';
import type { FlowReport } from './udp-flows';
import type { Trouble, TroubleOptions, TroubleReport } from './trouble';

const seed = Number(process.env.L2TP_TROUBLE_SEED ?? randomInt(2 ** 31));

const tcpBytes = 8_000_000;
const datagrams = 3_000;
const luck = { loss: 0.005, duplication: 0.005, reordering: 0.01 } as const;

/** With the wire's MTU above what fragments need, frames can be compared one by one. */
const settings: readonly (Setting & { readonly compared: boolean })[] = [
  { outer: 'ipv4', mtu: 1600, cookies: ['', ''], kinds: ['l2tpd', 'l2tpd'], compared: true },
  {
    outer: 'ipv6',
    mtu: 1600,
    cookies: ['0a0b0c0d', '0123456789abcdef'],
    kinds: ['l2tpd', 'plain'],
    compared: true,
  },
  // Every full frame travels in fragments, each with its own luck.
  {
    outer: 'ipv4',
    mtu: 1500,
    cookies: ['0123456789abcdef', '0a0b0c0d'],
    kinds: ['l2tpd', 'l2tpd'],
    compared: false,
  },
];

const sum = ({ toLeft, toRight }: TroubleReport): Trouble => ({
  passed: toLeft.passed + toRight.passed,
  lost: toLeft.lost + toRight.lost,
  duplicated: toLeft.duplicated + toRight.duplicated,
  reordered: toLeft.reordered + toRight.reordered,
  refused: toLeft.refused + toRight.refused,
});

/** Packets that the host's raw sockets had no room for. */
function lostAtSockets(host: Namespace): number {
  const lines = ['raw', 'raw6'].flatMap((table) =>
    host
      .must(['cat', `/proc/net/${table}`])
      .trim()
      .split('\n'),
  );
  const counts = lines.map((line) => Number(line.trim().split(/\s+/).at(-1)));
  return counts.reduce((total, count) => total + (Number.isNaN(count) ? 0 : count), 0);
}

function statistic(host: Namespace, device: string, name: string): number {
  return Number(host.must(['cat', `/sys/class/net/${device}/statistics/${name}`]));
}

/** The inner frames of L2TPv3 packets as they were on a wire. */
function innerFrames(packets: readonly Buffer[], { outer }: Setting, cookie: string): Buffer[] {
  const headers = 14 + (outer === 'ipv4' ? 20 : 40) + 4 + cookie.length / 2;
  return packets.map((packet) => packet.subarray(headers));
}

/** Compares what two routers' devices and the wire in the middle have logged. */
function compareLogs(
  context: TestContext,
  site: ProofSite,
  files: { wire: string; taps: readonly [string, string] },
) {
  const places = [
    { from: 'l', to: 'L', middle: 'left' },
    { from: 'r', to: 'R', middle: 'right' },
  ] as const;
  for (const end of [0, 1] as const) {
    const other = end === 0 ? 1 : 0;
    const host = site.routers()[end];
    const { from, to, middle } = places[end];
    const tap = files.taps[end];
    const name = ['A', 'B'][end]!;
    const wire = (place: string, cookie: string) =>
      betweenMarks(name, innerFrames(loggedFrames(files.wire, place), site.setting, cookie));
    const cut = (place: string) =>
      betweenMarks(
        name,
        loggedFrames(tap, place).flatMap((frame) => segments(frame)),
      );
    const merged = loggedFrames(tap, 'r').length;

    const sent = compare(`sent by ${name}`, cut('s'), wire(from, site.setting.cookies[other]));
    assert.ok(sent.missing <= statistic(host, 'l2tp0', 'tx_dropped'), `${name} lost ${sent.missing} frames`);
    const received = compare(`received by ${name}`, wire(to, site.setting.cookies[end]), cut('r'));
    const allowed = lostAtSockets(host) + statistic(site.m!, middle, 'tx_dropped');
    assert.ok(
      received.missing <= allowed,
      `${name} lost ${received.missing} packets, ${allowed} of them counted`,
    );
    assert.ok(sent.frames > 1000 && received.frames > 1000);
    if (site.setting.kinds[end] === 'l2tpd')
      assert.ok(received.frames > 1.2 * merged, 'segments were merged');
    context.diagnostic(
      `${name}: ${sent.frames} frames sent as given, ${received.frames} written in ${merged} pieces as received` +
        ` (${sent.missing} and ${received.missing} lost where the host counts it)`,
    );
  }
}

describe('on a wire of random trouble', { skip: cannotMakeNamespaces() || notBuilt() }, () => {
  for (const { compared, ...setting } of settings) {
    it(describeSetting(setting), async (context) => {
      const directory = mkdtempSync(join(tmpdir(), 'l2tp-trouble-'));
      context.after(() => rmSync(directory, { recursive: true }));
      const file = (name: string) => join(directory, name);
      context.diagnostic(`L2TP_TROUBLE_SEED=${seed}`);
      const site = new ProofSite(setting, true);
      context.after(() => site.close());
      const options: TroubleOptions = { seed, ...luck, log: compared ? file('wire') : '' };
      const wire = await LineProcess.start(site.m!, 'trouble', 'left', 'right', JSON.stringify(options));
      await site.join();
      const taps: LineProcess[] = [];
      if (compared) {
        for (const [place, host] of site.routers().entries()) {
          taps.push(await LineProcess.start(host, 'tap-log', 'l2tp0', file(`tap${place}`)));
        }
        mark(site, 'begin');
      }
      await wire.ask('trouble');
      const reports: FlowReport[] = [];
      for (const family of families) {
        const parties = [
          { host: site.x, remotes: [inner[family].y] },
          { host: site.y, remotes: [inner[family].x] },
        ] as const;
        // At once, so that fragments and datagrams are between the segments that are merged.
        const both = Promise.all([
          runFlows(parties, { port: 6000, flows: 4, count: datagrams, longest: 9000, window, lossy: true }),
          proveTcp(context, family, [site.x, site.y], inner[family].y, tcpBytes),
        ]);
        const [pair] = await wire.during(both);
        reports.push(...pair);
      }
      await wire.ask('calm');
      mark(site, 'end');
      const report = JSON.parse(await wire.end()) as TroubleReport;
      for (const tap of taps) assert.equal(await tap.end(), '0', 'the log is complete');

      const trouble = sum(report);
      context.diagnostic(`the wire, both directions: ${JSON.stringify(trouble)}`);
      for (const { lost, duplicated, reordered } of [report.toLeft, report.toRight]) {
        assert.ok(lost > 0 && duplicated > 0 && reordered > 0);
      }
      const total = (what: 'received' | 'bad' | 'duplicates' | 'reordered') =>
        reports.reduce((count, one) => count + one[what], 0);
      context.diagnostic(
        `UDP: ${total('received')} of ${4 * datagrams} datagrams, ${total('duplicates')} of them twice,` +
          ` ${total('reordered')} reordered`,
      );
      assert.equal(total('bad'), 0);
      assert.ok(total('duplicates') <= trouble.duplicated);
      assert.ok(total('reordered') > 0);
      const socketLosses = site.routers().reduce((count, host) => count + lostAtSockets(host), 0);
      assert.ok(
        4 * datagrams - total('received') <=
          trouble.lost + trouble.duplicated + trouble.refused + socketLosses,
      );
      if (compared) compareLogs(context, site, { wire: file('wire'), taps: [file('tap0'), file('tap1')] });
    });
  }
});
