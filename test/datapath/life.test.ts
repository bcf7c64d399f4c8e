/** Changes while the loop runs, devices that vanish, a worker that dies. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatapathError, startDatapath } from '../../src/datapath/start';
import { cannotMakeNamespaces, Lab } from '../system/lab';
import { End, endConfig } from './end';

const [left, right] = ['10.1.0.1', '10.1.0.2'];

/** Two ends over IPv4 with l2tp0 up and addressed 192.168.7.1 and .2; no pseudowire is set. */
async function pair(context: TestContext): Promise<readonly [End, End]> {
  const lab = new Lab();
  context.after(() => lab.close());
  const [a, b] = [lab.host('a'), lab.host('b')];
  lab.wire(a, 'wm0', b, 'wm0');
  const ends = [new End(a), new End(b)] as const;
  for (const [place, end] of ends.entries()) {
    end.host.ip('addr', 'add', `10.1.0.${place + 1}/24`, 'dev', 'wm0');
    end.host.ip('link', 'set', 'wm0', 'up');
    await end.tap();
    end.host.ip('addr', 'add', `192.168.7.${place + 1}/24`, 'dev', 'l2tp0');
    end.host.ip('link', 'set', 'l2tp0', 'up');
  }
  return ends;
}

describe('the life of a data path', { skip: cannotMakeNamespaces() }, () => {
  it('is in force when set() and remove() resolve', async (context) => {
    const [a, b] = await pair(context);
    await b.set(endConfig(right, left, 2, 1));
    const ping = () => a.host.run(['ping', '-q', '-c1', '-W0.3', '192.168.7.2']).status;
    for (let round = 0; round < 3; round += 1) {
      await a.set(endConfig(left, right, 1, 2));
      assert.equal(a.host.run(['ping', '-q', '-c1', '-W5', '192.168.7.2']).status, 0);
      await a.set(endConfig(left, right, 1, 2, { localCookie: '01020304' }));
      assert.equal(ping(), 1);
    }
    await a.ask({ verb: 'remove', id: 1 });
    assert.equal(a.host.run(['ip', 'link', 'show', 'l2tp0']).status, 1);
    const before = (await a.counters()).global['unknown-session'] ?? 0;
    b.host.run(['ping', '-q', '-c1', '-W0.1', '192.168.7.1']);
    await a.until(({ global }) => (global['unknown-session'] ?? 0) > before);
    assert.equal((await a.counters()).ipackets, 0);
  });

  it('loses nothing when pseudowires are replaced under traffic', async (context) => {
    const [a, b] = await pair(context);
    await a.set(endConfig(left, right, 1, 2));
    await b.set(endConfig(right, left, 2, 1));
    const ping = a.host.start(['ping', '-q', '-c500', '-i0.002', '-W2', '192.168.7.2']);
    const output: Buffer[] = [];
    ping.stdout!.on('data', (text: Buffer) => output.push(text));
    const ended = once(ping, 'close');
    let swaps = 0;
    for (; ping.exitCode === null; swaps += 1) {
      await a.set(endConfig(left, right, 1, 2));
      await b.set(endConfig(right, left, 2, 1));
    }
    await ended;
    assert.ok(swaps > 10);
    assert.match(Buffer.concat(output).toString(), /500 received/u);
  });

  it('counts frames that cannot be sent under their cause', async (context) => {
    const [a] = await pair(context);
    a.host.sh('echo 1 > /proc/sys/net/ipv6/conf/l2tp0/disable_ipv6');
    a.host.ip('neigh', 'add', '192.168.7.2', 'lladdr', '02:00:00:00:00:02', 'dev', 'l2tp0');
    const cases = [
      [{ ...endConfig(left, right, 1, 2), tunnel: null }, 'no-tunnel-out'],
      [endConfig(left, right, 0, 0), 'no-session-out'],
      [endConfig(left, right, 1, 0), 'no-session-out'],
      [endConfig(left, '0.0.0.0', 1, 2), 'no-route'],
      [endConfig(left, '10.99.0.1', 1, 2), 'no-route'],
      [endConfig('10.1.0.77', right, 1, 2), 'bad-source'],
      [endConfig('::1', 'fd99::1', 1, 2), 'no-route'],
      [endConfig('fd01::77', 'fd99::1', 1, 2), 'bad-source'],
    ] as const;
    for (const [config, cause] of cases) {
      await a.set(config);
      const before = await a.counters();
      a.host.run(['ping', '-q', '-c1', '-W0.01', '192.168.7.2']);
      const after = await a.until(({ drops }) => (drops[cause] ?? 0) > (before.drops[cause] ?? 0));
      assert.equal(after.opackets, before.opackets);
      assert.ok(after.oerrors > before.oerrors);
    }
  });

  it('tells once that a TAP device has been deleted, and goes on with the others', async (context) => {
    const [a, b] = await pair(context);
    await a.set(endConfig(left, right, 1, 2));
    await b.set(endConfig(right, left, 2, 1));
    await a.tap('l2tp1', 2);
    await a.set({ ...endConfig(left, right, 11, 12), id: 2 });
    a.host.ip('link', 'del', 'l2tp1');
    assert.equal((await a.event('gone')).id, 2);
    a.host.must(['ping', '-q', '-c3', '-i0.05', '-W5', '192.168.7.2']);
    assert.deepEqual(a.events, [{ kind: 'gone', id: 2 }]);
    await a.ask({ verb: 'remove', id: 2 });
    // A new device may get the same descriptor.
    await a.tap('l2tp2', 3);
    await a.set({ ...endConfig(left, right, 11, 12), id: 3 });
    a.host.ip('link', 'del', 'l2tp2');
    while (a.events.length < 2) await a.counters();
    assert.deepEqual(a.events[1], { kind: 'gone', id: 3 });
  });

  it('refuses a descriptor that is none and addresses that are none, and goes on', async (context) => {
    const [a] = await pair(context);
    await assert.rejects(a.set({ ...endConfig(left, right, 1, 2), id: 9 }), { code: 'EBADF' });
    await assert.rejects(a.set({ ...endConfig(left, right, 1, 2), localCookie: '010203' }), {
      code: 'EINVAL',
    });
    await assert.rejects(
      a.set({ ...endConfig(left, right, 1, 2), tunnel: { local: '0a', remote: '0b', scope: 0 } }),
      {
        code: 'EINVAL',
      },
    );
    await a.set(endConfig(left, right, 1, 2));
  });

  it('sleeps when there is nothing to do', async (context) => {
    const [a] = await pair(context);
    await a.set(endConfig(left, right, 1, 2));
    a.host.ip('link', 'del', 'l2tp0');
    await a.event('gone');
    const pid = a.host.pids().find((candidate) => candidate !== process.pid)!;
    const ticks = () => {
      const fields = a.host
        .must(['cat', `/proc/${pid}/stat`])
        .split(') ')[1]!
        .split(' ');
      return Number(fields[11]) + Number(fields[12]);
    };
    const before = ticks();
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.ok(ticks() - before < 10);
  });
});

describe('a worker that dies', () => {
  it('is reported, and fails what waits and what comes', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'l2tp-worker-'));
    const workerFile = join(directory, 'worker.js');
    writeFileSync(
      workerFile,
      "require('node:worker_threads').parentPort.once('message', () => { throw new Error('broken on purpose'); });",
    );
    const failures: Error[] = [];
    const datapath = await startDatapath({
      workerFile,
      events: {
        gone: () => assert.fail('nothing has gone'),
        warning: () => assert.fail('nothing to warn of'),
        failed: (error) => failures.push(error),
      },
    });
    await assert.rejects(datapath.remove(1), DatapathError);
    assert.equal(failures.length, 1);
    assert.match(failures[0]!.message, /broken on purpose/u);
    await assert.rejects(datapath.remove(1), { code: 'EPIPE' });
    await datapath.close();
    rmSync(directory, { recursive: true });
  });
});
