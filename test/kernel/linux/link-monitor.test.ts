import { after, before, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { openLinkMonitor, type LinkMonitor } from '../../../src/kernel/linux/link-monitor';
import { writeU16, writeU32 } from '../../../src/linux/netlink/host-order';
import { poll } from '../../../src/kernel/linux/system-calls';
import { POLLIN } from '../../../src/kernel/linux/uapi';
import { must } from '../../system/lab';
import { cannotHaveNamespace, enterNewNamespace, tool } from './own-namespace';

function isReadable({ fd }: LinkMonitor): boolean {
  const descriptor = new Uint8Array(8);
  writeU32(descriptor, 0, fd);
  writeU16(descriptor, 4, POLLIN);
  return poll(descriptor, 1, 0) === 1;
}

suite('a link monitor', { skip: cannotHaveNamespace }, () => {
  let monitor: LinkMonitor;
  before(() => {
    enterNewNamespace();
    monitor = openLinkMonitor();
  });
  after(() => monitor.close());

  test('is readable when a link has changed, until it is drained', () => {
    assert.equal(isReadable(monitor), false);
    for (const change of ['add bridge9 type bridge', 'set bridge9 mtu 1400', 'del bridge9']) {
      tool(`ip link ${change}`);
      assert.equal(isReadable(monitor), true, change);
      monitor.drain();
      assert.equal(isReadable(monitor), false, change);
    }
  });

  test('goes on after the kernel had to drop messages', () => {
    const changes = Array.from({ length: 2000 }, (_, number) => `link set lo mtu ${2000 + number}`);
    must(['ip', '-batch', '-'], { input: changes.join('\n') });
    monitor.drain();
    assert.equal(isReadable(monitor), false);
    tool('ip link set lo mtu 1999');
    assert.equal(isReadable(monitor), true);
  });
});
