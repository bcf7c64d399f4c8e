/**
 * The same steps on a machine made of objects and on Linux in a namespace of its own: the same answers, the same
 * errors, and the same machine afterwards. This is what keeps FakeHost honest.
 */
import { after, before, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { IN6_IFF_NODAD, KernelError } from '../../../native-structs';
import type { Host, LinkAddress } from '../../../src/kernel/host';
import { linuxHost } from '../../../src/kernel/linux/linux-host';
import { FakeHost } from '../fake-host';
import { cannotMakeTaps, enterNewNamespace, makeCard, tool } from './own-namespace';

const forever = 0xffffffff;
const mac = (last: number): Uint8Array => Uint8Array.of(2, 0, 0, 0, 0, last);

function address(bytes: readonly number[], prefixLength: number, more: Partial<LinkAddress> = {}) {
  return (index: number): LinkAddress => ({
    index,
    address: Uint8Array.from(bytes),
    prefixLength,
    broadcast: null,
    peer: null,
    flags: 0,
    validLifetime: forever,
    preferredLifetime: forever,
    ...more,
  });
}

const inet = address([192, 168, 0, 1], 24, { broadcast: Uint8Array.of(192, 168, 0, 255) });
const wider = address([192, 168, 0, 1], 16);
const secondary = address([192, 168, 0, 2], 24);
const pointToPoint = address([10, 0, 0, 1], 32, { peer: Uint8Array.of(10, 0, 0, 2) });
const inet6 = address([0xfd, ...new Array<number>(14).fill(0), 1], 64, { flags: IN6_IFF_NODAD });
const inet6Again = address([0xfd, ...new Array<number>(14).fill(0), 1], 48, { flags: IN6_IFF_NODAD });

/** What others do to the machine. */
interface Others {
  removeLink(name: string): void;
  setUpBehind(name: string, up: boolean): void;
  nomaster(name: string): void;
  learn(port: string, address: Uint8Array): void;
}

const silently = (line: string): void => void tool(line);

const linuxOthers: Others = {
  removeLink: (name) => silently(`ip link del ${name}`),
  setUpBehind: (name, up) => silently(`ip link set ${name} ${up ? 'up' : 'down'}`),
  nomaster: (name) => silently(`ip link set ${name} nomaster`),
  learn: (port, bytes) =>
    silently(
      `bridge fdb add ${Buffer.from(bytes).toString('hex').replace(/..\B/g, '$&:')} dev ${port} master dynamic`,
    ),
};

interface Machine {
  readonly host: Host;
  readonly others: Others;
}

/** The index of a link that must exist. */
function at({ host }: Machine, name: string): number {
  const link = host.link(name);
  assert.ok(link, `no link ${name}`);
  return link.index;
}

type Step = readonly [what: string, run: (machine: Machine) => unknown];

const nowhere = 9999;

const steps: readonly Step[] = [
  ['there is no l2tp0', ({ host }) => host.link('l2tp0')],
  ['nor a link whose name cannot be', ({ host }) => host.link('')],
  ['a TAP', ({ host }) => typeof host.createTap('l2tp0').fd],
  ['a TAP of the same name', ({ host }) => host.createTap('l2tp0')],
  ['a TAP of the name of a card', ({ host }) => host.createTap('wm0')],
  ['a bridge', ({ host }) => host.createBridge('bridge0').mtu],
  ['a bridge of the same name', ({ host }) => host.createBridge('bridge0')],
  ['a second bridge', ({ host }) => host.createBridge('bridge1').flags],
  ['bridge up without members', (m) => m.host.setUp(at(m, 'bridge0'), true)],
  ['a member that is down', (m) => m.host.setMaster(at(m, 'wm1'), at(m, 'bridge0'))],
  ['the same again', (m) => m.host.setMaster(at(m, 'wm1'), at(m, 'bridge0'))],
  ['the TAP as a member', (m) => m.host.setMaster(at(m, 'l2tp0'), at(m, 'bridge0'))],
  ['the member up', (m) => m.host.setUp(at(m, 'wm1'), true)],
  ['the TAP up', (m) => m.host.setUp(at(m, 'l2tp0'), true)],
  ['the loopback as a member', (m) => m.host.setMaster(at(m, 'lo'), at(m, 'bridge0'))],
  ['a bridge as a member', (m) => m.host.setMaster(at(m, 'bridge1'), at(m, 'bridge0'))],
  ['a member of a card', (m) => m.host.setMaster(at(m, 'wm1'), at(m, 'wm0'))],
  ['back into the bridge', (m) => m.host.setMaster(at(m, 'wm1'), at(m, 'bridge0'))],
  ['a member of nothing', (m) => m.host.setMaster(at(m, 'wm0'), nowhere)],
  ['nothing as a member', (m) => m.host.setMaster(nowhere, at(m, 'bridge0'))],

  ['a static address', (m) => m.host.addForwardingEntry(at(m, 'wm1'), mac(1))],
  ['it again', (m) => m.host.addForwardingEntry(at(m, 'wm1'), mac(1))],
  ['it on the other port', (m) => m.host.addForwardingEntry(at(m, 'l2tp0'), mac(1))],
  ['a static address on no port', (m) => m.host.addForwardingEntry(at(m, 'wm0'), mac(1))],
  ['deleting one of no port', (m) => m.host.deleteForwardingEntry(at(m, 'wm0'), mac(1))],
  ['the zero address', (m) => m.host.addForwardingEntry(at(m, 'wm1'), new Uint8Array(6))],
  ['deleting one of the other port', (m) => m.host.deleteForwardingEntry(at(m, 'wm1'), mac(1))],
  ['deleting one that is not there', (m) => m.host.deleteForwardingEntry(at(m, 'wm1'), mac(9))],
  ['something learned', ({ others }) => others.learn('wm1', mac(2))],
  ['something learned on the TAP', ({ others }) => others.learn('l2tp0', mac(3))],
  ['deleting what was learned', (m) => m.host.deleteForwardingEntry(at(m, 'wm1'), mac(2))],
  ['learned anew', ({ others }) => others.learn('wm1', mac(2))],
  ['the table of what is no bridge', (m) => m.host.forwardingTable(at(m, 'wm1'))],
  ['the table of nothing', ({ host }) => host.forwardingTable(nowhere)],
  ['the member down: forgotten', ({ others }) => others.setUpBehind('wm1', false)],
  ['and up', ({ others }) => others.setUpBehind('wm1', true)],
  ['bridge down: forgotten', (m) => m.host.setUp(at(m, 'bridge0'), false)],
  ['bridge up', (m) => m.host.setUp(at(m, 'bridge0'), true)],

  ['parameters', (m) => m.host.setBridgeParameters(at(m, 'bridge0'), { ageing: 1200, priority: 4096 })],
  [
    'times',
    (m) => m.host.setBridgeParameters(at(m, 'bridge0'), { helloTime: 3, maxAge: 40, forwardDelay: 4 }),
  ],
  ['a hello time of 0', (m) => m.host.setBridgeParameters(at(m, 'bridge0'), { helloTime: 0 })],
  ['a hello time of 11', (m) => m.host.setBridgeParameters(at(m, 'bridge0'), { helloTime: 11 })],
  ['a maximum age of 5', (m) => m.host.setBridgeParameters(at(m, 'bridge0'), { maxAge: 5 })],
  ['a maximum age of 41', (m) => m.host.setBridgeParameters(at(m, 'bridge0'), { maxAge: 41 })],
  ['a delay of 1 without tree', (m) => m.host.setBridgeParameters(at(m, 'bridge1'), { forwardDelay: 1 })],
  ['spanning tree', (m) => m.host.setBridgeParameters(at(m, 'bridge1'), { stp: true, forwardDelay: 15 })],
  ['a delay of 1 with tree', (m) => m.host.setBridgeParameters(at(m, 'bridge1'), { forwardDelay: 1 })],
  ['parameters of what is no bridge', (m) => m.host.setBridgeParameters(at(m, 'wm1'), { ageing: 1 })],
  ['a port', (m) => m.host.setBridgePort(at(m, 'wm1'), { learning: false, unicastFlood: false })],
  ['its cost', (m) => m.host.setBridgePort(at(m, 'wm1'), { priority: 63, pathCost: 55, learning: true })],
  ['a cost of 0', (m) => m.host.setBridgePort(at(m, 'wm1'), { pathCost: 0 })],
  ['a cost too high', (m) => m.host.setBridgePort(at(m, 'wm1'), { pathCost: 65536 })],
  ['a priority too high', (m) => m.host.setBridgePort(at(m, 'wm1'), { priority: 64 })],
  ['a port of no bridge', (m) => m.host.setBridgePort(at(m, 'wm0'), { pathCost: 5 })],
  ['the ports of what is no bridge', (m) => m.host.bridgePorts(at(m, 'wm1'))],

  ['a mtu', (m) => m.host.setMtu(at(m, 'wm0'), 9000)],
  ['a mtu too small', (m) => m.host.setMtu(at(m, 'wm0'), 67)],
  ['a mtu too large', (m) => m.host.setMtu(at(m, 'wm0'), 65536)],
  ['the mtu of the bridge', (m) => m.host.setMtu(at(m, 'bridge0'), 1400)],
  ['the mtu of nothing', ({ host }) => host.setMtu(nowhere, 1500)],
  ['without ARP', (m) => m.host.setNoArp(at(m, 'wm0'), true)],
  ['with ARP', (m) => m.host.setNoArp(at(m, 'wm0'), false)],

  ['a link-layer address', (m) => m.host.setLinkAddress(at(m, 'wm0'), mac(7))],
  ['a multicast one', (m) => m.host.setLinkAddress(at(m, 'wm0'), Uint8Array.of(1, 0, 0, 0, 0, 1))],
  ['an empty one', (m) => m.host.setLinkAddress(at(m, 'wm0'), new Uint8Array(6))],
  ['the link-layer address of nothing', ({ host }) => host.setLinkAddress(nowhere, mac(7))],

  ['up', (m) => m.host.setUp(at(m, 'wm0'), true)],
  ['an address', (m) => m.host.addAddress(inet(at(m, 'wm0')))],
  ['it again', (m) => m.host.addAddress(inet(at(m, 'wm0')))],
  ['it with another prefix', (m) => m.host.addAddress(wider(at(m, 'wm0')))],
  ['a second of its subnet', (m) => m.host.addAddress(secondary(at(m, 'wm0')))],
  ['one with another end', (m) => m.host.addAddress(pointToPoint(at(m, 'wm0')))],
  ['IPv6', (m) => m.host.addAddress(inet6(at(m, 'wm0')))],
  ['IPv6 with another prefix', (m) => m.host.addAddress(inet6Again(at(m, 'wm0')))],
  ['a prefix too long', (m) => m.host.addAddress(address([10, 0, 0, 9], 33)(at(m, 'wm0')))],
  ['an address of nothing', ({ host }) => host.addAddress(inet(nowhere))],
  ['the first one goes, the second stays', (m) => m.host.deleteAddress(inet(at(m, 'wm0')))],
  ['it goes only once', (m) => m.host.deleteAddress(inet(at(m, 'wm0')))],
  ['the one with another end goes', (m) => m.host.deleteAddress(pointToPoint(at(m, 'wm0')))],
  ['one of another prefix is none', (m) => m.host.deleteAddress(inet6Again(at(m, 'wm0')))],
  ['down: IPv6 goes', (m) => m.host.setUp(at(m, 'wm0'), false)],
  ['the mtu too small for IPv6', (m) => m.host.setMtu(at(m, 'wm0'), 1279)],
  ['IPv6 there', (m) => m.host.addAddress(inet6(at(m, 'wm0')))],

  ['behind the back: out of the bridge', ({ others }) => others.nomaster('wm1')],
  ['behind the back: the TAP deleted', ({ others }) => others.removeLink('l2tp0')],
  ['its bridge has no carrier', (m) => m.host.bridgePorts(at(m, 'bridge0'))],
  ['a TAP in its place', ({ host }) => typeof host.createTap('l2tp0').fd],
  ['in the bridge', (m) => m.host.setMaster(at(m, 'l2tp0'), at(m, 'bridge0'))],
  ['out of it', (m) => m.host.setMaster(at(m, 'l2tp0'), 0)],
  ['out of none', (m) => m.host.setMaster(at(m, 'l2tp0'), 0)],
  [
    'moved from bridge to bridge',
    (m) => {
      m.host.setMaster(at(m, 'l2tp0'), at(m, 'bridge0'));
      m.host.setMaster(at(m, 'l2tp0'), at(m, 'bridge1'));
    },
  ],
  ['the bridge with a member goes', (m) => m.host.deleteLink(at(m, 'bridge1'))],
  ['the loopback does not go', (m) => m.host.deleteLink(at(m, 'lo'))],
  ['nor does nothing', ({ host }) => host.deleteLink(nowhere)],
  ['what is no bridge has no parameters', (m) => m.host.bridgeParameters(at(m, 'wm0'))],
];

/** What the step came to. */
function outcome(run: Step[1], machine: Machine): unknown {
  try {
    return { gave: run(machine) ?? null };
  } catch (error) {
    if (error instanceof KernelError) return { refused: error.code };
    throw error;
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** One line, whatever the order of the properties. */
const line = (values: object): string =>
  Object.entries(values)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value instanceof Uint8Array ? hex(value) : value}`)
    .join(' ');

/** Everything that Host shows, by names: indexes, link-layer addresses and counters are each machine's own. */
function picture({ host }: Machine): unknown {
  const links = host.links().filter(({ name }) => !name.endsWith('-peer'));
  const nameOf = (index: number): string => links.find((link) => link.index === index)?.name ?? '-';
  const sorted = (lines: readonly string[]): readonly string[] => [...lines].sort();
  return {
    links: sorted(
      links.map(({ name, flags, mtu, type, ethernet, bridge, master, linkState, address: own }) =>
        line({
          name,
          flags: `0x${flags.toString(16)}`,
          mtu,
          type,
          ethernet,
          bridge,
          master: nameOf(master),
          linkState,
          octets: own.length,
        }),
      ),
    ),
    addresses: sorted(
      host
        .addresses()
        .filter(({ index }) => nameOf(index) !== '-')
        .map(({ index, ...address }) => line({ ...address, link: nameOf(index) })),
    ),
    bridges: links
      .filter(({ bridge }) => bridge)
      .map(({ index, name }) => ({
        name,
        parameters: line(host.bridgeParameters(index)),
        ports: sorted(host.bridgePorts(index).map((port) => line({ ...port, index: nameOf(port.index) }))),
        table: sorted(
          host
            .forwardingTable(index)
            .map((entry) => line({ to: entry.address, port: nameOf(entry.port), fixed: entry.static })),
        ),
      })),
  };
}

/** Linux settles a link's state some time after the change. */
async function sameBefore(deadline: number, expected: unknown, machine: Machine): Promise<void> {
  for (;;) {
    try {
      assert.deepEqual(picture(machine), expected);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await setTimeout(5);
  }
}

suite('FakeHost and Linux agree', { skip: cannotMakeTaps }, () => {
  let linux: Machine;
  let fake: Machine;

  before(() => {
    enterNewNamespace();
    tool('ip link set lo up');
    makeCard('wm0');
    makeCard('wm1');
    linux = { host: linuxHost(), others: linuxOthers };
    const machine = new FakeHost([{ name: 'wm0' }, { name: 'wm1' }]);
    fake = { host: machine, others: machine };
  });
  after(() => linux.host.close());

  test('at the start', () => sameBefore(Date.now() + 5000, picture(fake), linux));
  let parted = false;
  for (const [what, run] of steps) {
    test(what, async (context) => {
      if (parted) {
        context.skip('the machines have parted before');
        return;
      }
      parted = true;
      const expected = outcome(run, fake);
      assert.deepEqual(outcome(run, linux), expected);
      await sameBefore(Date.now() + 5000, picture(fake), linux);
      parted = false;
    });
  }
});
