import { test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Attributes, encodeAttributes } from '../../../src/linux/netlink/attributes';
import { decodeBridge, decodePort, encodeBridge, encodePort } from '../../../src/kernel/linux/bridges';
import { decodeForwarding, encodeForwarding, withoutVlans } from '../../../src/kernel/linux/forwarding';

/** What survives in hundredths of a second. */
const seconds = fc.integer({ min: 0, max: 4_000_000 }).map((ticks) => ticks / 100);
const u16 = fc.integer({ min: 0, max: 0xffff });

test("a bridge's parameters come back as they went", () => {
  const parameters = fc.record(
    {
      ageing: seconds,
      priority: u16,
      helloTime: seconds,
      forwardDelay: seconds,
      maxAge: seconds,
      stp: fc.boolean(),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(parameters, (bridge) => {
      assert.deepEqual(decodeBridge(new Attributes(encodeAttributes(encodeBridge(bridge)))), bridge);
    }),
  );
});

test('only what is to change is said', () => {
  assert.equal(encodeBridge({}).length, 0);
  assert.equal(encodeBridge({ ageing: 1 }).length, 1);
  assert.equal(encodePort({}).value.length, 0);
});

test("a port's settings come back as they went", () => {
  const settings = fc.record(
    {
      learning: fc.boolean(),
      unicastFlood: fc.boolean(),
      priority: u16,
      pathCost: fc.integer({ min: 0, max: 0xffffffff }),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(settings, (port) => {
      const decoded = decodePort(4, new Attributes(encodePort(port).value));
      assert.deepEqual(decoded, { index: 4, state: 0, ...port });
    }),
  );
});

test("an entry that names no bridge, as the device's own do, is none of a bridge's", () => {
  assert.equal(decodeForwarding(encodeForwarding(4, Uint8Array.of(2, 0, 0, 0, 0, 1)), 3), null);
});

test('an address counts once, however many VLANs it is known in', () => {
  const entry = { address: Uint8Array.of(2, 0, 0, 0, 0, 1), port: 4, static: true, age: 0 };
  const other = { ...entry, address: Uint8Array.of(2, 0, 0, 0, 0, 2) };
  assert.deepEqual(withoutVlans([entry, { ...entry, port: 5 }, other]), [entry, other]);
});
