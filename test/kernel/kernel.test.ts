/** The kernel as the daemon holds it: one request at a time, cloners, what keeps it in use, how it ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KernelError, structs } from '../../native-structs';
import { amd64, machine, outcome, user } from './process';

const if_clonereq = structs(amd64, 'if_clonereq');

test('requests that come at once run one after the other, in their order', async () => {
  const { process, datapath } = machine();
  // FakeDatapath throws at a change before the one before it is in force
  const results = await Promise.all([
    outcome(process.create('l2tp0')),
    outcome(process.create('l2tp0')),
    outcome(process.l2tp('SIOCSL2TPSESSION', 'l2tp0', { my_sess_id: 1, peer_sess_id: 2 })),
    outcome(process.create('l2tp1')),
    outcome(process.l2tp('SIOCSL2TPSESSION', 'l2tp1', { my_sess_id: 1, peer_sess_id: 2 })),
    outcome(process.destroy('l2tp0')),
    outcome(process.l2tp('SIOCSL2TPSESSION', 'l2tp1', { my_sess_id: 1, peer_sess_id: 2 })),
  ]);
  assert.deepEqual(results, ['OK', 'EEXIST', 'OK', 'OK', 'EINVAL', 'OK', 'OK']);
  assert.equal(datapath.named('l2tp1').localSession, 1);
});

test('it is in use while an interface exists that it made', async () => {
  const { process, kernel, host } = machine();
  assert.equal(kernel.inUse, false);
  for (const name of ['l2tp0', 'bridge0']) {
    await process.create(name);
    assert.equal(kernel.inUse, true, name);
    await process.destroy(name);
    assert.equal(kernel.inUse, false, name);
  }
  await process.create('bridge0');
  host.removeLink('bridge0');
  assert.equal(kernel.inUse, false);
});

test('shutdown destroys what it made and nothing else', async () => {
  const { process, kernel, host, datapath } = machine();
  const before = host.links().map(({ name }) => name);
  for (const name of ['l2tp0', 'l2tp7', 'bridge0', 'bridge3']) await process.create(name);
  host.createBridge('br-lan');
  await process.flags('br-lan');
  await kernel.shutdown();
  assert.deepEqual(
    host.links().map(({ name }) => name),
    [...before, 'br-lan'],
  );
  assert.equal(datapath.pseudowires.size, 0);
  assert.equal(kernel.inUse, false);
});

test('shutdown goes on behind an interface that does not go cleanly', async () => {
  const { process, kernel, host, datapath } = machine();
  for (const name of ['l2tp0', 'l2tp1', 'bridge0']) await process.create(name);
  const remove = datapath.remove.bind(datapath);
  const { id } = datapath.named('l2tp0');
  datapath.remove = (one) => (one === id ? Promise.reject(new Error('worker died')) : remove(one));
  await assert.rejects(kernel.shutdown(), AggregateError);
  assert.deepEqual(
    host.links().map(({ name }) => name),
    ['lo', 'wm0', 'wm1'],
  );
});

test('names that cannot be created or destroyed', async () => {
  const { process } = machine();
  for (const name of [
    'l2tp',
    'l2tpx',
    'bridge',
    'gif0',
    'wm9',
    '',
    '0',
    'l2tp99999999999',
    'l2tp0x',
    'bridge-1',
  ])
    assert.equal(await outcome(process.create(name)), 'EINVAL', name);
  assert.equal(await outcome(process.destroy('wm0')), 'EINVAL', 'no cloner');
  assert.equal(await outcome(process.destroy('bridge0')), 'ENXIO');
  process.caller = user;
  assert.equal(await outcome(process.create('l2tp0')), 'EPERM');
  assert.equal(await outcome(process.destroy('l2tp0')), 'EPERM');
});

test('the cloners, as many as are asked for', async () => {
  const { process } = machine();
  const address = 0x8000n;
  const ask = async (count: number, buffer: Buffer | null) => {
    const argument = if_clonereq.make({ ifcr_count: count, ifcr_buffer: buffer ? address : 0n });
    await process.ioctl('SIOCIFGCLONERS', argument, buffer ? [{ address, bytes: buffer }] : []);
    const names = (buffer ?? Buffer.alloc(0)).toString('latin1').split('\0');
    return [if_clonereq.at(argument).ifcr_total, ...names.filter((name) => name !== '')];
  };
  assert.deepEqual(await ask(0, null), [2]);
  assert.deepEqual(await ask(2, Buffer.alloc(32)), [2, 'bridge', 'l2tp']);
  assert.deepEqual(await ask(9, Buffer.alloc(32)), [2, 'bridge', 'l2tp']);
  assert.deepEqual(await ask(1, Buffer.alloc(32)), [2, 'bridge']);
  assert.equal(await outcome(ask(-1, Buffer.alloc(32))), 'EINVAL');
  assert.equal(await outcome(ask(2, Buffer.alloc(31))), 'EFAULT');
});

test("the host's words for an error go to the log", async () => {
  const { process, host, log } = machine();
  host.createTap = () => {
    const error = new KernelError('ENXIO');
    error.cause = '/dev/net/tun: ENOENT (modprobe tun)';
    throw error;
  };
  assert.equal(await outcome(process.create('l2tp0')), 'ENXIO');
  assert.deepEqual(log.lines, ['warning: SIOCIFCREATE: /dev/net/tun: ENOENT (modprobe tun)']);
});
