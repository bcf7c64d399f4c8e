/** Any sequence of requests from a small world, against a model of a few lines. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  IFF_RUNNING,
  type IoctlName,
  ioctlNames,
  ioctlNumber,
  KernelError,
  structs,
} from '../../native-structs';
import { parameterLength } from '../../native-structs/sys-ioccom';
import { named, socketAddress } from './addresses';
import { amd64, type Machine, machine, outcome, user } from './process';

const if_laddrreq = structs(amd64, 'if_laddrreq');
const names = ['l2tp0', 'l2tp1', 'l2tp2'] as const;

/** What an interface is expected to be. */
interface Model {
  session: readonly [number, number];
  cookies: readonly [number, bigint, number, bigint];
  state: number;
  tunnel: boolean;
}

type World = Map<string, Model>;

interface Step {
  readonly text: string;
  run(machine: Machine): Promise<void>;
  /** The expected outcome, and its effect on the model. */
  expect(world: World): string;
}

/** ENXIO, or what `change` does to the model. */
function onInterface(world: World, name: string, change: (model: Model) => string): string {
  const model = world.get(name);
  return model ? change(model) : 'ENXIO';
}

const name = fc.constantFrom(...names);
const id = fc.integer({ min: 0, max: 3 });
const length = fc.constantFrom(0, 3, 4, 8);
const cookie = fc.constantFrom(0n, 1n, 0xffff_ffffn, 0x1_0000_0000n, 0xffff_ffff_ffff_ffffn);

const create = name.map((of): Step => ({
  text: `create ${of}`,
  run: ({ process }) => process.create(of),
  expect(world) {
    if (world.has(of)) return 'EEXIST';
    world.set(of, { session: [0, 0], cookies: [0, 0n, 0, 0n], state: 0, tunnel: false });
    return 'OK';
  },
}));

const destroy = name.map((of): Step => ({
  text: `destroy ${of}`,
  run: ({ process }) => process.destroy(of),
  expect: (world) => (world.delete(of) ? 'OK' : 'ENXIO'),
}));

/** `ip link del`, noticed at once or by the next one who looks. */
const vanish = fc.tuple(name, fc.boolean()).map(([of, noticed]): Step => ({
  text: `${of} vanishes${noticed ? ', noticed' : ''}`,
  async run({ host, datapath, kernel }) {
    const link = host.link(of);
    if (!link) return;
    const { id: handle } = [...datapath.pseudowires.values()].filter((one) => one.name === of).at(-1) ?? {
      id: 0,
    };
    host.removeLink(of);
    if (noticed) await kernel.interfaceGone(handle);
  },
  expect(world) {
    world.delete(of);
    return 'OK';
  },
}));

const setSession = fc.tuple(name, id, id).map(([of, my_sess_id, peer_sess_id]): Step => ({
  text: `session ${of} ${my_sess_id} ${peer_sess_id}`,
  run: ({ process }) => process.l2tp('SIOCSL2TPSESSION', of, { my_sess_id, peer_sess_id }),
  expect: (world) =>
    onInterface(world, of, (model) => {
      const taken = [...world.values()].some(({ session }) => session[0] === my_sess_id);
      if (my_sess_id === 0 || peer_sess_id === 0 || taken) return 'EINVAL';
      model.session = [my_sess_id, peer_sess_id];
      return 'OK';
    }),
}));

const deleteSession = name.map((of): Step => ({
  text: `deletesession ${of}`,
  run: ({ process }) => process.l2tp('SIOCDL2TPSESSION', of),
  expect: (world) =>
    onInterface(world, of, (model) => {
      model.session = [0, 0];
      return 'OK';
    }),
}));

const setCookie = fc
  .tuple(name, length, cookie, length, cookie)
  .map(([of, my_cookie_len, my_cookie, peer_cookie_len, peer_cookie]): Step => ({
    text: `cookie ${of} ${my_cookie_len} ${my_cookie} ${peer_cookie_len} ${peer_cookie}`,
    run: ({ process }) =>
      process.l2tp('SIOCSL2TPCOOKIE', of, { my_cookie_len, my_cookie, peer_cookie_len, peer_cookie }),
    expect: (world) =>
      onInterface(world, of, (model) => {
        const good = (size: number, value: bigint) =>
          value !== 0n && (size === 8 || (size === 4 && value <= 0xffff_ffffn));
        if (!good(my_cookie_len, my_cookie) || !good(peer_cookie_len, peer_cookie)) return 'EINVAL';
        model.cookies = [my_cookie_len, my_cookie, peer_cookie_len, peer_cookie];
        return 'OK';
      }),
  }));

const deleteCookie = name.map((of): Step => ({
  text: `deletecookie ${of}`,
  run: ({ process }) => process.l2tp('SIOCDL2TPCOOKIE', of),
  expect: (world) =>
    onInterface(world, of, (model) => {
      model.cookies = [0, 0n, 0, 0n];
      return 'OK';
    }),
}));

const setState = fc.tuple(name, fc.constantFrom(-1, 0, 1, 7)).map(([of, state]): Step => ({
  text: `state ${of} ${state}`,
  run: ({ process }) => process.l2tp('SIOCSL2TPSTATE', of, { state }),
  expect: (world) =>
    onInterface(world, of, (model) => {
      model.state = state;
      return 'OK';
    }),
}));

const setTunnel = fc.tuple(name, fc.boolean(), fc.boolean()).map(([of, four, same]): Step => ({
  text: `tunnel ${of} ${four} ${same}`,
  run: ({ process }) =>
    process.ioctl(
      'SIOCSLIFPHYADDR',
      named(if_laddrreq.size, of, [
        [if_laddrreq.fields.addr.offset, socketAddress(four ? '10.0.0.1' : 'fc00::1')],
        [if_laddrreq.fields.dstaddr.offset, socketAddress(four === same ? '10.0.0.2' : 'fc00::2')],
      ]),
    ),
  expect: (world) =>
    onInterface(world, of, (model) => {
      if (!same) return 'EINVAL';
      model.tunnel = true;
      return 'OK';
    }),
}));

const deleteTunnel = name.map((of): Step => ({
  text: `deletetunnel ${of}`,
  run: ({ process }) => process.indirect('SIOCDIFPHYADDR', of, null),
  expect: (world) =>
    onInterface(world, of, (model) => {
      model.tunnel = false;
      return 'OK';
    }),
}));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: create },
  destroy,
  vanish,
  { weight: 3, arbitrary: setSession },
  deleteSession,
  { weight: 2, arbitrary: setCookie },
  deleteCookie,
  setState,
  { weight: 2, arbitrary: setTunnel },
  deleteTunnel,
);

/** The kernel's state, as requests read it and as the data path has it, is the model's. */
async function compare({ process, host, datapath }: Machine, world: World): Promise<void> {
  for (const of of names) {
    const model = world.get(of);
    assert.equal(host.link(of) !== null, model !== undefined);
    if (!model) {
      assert.equal(await outcome(process.getL2tp(of)), 'ENXIO');
      continue;
    }
    const got = await process.getL2tp(of);
    const { my_cookie_len, my_cookie, peer_cookie_len, peer_cookie, state } = got;
    assert.deepEqual([got.my_sess_id, got.peer_sess_id], model.session);
    assert.deepEqual([my_cookie_len, my_cookie, peer_cookie_len, peer_cookie], model.cookies);
    assert.equal(state, model.state);
    assert.equal((await process.flags(of)) & IFF_RUNNING, model.tunnel ? IFF_RUNNING : 0);
    const pseudowire = [...datapath.pseudowires.values()].filter((one) => one.name === of).at(-1);
    assert.deepEqual([pseudowire?.localSession, pseudowire?.remoteSession], model.session);
    assert.equal(pseudowire?.receiving, model.state === 1);
    assert.equal(pseudowire.tunnel !== null, model.tunnel);
  }
}

test('any sequence of requests does what a model of a few lines says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const made = machine();
      const world: World = new Map();
      for (const one of steps) {
        const expected = one.expect(world);
        assert.equal(await outcome(one.run(made)), expected, one.text);
      }
      await compare(made, world);
      await made.kernel.shutdown();
      assert.equal(made.datapath.pseudowires.size, 0);
    }),
    { numRuns: 150 },
  );
});

test('any bytes in any argument are answered or refused with an errno', async () => {
  const request = fc.constantFrom<IoctlName>(...ioctlNames);
  const call = request.chain((name) =>
    fc.record({
      name: fc.constant(name),
      interfaceName: fc.constantFrom('l2tp0', 'bridge0', 'wm0', 'lo', 'nosuch0', 'l2tp1', 'bridge1'),
      rest: fc.uint8Array({ minLength: 0, maxLength: parameterLength(ioctlNumber(amd64, name)) }),
      domain: fc.constantFrom(1, 2, 18, 24),
      pointers: fc.boolean(),
      memory: fc.uint8Array({ maxLength: 200 }),
      root: fc.boolean(),
    }),
  );
  const address = 0x1000n;
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 30 }), async (calls) => {
      const { process, kernel } = machine();
      await process.create('l2tp0');
      await process.create('bridge0');
      const admin = process.caller;
      for (const { name, interfaceName, rest, domain, pointers, memory, root } of calls) {
        const argument = Buffer.alloc(parameterLength(ioctlNumber(amd64, name)));
        argument.write(interfaceName);
        argument.set(rest.subarray(0, Math.max(0, argument.length - 16)), Math.min(16, argument.length));
        if (pointers && argument.length >= 24)
          argument.writeBigUInt64LE(address, argument.length >= 40 ? 32 : 16);
        process.domain = domain;
        process.caller = root ? admin : user;
        await process
          .ioctl(name, argument, [{ address, bytes: Buffer.from(memory) }])
          .catch((error: unknown) => {
            assert(error instanceof KernelError, `${name}: ${String(error)}`);
          });
      }
      await kernel.getifaddrs();
      await kernel.shutdown();
    }),
    { numRuns: 200 },
  );
});
