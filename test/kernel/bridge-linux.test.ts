/** What bridge(4) asks of Linux's own bridge where no machine made of objects can tell whether Linux agrees. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { IFBIF_STP, KernelError } from '../../native-structs';
import { Bridge } from '../../src/kernel/bridge-ifnet';
import type { Host } from '../../src/kernel/host';
import { linuxHost } from '../../src/kernel/linux/linux-host';
import { cannotMakeTaps, enterNewNamespace, makeCard, tool } from './linux/own-namespace';

const isEinval = (error: unknown) => error instanceof KernelError && error.code === 'EINVAL';

/** A value of `ip -d link show bridge0`. */
const shown = (name: string) =>
  new RegExp(`\\b${name} (\\S+)`).exec(tool('ip -d link show bridge0'))?.[1] ?? '';

suite('bridge(4) on Linux', { skip: cannotMakeTaps }, () => {
  let host: Host;
  let bridge: Bridge;

  before(() => {
    enterNewNamespace();
    host = linuxHost();
    for (const name of ['wm0', 'wm1']) makeCard(name);
    bridge = Bridge.make(host, 'bridge0', ({ name }) => name.startsWith('l2tp'));
  });
  after(() => {
    bridge.destroy();
    host.close();
  });

  test('a member with larger frames does not change its mtu', () => {
    const tap = host.createTap('l2tp0');
    const { mtu } = host.link('l2tp0') ?? {};
    bridge.members.add('l2tp0', bridge.mtu);
    assert.equal(shown('mtu'), '1500');
    assert.equal(bridge.mtu, 1500);
    assert.equal(host.link('l2tp0')?.mtu, mtu);
    bridge.members.remove('l2tp0');
    host.closeTap(tap);
  });

  test('whom ip(8) enslaves or frees', () => {
    const names = () => bridge.members.list().map(({ link }) => link.name);
    tool('ip link set wm0 master bridge0');
    bridge.members.add('wm1', bridge.mtu);
    assert.deepEqual(names(), ['wm1', 'wm0']);
    tool('ip link set wm1 nomaster');
    assert.deepEqual(names(), ['wm0']);
    bridge.members.remove('wm0');
    assert.equal(host.link('wm0')?.master, 0);
  });

  test('addresses for ever, and for as long as there is a number for', () => {
    for (const timeout of [0, 42_949_672, 42_949_673, 0xffff_ffff, 1]) {
      bridge.parameters.set('ageing', timeout);
      assert.equal(bridge.parameters.get('ageing'), timeout);
    }
    assert.equal(shown('ageing_time'), '100');
    bridge.parameters.set('ageing', 0);
    assert.equal(shown('ageing_time'), '4294967200');
  });

  test('spanning tree does not start with timers that Linux has not', () => {
    bridge.members.add('wm0', bridge.mtu);
    bridge.parameters.set('forwardDelay', 1);
    assert.equal(shown('forward_delay'), '100');
    assert.throws(() => bridge.members.setFlags('wm0', 3 | IFBIF_STP), isEinval);
    assert.deepEqual([shown('stp_state'), shown('forward_delay')], ['0', '100']);
    assert.equal(bridge.parameters.get('forwardDelay'), 1);
    assert.equal(bridge.members.find('wm0').flags, 3);
    bridge.parameters.set('forwardDelay', 4);
    bridge.members.setFlags('wm0', 3 | IFBIF_STP);
    assert.deepEqual([shown('stp_state'), shown('forward_delay')], ['1', '400']);
    assert.throws(() => bridge.parameters.set('forwardDelay', 1), isEinval);
    bridge.members.setFlags('wm0', 3);
    assert.equal(shown('stp_state'), '0');
  });

  test('timers out of range are remembered without spanning tree', () => {
    for (const name of ['helloTime', 'maxAge', 'forwardDelay'] as const)
      for (const value of [1, 255]) {
        bridge.parameters.set(name, value);
        assert.equal(bridge.parameters.get(name), value);
      }
    assert.equal(shown('stp_state'), '0');
  });

  test('a path cost of 0 and each priority', () => {
    for (let priority = 0; priority <= 255; priority += 1) {
      bridge.members.setPriority('wm0', priority);
      assert.equal(bridge.members.find('wm0').priority, priority);
    }
    for (const cost of [255, 0, 1]) {
      bridge.members.setPathCost('wm0', cost);
      assert.equal(bridge.members.find('wm0').pathCost, cost);
    }
    tool('bridge link set dev wm0 cost 300');
    assert.equal(bridge.members.find('wm0').pathCost, 255);
  });

  test('a static address moves, and what bridge(8) adds shows', () => {
    bridge.members.add('wm1', bridge.mtu);
    const list = () => bridge.addresses.list().map(({ member, flags, expire }) => [member, flags, expire]);
    const address = Uint8Array.of(2, 0, 0, 0, 0, 9);
    bridge.parameters.set('ageing', 1200);
    // a port that is down learns nothing
    for (const name of ['bridge0', 'wm0', 'wm1']) tool(`ip link set ${name} up`);
    tool('bridge fdb add 02:00:00:00:00:09 dev wm0 master dynamic');
    const [learned] = bridge.addresses.list();
    assert.equal(learned?.flags, 0);
    assert.ok(learned.expire > 1190 && learned.expire <= 1200);
    bridge.addresses.setStatic(host.link('wm1')?.index ?? 0, address);
    assert.deepEqual(list(), [['wm1', 1, 0]]);
    bridge.addresses.setStatic(host.link('wm0')?.index ?? 0, address);
    assert.deepEqual(list(), [['wm0', 1, 0]]);
    bridge.addresses.flush('learned');
    assert.deepEqual(list(), [['wm0', 1, 0]]);
    bridge.addresses.flush('all');
    assert.deepEqual(list(), []);
  });
});
