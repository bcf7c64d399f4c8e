import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { abi, abiNames } from '../../native-structs';
import { ctypes } from '../../native-structs/ctypes';
import { place } from '../../src/ioctl/pointees';

describe('place', () => {
  it('gives every pointee an address of its own and writes it into the argument', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...abiNames),
        fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 8 }),
        (name, sizes) => {
          const model = abi(name);
          const argument = Buffer.alloc(8 * sizes.length + 8);
          const pointees = sizes.map((size, i) => ({ at: 8 * i, memory: Buffer.alloc(size) }));
          const regions = place(model, argument, pointees);
          let end = 0n;
          regions.forEach((region, i) => {
            assert.equal(region.bytes, pointees[i]?.memory);
            assert.equal(ctypes(model).pointer.get(argument, 8 * i), region.address);
            assert.ok(region.address > end, 'a gap before each region');
            assert.equal(region.address % 4096n, 0n);
            end = region.address + BigInt(region.bytes.length);
          });
        },
      ),
    );
  });
});
