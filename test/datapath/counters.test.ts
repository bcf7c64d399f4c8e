/** Counters of three words against BigInt, and readers that look in the middle of a carry. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { Counters, countersMemory, dropCounters, ibytes, obytes } from '../../src/datapath/counters';
import { dropCauses } from '../../src/datapath/drop-causes';

describe('counters', () => {
  it('add up beyond 32 bits, each by itself', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 0, max: 0xffffffff }))), (additions) => {
        const counters = new Counters(countersMemory());
        const model = [0n, 0n, 0n, 0n];
        for (const [counter, amount] of additions) {
          counters.add(counter, amount);
          model[counter]! += BigInt(amount);
        }
        assert.deepEqual(
          [0, 1, 2, 3].map((counter) => counters.read(counter)),
          model,
        );
      }),
    );
  });

  it('have one for every drop cause', () => {
    const counters = new Counters(countersMemory());
    for (const [place, { name }] of dropCauses.entries()) counters.add(dropCounters[name], place + 1);
    assert.deepEqual(
      counters.drops(),
      Object.fromEntries(dropCauses.map(({ name }, place) => [name, BigInt(place + 1)])),
    );
    const both = counters.dropped('in') + counters.dropped('out');
    assert.equal(both, BigInt((dropCauses.length * (dropCauses.length + 1)) / 2));
  });

  it('never run backwards or jump for a reader in another thread', async () => {
    const memory = countersMemory();
    const counters = new Counters(memory);
    // The writer repeats Counters.add() on one counter with steps that carry at every second one.
    const writer = new Worker(
      `const { workerData, parentPort } = require('node:worker_threads');
       const { Counters } = require(workerData.module);
       const counters = new Counters(workerData.memory);
       parentPort.postMessage('begun');
       for (let round = 0; round < 3e6; round += 1) counters.add(${ibytes}, 0xc0000001);`,
      { eval: true, workerData: { memory, module: require.resolve('../../src/datapath/counters') } },
    );
    const exit: number[] = [];
    writer.once('exit', (code) => exit.push(code));
    await new Promise((resolve) => writer.once('message', resolve));
    let last = 0n;
    while (exit.length === 0) {
      for (let read = 0; read < 10_000; read += 1) {
        const value = counters.read(ibytes);
        assert.ok(value >= last);
        assert.equal(value % 0xc0000001n, 0n);
        last = value;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual(exit, [0]);
    assert.equal(counters.read(ibytes), 3_000_000n * 0xc0000001n);
    assert.equal(counters.read(obytes), 0n);
  });
});
