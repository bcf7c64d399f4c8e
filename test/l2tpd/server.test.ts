import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { KernelError } from '../../native-structs';
import { encodeRequest, longestRequest, parseFromDaemon, type FromDaemon } from '../../src/ioctl/protocol';
import { createRequest, defectRequest, destroyRequest, statusRequest } from './fake-kernel';
import { encoded, Harness, ioctlOf, readAll } from './harness';

const hello = { kind: 'hello', pid: process.pid };
const numberOf = (name: 'EPERM' | 'EIO' | 'ENXIO' | 'EEXIST') => new KernelError(name).errno;

describe('server', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await new Harness().listen();
  });
  afterEach(() => harness.close());

  /** What a peer hears that says all this and closes its half. */
  async function talk(...parts: readonly (string | Buffer)[]): Promise<FromDaemon[]> {
    const socket = harness.connect();
    for (const part of parts) socket.write(part);
    socket.end();
    return messages(await readAll(socket));
  }
  const messages = (text: string) => text.split('\n').slice(0, -1).map(parseFromDaemon);
  const errnos = (heard: readonly FromDaemon[]) => heard.map((m) => ('errno' in m ? m.errno : m.kind));

  it('answers in order, with the argument and the memory as the kernel left them', async () => {
    const memory = [{ address: 0x1000n, bytes: Buffer.from('abc') }];
    harness.kernel.interfaces.add('l2tp0');
    const heard = await talk(
      encodeRequest({ ...ioctlOf(statusRequest, 'l2tp0'), memory }) + encoded(statusRequest, 'none'),
    );
    assert.deepEqual(heard[0], hello);
    assert.equal(heard.length, 3);
    const [, first, second] = heard;
    assert.ok(first?.kind === 'ioctl' && second?.kind === 'ioctl');
    assert.equal(first.errno, 0);
    assert.equal(first.argument.readUInt8(20), 0xaa);
    assert.deepEqual(first.memory, [Buffer.from('cba')]);
    assert.equal(second.errno, numberOf('ENXIO'));
  });

  it('reads requests that come byte by byte', async () => {
    const request = encoded(createRequest, 'l2tp0');
    const socket = harness.connect();
    const heard = readAll(socket);
    for (const byte of Buffer.from(request)) {
      await new Promise((written) => socket.write(Buffer.of(byte), written));
    }
    socket.end();
    assert.deepEqual(errnos(messages(await heard)), ['hello', 0]);
    assert.ok(harness.kernel.inUse);
  });

  it("passes on the peer's own user", async () => {
    await talk(encoded(statusRequest, 'none'));
    assert.deepEqual(
      harness.kernel.requests.map(({ caller }) => caller),
      [{ uid: process.geteuid?.() }],
    );
  });

  it('lets other users read but not change', async () => {
    harness.caller = { uid: 65534 };
    harness.kernel.interfaces.add('l2tp0');
    const heard = await talk(
      encoded(statusRequest, 'l2tp0'),
      encoded(createRequest, 'l2tp1'),
      encoded(destroyRequest, 'l2tp0'),
      encodeRequest({ kind: 'stop' }),
    );
    const denied = numberOf('EPERM');
    assert.deepEqual(errnos(heard), ['hello', 0, denied, denied, denied]);
    assert.deepEqual([...harness.kernel.interfaces], ['l2tp0']);
    assert.equal(harness.stops, 0);
  });

  it('is asked to end by who may', async () => {
    harness.caller = { uid: 0 };
    assert.deepEqual(errnos(await talk(encodeRequest({ kind: 'stop' }))), ['hello', 0]);
    assert.equal(harness.stops, 1);
  });

  it('answers EIO to a request that meets a defect, logs it and goes on', async () => {
    const heard = await talk(encoded(defectRequest, 'l2tp0') + encoded(statusRequest, 'none'));
    assert.deepEqual(errnos(heard), ['hello', numberOf('EIO'), numberOf('ENXIO')]);
    assert.match(harness.log.lines.join('\n'), /error TypeError: a defect/);
  });

  const bad: readonly (readonly [string, string | Buffer, RegExp])[] = [
    ['no JSON', 'ioctl\n', /not JSON/],
    ['an empty line', '\n', /not JSON/],
    ['bytes of no text', Buffer.from([0xff, 0xfe, 0x00, 0x0a]), /not JSON/],
    ['a list', '[]\n', /not an object/],
    ['another version', '{"version":2,"kind":"getifaddrs"}\n', /version 2, not 1/],
    ['a line without end that is too long', 'x'.repeat(longestRequest + 1), /longer than/],
    ['deep nesting', `${'['.repeat(100_000)}\n`, /not JSON/],
  ];
  for (const [name, sent, reason] of bad)
    it(`refuses ${name}, executes nothing after it, and serves others`, async () => {
      const heard = await talk(encoded(statusRequest, 'a'), sent, encoded(createRequest, 'l2tp0'));
      const last = heard.at(-1);
      assert.ok(last?.kind === 'failure');
      assert.match(last.message, reason);
      assert.equal(harness.kernel.inUse, false);
      assert.deepEqual(errnos(await talk(encoded(createRequest, 'l2tp1'))), ['hello', 0]);
    });

  it('executes no request of a peer that has not ended it', async () => {
    assert.deepEqual(errnos(await talk(encoded(createRequest, 'l2tp0').slice(0, -1))), ['hello']);
    assert.equal(harness.kernel.requests.length, 0);
  });

  it('finishes what is being executed, says goodbye, and executes nothing more', async () => {
    let open: () => void = () => undefined;
    harness.kernel.gate = new Promise((resolve) => (open = resolve));
    const idle = harness.connect();
    const idleHeard = readAll(idle);
    await once(idle, 'connect');
    const socket = harness.connect();
    const heard = readAll(socket);
    socket.write(encoded(createRequest, 'l2tp0') + encoded(createRequest, 'l2tp1'));
    while (harness.kernel.requests.length === 0) await new Promise(setImmediate);
    assert.equal(harness.server.busy, true);
    const drained = harness.server.drain();
    idle.write(encoded(createRequest, 'l2tp2'));
    open();
    await drained;
    assert.equal(harness.server.busy, false);
    assert.deepEqual([...harness.kernel.interfaces], ['l2tp0']);
    assert.deepEqual(errnos(messages(await heard)), ['hello', 0, 'goodbye']);
    assert.deepEqual(errnos(messages(await idleHeard)), ['hello', 'goodbye']);
  });

  it('holds no more than 64 connections of other users, and still serves root', async () => {
    harness.caller = { uid: 65534 };
    const sockets = Array.from({ length: 64 }, () => harness.connect());
    await Promise.all(sockets.map((socket) => once(socket, 'data')));
    assert.deepEqual(await talk(), []);
    harness.caller = { uid: 0 };
    assert.deepEqual(await talk(), [hello]);
    harness.caller = { uid: 65534 };
    sockets[0]?.destroy();
    // The server sees this end before the next connection, or refuses that one too: ask until it has seen it.
    while ((await talk()).length === 0) await new Promise(setImmediate);
    for (const socket of sockets) socket.destroy();
  });

  it('tells a connection that was served from one that was only opened', async () => {
    await talk();
    assert.equal(harness.served, 0);
    await talk(encoded(statusRequest, 'none'));
    assert.equal(harness.served, 1);
  });
});
