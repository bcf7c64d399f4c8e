import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { abi, KernelError, structs } from '../../native-structs';
import { type Daemons } from '../../src/ioctl/daemon';
import { EmulatedKernelClient } from '../../src/ioctl/emulated';
import { encodeFromDaemon, parseRequest } from '../../src/ioctl/protocol';
import { createRequest, defectRequest, destroyRequest, statusRequest } from '../l2tpd/fake-kernel';
import { Harness, linkOver, ScriptedDaemons } from '../l2tpd/harness';
import { ifreq } from '../l2tpd/requests';

const hello = encodeFromDaemon({ kind: 'hello', pid: 1 });
const goodbye = encodeFromDaemon({ kind: 'goodbye' });
const rejects = (asked: Promise<unknown>, code: string) => assert.rejects(asked, { code });

describe('client', () => {
  let harness: Harness;
  let kernel: EmulatedKernelClient;
  beforeEach(async () => {
    harness = await new Harness().listen();
  });
  afterEach(async () => {
    await kernel.close();
    harness.close();
  });
  const open = (daemons: Daemons, privileged = true) =>
    (kernel = new EmulatedKernelClient({ daemons, privileged }));

  it('changes argument and memory in place', async () => {
    open(new ScriptedDaemons([harness.connect()]));
    await kernel.ioctl(2, createRequest, ifreq('l2tp0'));
    const argument = ifreq('l2tp0');
    const memory = Buffer.from('abc');
    await kernel.ioctl(2, statusRequest, argument, [{ at: 16, memory }]);
    assert.equal(memory.toString(), 'cba');
    assert.equal(argument.readUInt8(20), 0xaa);
    const [found] = await kernel.getifaddrs();
    assert.equal(found?.name, 'l2tp0');
    assert.deepEqual(found.addr, Buffer.from([18]));
  });

  it('keeps to one after the other even when asked at once', async () => {
    open(new ScriptedDaemons([harness.connect()]));
    await kernel.ioctl(2, createRequest, ifreq('l2tp0'));
    await Promise.all([
      kernel.ioctl(2, statusRequest, ifreq('l2tp0')),
      rejects(kernel.ioctl(2, statusRequest, ifreq('none')), 'ENXIO'),
      kernel.ioctl(2, destroyRequest, ifreq('l2tp0')),
      rejects(kernel.ioctl(2, defectRequest, ifreq('l2tp0')), 'EIO'),
    ]);
  });

  it('opens nothing any more once it has been closed', async () => {
    const daemons = new ScriptedDaemons([harness.connect()]);
    open(daemons);
    const onItsWay = kernel.getifaddrs();
    const refused = rejects(onItsWay, 'EIO');
    await kernel.close();
    await refused;
    await rejects(kernel.getifaddrs(), 'EIO');
    assert.deepEqual(daemons.calls, ['connect']);
  });

  it('sends only as much as the request says', async () => {
    open(new ScriptedDaemons([harness.connect()]));
    const long = Buffer.concat([ifreq('l2tp0'), Buffer.alloc(100)]);
    await kernel.ioctl(2, createRequest, long);
    assert.ok(harness.kernel.inUse);
    assert.equal(ifreq('l2tp0').length, structs(abi('amd64'), 'ifreq').size);
  });

  it('starts a daemon for a create alone, and uses a transient one until then', async () => {
    const transient = await new Harness().listen();
    try {
      const daemons = new ScriptedDaemons([null, null, harness.connect()], [transient.connect()]);
      open(daemons);
      await rejects(kernel.ioctl(2, statusRequest, ifreq('l2tp0')), 'ENXIO');
      await rejects(kernel.ioctl(2, statusRequest, ifreq('l2tp1')), 'ENXIO');
      await kernel.ioctl(2, createRequest, ifreq('l2tp0'));
      await kernel.ioctl(2, statusRequest, ifreq('l2tp0'));
      assert.deepEqual(daemons.calls, ['connect', 'transient', 'connect', 'start', 'connect']);
      assert.equal(transient.kernel.requests.length, 2);
      assert.deepEqual([...harness.kernel.interfaces], ['l2tp0']);
    } finally {
      transient.close();
    }
  });

  it('leaves the refusal of a create to a transient daemon where the user may not', async () => {
    harness.caller = { uid: 1000 };
    const daemons = new ScriptedDaemons([null], [harness.connect()]);
    open(daemons, false);
    await rejects(kernel.ioctl(2, createRequest, ifreq('l2tp0')), 'EPERM');
    assert.deepEqual(daemons.calls, ['connect', 'transient']);
  });

  it('goes elsewhere when the daemon has said goodbye', async () => {
    const next = await new Harness().listen();
    try {
      open(new ScriptedDaemons([harness.connect(), next.connect()]));
      await kernel.ioctl(2, createRequest, ifreq('l2tp0'));
      await harness.server.drain();
      await kernel.ioctl(2, createRequest, ifreq('l2tp0'));
      assert.deepEqual([...next.kernel.interfaces], ['l2tp0']);
      assert.equal(harness.kernel.requests.length, 1);
    } finally {
      next.close();
    }
  });

  it('gives up a daemon that ends as soon as it is started', async () => {
    open(new ScriptedDaemons(Array<null>(100).fill(null)));
    await assert.rejects(kernel.ioctl(2, createRequest, ifreq('l2tp0')), {
      name: 'DaemonError',
      code: 'start',
      message: 'l2tpd: ends as soon as it is started',
    });
  });
});

/** What the other end of a connection does, step by step, and what becomes of the request. */
describe('client whose daemon goes', () => {
  let listener: ReturnType<typeof createServer>;
  let behave: (socket: Socket) => void = () => undefined;
  let connections = 0;
  beforeEach(async () => {
    connections = 0;
    listener = createServer((socket) => {
      socket.on('error', () => undefined);
      connections += 1;
      behave(socket);
    });
    listener.listen({ port: 0, host: '127.0.0.1' });
    await once(listener, 'listening');
  });
  afterEach(() => listener.close());

  const daemons = (): Daemons => ({
    async connect() {
      const address = listener.address();
      assert.ok(typeof address === 'object' && address !== null);
      const { connect } = await import('node:net');
      return linkOver(connect(address.port, '127.0.0.1'));
    },
    start: () => Promise.reject(new Error('not to be started')),
    transient: () => Promise.reject(new Error('not to be started')),
  });
  const answer = (request: string) => {
    const parsed = parseRequest(request.trimEnd());
    assert.ok(parsed.kind === 'ioctl');
    return encodeFromDaemon({ kind: 'ioctl', errno: 0, argument: parsed.argument, memory: [] });
  };

  async function status(): Promise<string> {
    const kernel = new EmulatedKernelClient({ daemons: daemons(), privileged: false });
    try {
      await kernel.ioctl(2, statusRequest, ifreq('l2tp0'));
      return 'done';
    } catch (error) {
      return error instanceof KernelError ? error.code : String(error);
    } finally {
      await kernel.close();
    }
  }
  /** Behaviour of the first connection; the later ones answer. */
  const first = (behaviour: (socket: Socket) => void) => {
    behave = (socket) => {
      if (connections === 1) {
        behaviour(socket);
        return;
      }
      socket.write(hello);
      socket.on('data', (request) => socket.write(answer(request.toString())));
    };
  };

  it('asks the next one if it closes without a word', async () => {
    first((socket) => socket.destroy());
    assert.equal(await status(), 'done');
    assert.equal(connections, 2);
  });
  it('asks the next one if it reads the request and closes before its hello', async () => {
    first((socket) => socket.once('data', () => socket.destroy()));
    assert.equal(await status(), 'done');
    assert.equal(connections, 2);
  });
  it('asks the next one after hello and goodbye', async () => {
    first((socket) => socket.write(hello + goodbye));
    assert.equal(await status(), 'done');
    assert.equal(connections, 2);
  });
  it('fails with EIO, and asks nobody else, if the request may have been executed', async () => {
    first((socket) => {
      socket.write(hello);
      socket.once('data', () => socket.destroy());
    });
    assert.equal(await status(), 'EIO');
    assert.equal(connections, 1);
  });
  it('fails with EIO if an answer ends in the middle', async () => {
    first((socket) => {
      socket.write(hello);
      socket.once('data', (request) => socket.end(answer(request.toString()).slice(0, -1)));
    });
    assert.equal(await status(), 'EIO');
  });
  it('takes a new connection for the request after', async () => {
    first((socket) => {
      socket.write(hello);
      socket.once('data', () => socket.destroy());
    });
    const kernel = new EmulatedKernelClient({ daemons: daemons(), privileged: false });
    await rejects(kernel.ioctl(2, statusRequest, ifreq('l2tp0')), 'EIO');
    await kernel.ioctl(2, statusRequest, ifreq('l2tp0'));
    await kernel.close();
  });
  it('does not ask for ever', async () => {
    behave = (socket) => socket.destroy();
    assert.equal(await status(), 'EIO');
    assert.ok(connections > 2);
  });

  const incomprehensible: readonly (readonly [string, string, RegExp])[] = [
    ['another version', '{"kind":"hello","version":2,"pid":1}\n', /^l2tpd: protocol version 2, not 1$/],
    ['no JSON', `${hello}what?\n`, /^l2tpd: message is not JSON$/],
    ['another answer', `${hello}{"kind":"stop","errno":0}\n`, /^l2tpd: answered another request$/],
    [
      'memory of another size',
      `${hello}{"kind":"ioctl","errno":0,"argument":"","memory":[]}\n`,
      /^l2tpd: answered with memory of another size$/,
    ],
    ['a refusal', `${hello}{"kind":"failure","message":"no"}\n`, /^l2tpd: no$/],
  ];
  for (const [name, said, message] of incomprehensible)
    it(`says so if it answers with ${name}`, async () => {
      behave = (socket) => socket.once('data', () => socket.write(said));
      const kernel = new EmulatedKernelClient({ daemons: daemons(), privileged: false });
      const asked = kernel.ioctl(2, statusRequest, ifreq('l2tp0'));
      await assert.rejects(asked, { name: 'DaemonError', code: 'protocol', message });
      await kernel.close();
    });
});
