/** Changes of the configuration while data passes: TCP's bytes arrive, and a change elsewhere loses no datagram. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { notBuilt, output, quietly, withCommands } from './commands';
import { runFlows } from './flows';
import { cannotMakeNamespaces, type Namespace } from './lab';
import { LineProcess } from './line-process';
import { proveTcp, proveUdp, window } from './proof-runs';
import { proofSite, type ProofSite, type Setting } from './proof-site';
import { inner, outer } from './site';

const setting: Setting = {
  outer: 'ipv4',
  mtu: 1600,
  cookies: ['0a0b0c0d', '0123456789abcdef'],
  kinds: ['l2tpd', 'l2tpd'],
};
const tcpBytes = 75_000_000;
const datagrams = 20_000;
const manySessions = 24;

/** Changes while data passes are made as fast as the commands run, but not more often than this. */
const mostRounds = 20;

/**
 * Runs a script on each host again and again, with the round's number from 1 on in $line, until `work` has ended or enough
 * has been changed; how often it was.
 */
async function during(
  work: Promise<unknown>,
  scripts: readonly (readonly [Namespace, string])[],
): Promise<number> {
  const shells = scripts.map(([host, script]) => LineProcess.shell(host, script, withCommands()));
  const state = { working: true };
  const stop = () => (state.working = false);
  void work.then(stop, stop);
  let round = 0;
  while (state.working && round < mostRounds) {
    round += 1;
    const answers = await Promise.all(shells.map((shell) => shell.ask(String(round))));
    for (const answer of answers) assert.equal(answer, 'done');
  }
  await work;
  return round;
}

const partiesOf = ({ x, y }: ProofSite) =>
  [
    { host: x, remotes: [inner.ipv4.y] },
    { host: y, remotes: [inner.ipv4.x] },
  ] as const;

/** The commands for one more session. */
function newSession(place: 0 | 1, number: number): readonly string[] {
  const far = place === 0 ? 1 : 0;
  const addresses = outer.ipv4;
  const sessions = [1000 + number, 2000 + number];
  const words = `tunnel ${addresses[place]} ${addresses[far]} session ${sessions[place]} ${sessions[far]} up`;
  return [`ifconfig l2tp${number} create`, `ifconfig l2tp${number} ${words}`];
}

describe('changes under traffic', { skip: cannotMakeNamespaces() || notBuilt() }, () => {
  it('of other sessions lose nothing', async (context) => {
    const site = await proofSite(context, setting);
    const proof = proveUdp(context, 'ipv4', partiesOf(site), datagrams);
    const script = (place: 0 | 1) => [...newSession(place, 1), 'ifconfig l2tp1 destroy'].join('; ');
    const rounds = await during(proof, [
      [site.a, script(0)],
      [site.b, script(1)],
    ]);
    context.diagnostic(`meanwhile a session was created and destroyed ${rounds} times at both ends`);
    for (const place of [0, 1] as const) assert.deepEqual(await site.drops(place), {});
  });

  it('of the cookie and of the interface break no TCP connection', async (context) => {
    const site = await proofSite(context, setting);
    const proof = proveTcp(context, 'ipv4', [site.x, site.y], inner.ipv4.y, tcpBytes);
    const rounds = await during(proof, [
      [site.a, 'ifconfig l2tp0 cookie 4 $line 8 7'],
      [site.b, 'ifconfig l2tp0 cookie 8 7 4 $line; ifconfig l2tp0 down; ifconfig l2tp0 up'],
    ]);
    context.diagnostic(`meanwhile the cookie was changed and l2tp0 was down ${rounds} times`);
    assert.match(output(site.a, 'ifconfig l2tp0'), new RegExp(`local-cookie: ${rounds}$`, 'm'));
    assert.match(output(site.b, 'ifconfig l2tp0'), new RegExp(`remote-cookie: ${rounds}$`, 'm'));
  });

  it('of cookie and interface let pass whole datagrams only, and in order', async (context) => {
    const site = await proofSite(context, setting);
    const count = datagrams / 4;
    const options = { port: 6000, flows: 4, count, longest: 9000, window, lossy: true };
    const proof = runFlows(partiesOf(site), options);
    const rounds = await during(proof, [
      [site.a, 'ifconfig l2tp0 cookie 4 7 8 $line; ifconfig l2tp0 down; ifconfig l2tp0 up'],
      [site.b, 'ifconfig l2tp0 cookie 8 $line 4 7'],
    ]);
    const reports = await proof;
    for (const { received, bad, duplicates, reordered } of reports) {
      assert.ok(received > 0);
      assert.deepEqual({ bad, duplicates, reordered }, { bad: 0, duplicates: 0, reordered: 0 });
    }
    const received = reports.map((report) => report.received).join(' and ');
    context.diagnostic(`${received} of ${count} datagrams came, during ${rounds} changes`);
  });
});

describe('many sessions', { skip: cannotMakeNamespaces() || notBuilt() }, () => {
  it(`${manySessions} at once each get their own`, async (context) => {
    const site = await proofSite(context, setting);
    const numbers = Array.from({ length: manySessions }, (_, place) => place + 1);
    for (const place of [0, 1] as const) {
      const host = site.routers()[place];
      for (const number of numbers) {
        for (const line of newSession(place, number)) quietly(host, line);
        host.ip('addr', 'add', `10.7.${number}.${place + 1}/24`, 'dev', `l2tp${number}`);
      }
    }
    const remotes = (far: number) => numbers.map((number) => `10.7.${number}.${far}`);
    const parties = [
      { host: site.a, remotes: remotes(2) },
      { host: site.b, remotes: remotes(1) },
    ] as const;
    for (const address of remotes(2)) site.a.must(['ping', '-q', '-c1', '-w5', address]);
    await Promise.all([
      proveUdp(context, `${manySessions} sessions`, parties, datagrams),
      proveTcp(context, 'meanwhile, in another', [site.x, site.y], inner.ipv4.y, tcpBytes / 3),
    ]);
    for (const place of [0, 1] as const) assert.deepEqual(await site.drops(place), {});
  });
});
