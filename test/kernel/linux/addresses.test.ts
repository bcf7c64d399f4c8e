import { test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { IN6_IFF_NODAD } from '../../../native-structs';
import type { LinkAddress } from '../../../src/kernel/host';
import { decodeAddress, encodeAddress } from '../../../src/kernel/linux/addresses';
import { MalformedMessageError } from '../../../src/kernel/linux/errors';

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const ofLength = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

const anyAddress: fc.Arbitrary<LinkAddress> = fc
  .tuple(fc.constantFrom(4, 16), fc.boolean())
  .chain(([length, nodad]) =>
    fc.record(
      {
        index: fc.integer({ min: 1, max: 0x7fffffff }),
        address: ofLength(length),
        prefixLength: fc.integer({ min: 0, max: length * 8 }),
        broadcast: length === 4 ? fc.option(ofLength(4)) : fc.constant(null),
        peer: fc.option(ofLength(length)),
        flags: fc.constant(length === 16 && nodad ? IN6_IFF_NODAD : 0),
        validLifetime: u32,
        preferredLifetime: u32,
      },
      { noNullPrototype: true },
    ),
  )
  .filter(({ address, peer }) => !peer || Buffer.compare(address, peer) !== 0);

const plain = (bytes: Uint8Array | null): Uint8Array | null => bytes && Uint8Array.from(bytes);

test('an address comes back as it went', () => {
  fc.assert(
    fc.property(anyAddress, (address) => {
      const decoded = decodeAddress(encodeAddress(address));
      assert.ok(decoded);
      assert.deepEqual(
        {
          ...decoded,
          address: plain(decoded.address),
          broadcast: plain(decoded.broadcast),
          peer: plain(decoded.peer),
        },
        address,
      );
    }),
  );
});

test('whatever the bytes, decoding ends', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        decodeAddress(bytes);
      } catch (error) {
        assert.ok(error instanceof MalformedMessageError);
      }
    }),
  );
});
