/** How a request number is put together, field by field. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { IOC_IN, IOC_OUT, parameterLength, request } from '../../native-structs';

describe('request()', () => {
  it('puts direction, length, group and number in their bits', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<'in' | 'inout'>('in', 'inout'),
        fc.constantFrom('i', 'f', 't'),
        fc.nat(255),
        fc.nat(0x1fff),
        (direction, group, num, size) => {
          const made = request(direction, group, num, size);
          assert.ok(made >= 0 && made <= 0xffffffff && Number.isInteger(made));
          assert.equal(made & 0xff, num);
          assert.equal((made >>> 8) & 0xff, group.charCodeAt(0));
          assert.equal(parameterLength(made), size);
          assert.equal((made & IOC_IN) !== 0, true);
          assert.equal((made & IOC_OUT) !== 0, direction === 'inout');
        },
      ),
    );
  });
});
