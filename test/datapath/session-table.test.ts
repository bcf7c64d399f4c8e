/** The session table against Map, under any sequence of changes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SessionTable } from '../../src/datapath/session-table';

/** Few ids, so that they collide and come back, among them the extremes. */
const id = fc.oneof(fc.constantFrom(0, 1, -1, 0x7fffffff, -0x80000000), fc.integer({ min: -40, max: 40 }));
const change = fc.record({ verb: fc.constantFrom('set', 'delete'), id, entry: fc.nat() });

describe('session table', () => {
  it('answers as a Map does', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 300 }), (changes) => {
        const table = new SessionTable<{ entry: number }>();
        const model = new Map<number, { entry: number }>();
        for (const { verb, id: key, entry } of changes) {
          if (verb === 'set') {
            table.set(key, { entry });
            model.set(key, { entry });
          } else {
            table.delete(key);
            model.delete(key);
          }
          assert.equal(table.size, model.size);
        }
        for (let key = -45; key <= 45; key += 1) assert.deepEqual(table.get(key), model.get(key));
        for (const [key, value] of model) assert.deepEqual(table.get(key), value);
      }),
    );
  });

  it('holds thousands of ids that differ in their high bits only', () => {
    const table = new SessionTable<number>();
    for (let place = 1; place <= 5000; place += 1) table.set(place << 16, place);
    assert.equal(table.size, 5000);
    for (let place = 1; place <= 5000; place += 1) assert.equal(table.get(place << 16), place);
    assert.equal(table.get(5001 << 16), undefined);
    for (let place = 1; place <= 5000; place += 2) table.delete(place << 16);
    assert.equal(table.size, 2500);
    for (let place = 1; place <= 5000; place += 1) {
      assert.equal(table.get(place << 16), place % 2 === 0 ? place : undefined);
    }
  });
});
