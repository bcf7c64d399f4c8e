import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Datapath, Pseudowire } from '../../src/datapath/datapath';
import { LazyDatapath } from '../../src/l2tpd/lazy-datapath';

const pseudowire: Pseudowire = {
  id: 7,
  name: 'l2tp0',
  tap: 3,
  tunnel: null,
  vnetHeader: 0,
  localSession: 0,
  remoteSession: 0,
  localCookie: Buffer.alloc(0),
  remoteCookie: Buffer.alloc(0),
  receiving: true,
};

function recorder(): { calls: string[]; start: () => Promise<Datapath> } {
  const calls: string[] = [];
  const record = (call: string) => Promise.resolve(void calls.push(call));
  const datapath: Datapath = {
    set: ({ id }) => record(`set ${id}`),
    remove: (id) => record(`remove ${id}`),
    counters: () => ({
      ipackets: 1n,
      ibytes: 2n,
      opackets: 3n,
      obytes: 4n,
      odirect: 0n,
      oerrors: 5n,
      drops: {},
    }),
    globalDrops: () => ({ 'unknown-session': 6n }),
    close: () => record('close'),
  };
  const start = async () => {
    await record('start');
    return datapath;
  };
  return { calls, start };
}

describe('LazyDatapath', () => {
  it('does not start for what needs no frames', async () => {
    const { calls, start } = recorder();
    const lazy = new LazyDatapath(start);
    assert.equal(lazy.counters(7).ipackets, 0n);
    assert.deepEqual(lazy.globalDrops(), {});
    await lazy.remove(7);
    await lazy.close();
    assert.deepEqual(calls, []);
  });

  it('starts once, for the first pseudowire', async () => {
    const { calls, start } = recorder();
    const lazy = new LazyDatapath(start);
    await Promise.all([lazy.set(pseudowire), lazy.set({ ...pseudowire, id: 8 })]);
    await lazy.remove(7);
    assert.equal(lazy.counters(8).obytes, 4n);
    assert.deepEqual(lazy.globalDrops(), { 'unknown-session': 6n });
    await lazy.close();
    assert.deepEqual(calls, ['start', 'set 7', 'set 8', 'remove 7', 'close']);
  });

  it('tries again after a start that failed', async () => {
    const { calls, start } = recorder();
    let failures = 1;
    const lazy = new LazyDatapath(() => (failures-- > 0 ? Promise.reject(new Error('no worker')) : start()));
    await assert.rejects(lazy.set(pseudowire), /no worker/);
    await lazy.set(pseudowire);
    assert.deepEqual(calls, ['start', 'set 7']);
  });
});
