/** The IP header that packets get before a packet socket takes them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ipv4 } from '../../src/datapath/ethernet';
import { Arena } from '../../src/datapath/memory';
import { NextHop } from '../../src/datapath/next-hop';

const address = fc.uint8Array({ minLength: 4, maxLength: 4 });

function sum(bytes: Uint8Array): number {
  let total = 0;
  for (let at = 0; at < bytes.length; at += 2) total += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (total > 0xffff) total = (total & 0xffff) + (total >> 16);
  return total;
}

test('a header as NetBSD sends it, with a checksum that is right and an identification of its own', () => {
  fc.assert(
    fc.property(address, address, fc.integer({ min: 18, max: 65515 }), (local, remote, length) => {
      const hop = new NextHop(local, remote);
      const arena = new Arena(64);
      const at = arena.reserve(ipv4.shortest, 32);
      const identifications = [0, 1].map(() => {
        hop.writeHeader(arena, at, length);
        const header = arena.bytes.slice(at, at + ipv4.shortest);
        assert.equal(sum(header), 0xffff);
        assert.deepEqual([header[0], header[1]], [0x45, 0]);
        assert.equal(arena.view.getUint16(at + 2), ipv4.shortest + length);
        // Don't Fragment and the rest of that word are clear; TTL 64; protocol 115.
        assert.deepEqual([...header.subarray(6, 10)], [0, 0, 64, 115]);
        assert.deepEqual(header.subarray(12, 16), Uint8Array.from(local));
        assert.deepEqual(header.subarray(16), Uint8Array.from(remote));
        return arena.view.getUint16(at + 4);
      });
      assert.equal(identifications[1], ((identifications[0] ?? 0) + 1) & 0xffff);
    }),
  );
});

test('carries what fits while it is usable', () => {
  const hop = new NextHop(Uint8Array.of(10, 0, 0, 1), Uint8Array.of(10, 0, 0, 2));
  assert.equal(hop.carries(1), false);
  hop.use(7, Uint8Array.of(2, 0, 0, 0, 0, 1), 1500);
  assert.equal(hop.carries(1480), true);
  assert.equal(hop.carries(1481), false);
  hop.usable = false;
  assert.equal(hop.carries(1), false);
});
