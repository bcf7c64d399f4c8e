/** bridge(4) asked by ioctls, on a machine made of objects. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as netbsd from '../../native-structs';
import { amd64, machine, outcome, user, type Machine, type Process } from './process';

const ifbreq = netbsd.structs(amd64, 'ifbreq');
const ifbareq = netbsd.structs(amd64, 'ifbareq');
const ifbrparam = netbsd.structs(amd64, 'ifbrparam');

const { BRDGGIFS, BRDGRTS, IFF_UP, IFF_RUNNING } = netbsd;
const { IFBIF_LEARNING, IFBIF_DISCOVER, IFBIF_STP } = netbsd;

interface Member {
  readonly name: string;
  readonly flags: number;
  readonly state: number;
  readonly priority: number;
  readonly pathCost: number;
  readonly port: number;
}

/** brconfig(8)'s side of one bridge. */
class Bridge {
  readonly #process: Process;
  readonly #name: string;

  constructor(process: Process, name = 'bridge0') {
    this.#process = process;
    this.#name = name;
  }

  set(command: number, argument: Buffer): Promise<number> {
    return this.#process.driverSpecific('SIOCSDRVSPEC', this.#name, command, argument);
  }

  get(command: number, argument: Buffer): Promise<number> {
    return this.#process.driverSpecific('SIOCGDRVSPEC', this.#name, command, argument);
  }

  async add(...members: readonly string[]): Promise<void> {
    for (const name of members) await this.member(netbsd.BRDGADD, name);
  }

  async delete(name: string): Promise<void> {
    await this.member(netbsd.BRDGDEL, name);
  }

  async member(
    command: number,
    name: string,
    fields: Partial<Record<'ifbr_ifsflags' | 'ifbr_priority' | 'ifbr_path_cost', number>> = {},
  ): Promise<void> {
    await this.set(command, ifbreq.make({ ifbr_ifsname: name, ...fields }));
  }

  async flags(name: string, ifbr_ifsflags: number): Promise<void> {
    await this.member(netbsd.BRDGSIFFLGS, name, { ifbr_ifsflags });
  }

  async setParameter(command: number, value: number): Promise<void> {
    await this.set(command, ifbrparam.make({ ifbrp_ifbrpu: { ifbrpu_int32: value } }));
  }

  async parameter(command: number): Promise<number> {
    const argument = ifbrparam.make();
    await this.get(command, argument);
    return ifbrparam.at(argument).ifbrp_ifbrpu.ifbrpu_int32;
  }

  async members(): Promise<readonly Member[]> {
    return this.#list(BRDGGIFS, ifbreq.size, (bytes, at) => {
      const one = ifbreq.at(bytes, at);
      return {
        name: one.ifbr_ifsname,
        flags: one.ifbr_ifsflags,
        state: one.ifbr_state,
        priority: one.ifbr_priority,
        pathCost: one.ifbr_path_cost,
        port: one.ifbr_portno,
      };
    });
  }

  async names(): Promise<readonly string[]> {
    return (await this.members()).map(({ name }) => name);
  }

  async first(): Promise<Member> {
    const [member] = await this.members();
    assert(member);
    return member;
  }

  /** `address member expire flags`. */
  async addresses(): Promise<readonly string[]> {
    return this.#list(BRDGRTS, ifbareq.size, (bytes, at) => {
      const { ifba_dst, ifba_ifsname, ifba_expire, ifba_flags } = ifbareq.at(bytes, at);
      return `${ifba_dst.toString('hex')} ${ifba_ifsname} ${ifba_expire} ${ifba_flags}`;
    });
  }

  async setAddress(name: string, address: string, ifba_flags = netbsd.IFBAF_STATIC): Promise<void> {
    const ifba_dst = Buffer.from(address, 'hex');
    await this.set(netbsd.BRDGSADDR, ifbareq.make({ ifba_ifsname: name, ifba_dst, ifba_flags }));
  }

  async deleteAddress(address: string): Promise<void> {
    await this.set(netbsd.BRDGDADDR, ifbareq.make({ ifba_dst: Buffer.from(address, 'hex') }));
  }

  async flush(ifbr_ifsflags: number): Promise<void> {
    await this.set(netbsd.BRDGFLUSH, ifbreq.make({ ifbr_ifsflags }));
  }

  async #list<T>(
    command: number,
    size: number,
    read: (bytes: Buffer, at: number) => T,
  ): Promise<readonly T[]> {
    const bytes = Buffer.alloc(8192);
    const length = await this.get(command, bytes);
    return Array.from({ length: length / size }, (_, number) => read(bytes, number * size));
  }
}

interface Lab extends Machine {
  readonly bridge: Bridge;
}

/** bridge0 is there, and wm0 and wm1 are not in it yet. */
async function lab(): Promise<Lab> {
  const made = machine();
  await made.process.create('bridge0');
  return { ...made, bridge: new Bridge(made.process) };
}

const hostBridge = ({ host }: Machine) => {
  const link = host.link('bridge0');
  assert(link);
  return link;
};

const hostPort = (made: Machine, name: string) => {
  const port = made.host
    .bridgePorts(hostBridge(made).index)
    .find(({ index }) => index === made.host.link(name)?.index);
  assert(port);
  return port;
};

const mac = '001122334455';
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

suite('the transport', () => {
  const setters = [
    ['BRDGADD', ifbreq],
    ['BRDGDEL', ifbreq],
    ['BRDGSIFFLGS', ifbreq],
    ['BRDGSCACHE', ifbrparam],
    ['BRDGSADDR', ifbareq],
    ['BRDGSTO', ifbrparam],
    ['BRDGDADDR', ifbareq],
    ['BRDGFLUSH', ifbreq],
    ['BRDGSPRI', ifbrparam],
    ['BRDGSHT', ifbrparam],
    ['BRDGSFD', ifbrparam],
    ['BRDGSMA', ifbrparam],
    ['BRDGSIFPRIO', ifbreq],
    ['BRDGSIFCOST', ifbreq],
  ] as const;
  const getters = [
    ['BRDGGIFFLGS', ifbreq],
    ['BRDGGCACHE', ifbrparam],
    ['BRDGGTO', ifbrparam],
    ['BRDGGPRI', ifbrparam],
    ['BRDGGHT', ifbrparam],
    ['BRDGGFD', ifbrparam],
    ['BRDGGMA', ifbrparam],
  ] as const;

  for (const [name, { size }] of setters)
    test(`${name} sets, for root, with an argument of its size`, async () => {
      const { bridge, process } = await lab();
      const command = netbsd[name];
      assert.equal(await outcome(bridge.get(command, Buffer.alloc(size))), 'EINVAL');
      for (const wrong of [0, size - 1, size + 1])
        assert.equal(await outcome(bridge.set(command, Buffer.alloc(wrong))), 'EINVAL');
      process.caller = user;
      for (const attempt of [
        bridge.set(command, Buffer.alloc(size)),
        bridge.get(command, Buffer.alloc(size)),
      ])
        assert.equal(await outcome(attempt), 'EPERM');
    });

  for (const [name, { size }] of getters)
    test(`${name} gets, for anyone, with an argument of its size`, async () => {
      const { bridge, process } = await lab();
      const command = netbsd[name];
      assert.equal(await outcome(bridge.set(command, Buffer.alloc(size))), 'EINVAL');
      for (const wrong of [0, size - 1, size + 1])
        assert.equal(await outcome(bridge.get(command, Buffer.alloc(wrong))), 'EINVAL');
      process.caller = user;
      assert.equal(
        await outcome(bridge.get(command, Buffer.alloc(size))),
        name === 'BRDGGIFFLGS' ? 'ENOENT' : 'OK',
      );
    });

  for (const command of [netbsd.BRDGGFILT, netbsd.BRDGSFILT, netbsd.OBRDGGIFS, netbsd.OBRDGRTS, 27, 2 ** 31])
    test(`command ${command} is unknown`, async () => {
      const { bridge } = await lab();
      assert.equal(await outcome(bridge.get(command, ifbrparam.make())), 'EINVAL');
      assert.equal(await outcome(bridge.set(command, ifbrparam.make())), 'EINVAL');
    });

  test('an argument out of memory is EFAULT', async () => {
    const { process } = await lab();
    const argument = netbsd.structs(amd64, 'ifdrv').make({
      ifd_name: 'bridge0',
      ifd_cmd: BigInt(netbsd.BRDGADD),
      ifd_len: BigInt(ifbreq.size),
    });
    assert.equal(await outcome(process.ioctl('SIOCSDRVSPEC', argument)), 'EFAULT');
  });

  test('the list of members: nothing, what is needed, what there is', async () => {
    const { bridge } = await lab();
    assert.equal(await bridge.get(BRDGGIFS, Buffer.alloc(64)), 0);
    await bridge.add('wm0', 'wm1');
    const short = Buffer.alloc(2 * ifbreq.size - 1, 0xee);
    assert.equal(await bridge.get(BRDGGIFS, short), 2 * ifbreq.size);
    assert.ok(short.every((byte) => byte === 0xee));
    assert.equal(await bridge.get(BRDGGIFS, Buffer.alloc(0)), 2 * ifbreq.size);
    assert.equal(await bridge.get(BRDGGIFS, Buffer.alloc(2 * ifbreq.size)), 2 * ifbreq.size);
  });

  test('the list of addresses: an empty buffer gets nothing', async () => {
    const { bridge } = await lab();
    await bridge.add('wm0');
    await bridge.setAddress('wm0', mac);
    assert.equal(await bridge.get(BRDGRTS, Buffer.alloc(0)), 0);
    assert.equal(await bridge.get(BRDGRTS, Buffer.alloc(1)), ifbareq.size);
    assert.equal(await bridge.get(BRDGRTS, Buffer.alloc(ifbareq.size)), ifbareq.size);
  });
});

suite('members', () => {
  test('newest first, with defaults that the host has too', async () => {
    const made = await lab();
    await made.bridge.add('wm0', 'wm1');
    const ports = ['wm1', 'wm0'].map((name) => [name, (made.host.link(name)?.index ?? 0) & 0xff]);
    assert.deepEqual(
      await made.bridge.members(),
      ports.map(([name, port]) => ({ name, flags: 3, state: 0, priority: 128, pathCost: 55, port })),
    );
    assert.deepEqual(
      { ...hostPort(made, 'wm0'), index: 0, state: 0 },
      { index: 0, state: 0, learning: true, unicastFlood: true, priority: 32, pathCost: 55 },
    );
  });

  test('what cannot be added', async () => {
    const { host, bridge, process } = await lab();
    host.plug({ name: 'gif0', kind: 'tunnel' });
    await process.create('bridge1');
    await bridge.add('wm0');
    const other = new Bridge(process, 'bridge1');
    for (const [to, name, errno] of [
      [bridge, 'nosuch0', 'ENOENT'],
      [bridge, 'wm0', 'EEXIST'],
      [other, 'wm0', 'EBUSY'],
      [bridge, 'lo', 'EINVAL'],
      [bridge, 'gif0', 'EINVAL'],
      [bridge, 'bridge0', 'EINVAL'],
      [bridge, 'bridge1', 'EINVAL'],
    ] as const)
      assert.equal(await outcome(to.add(name)), errno, name);
    assert.deepEqual(await bridge.names(), ['wm0']);
  });

  test('who is no member', async () => {
    const { bridge } = await lab();
    for (const attempt of [
      bridge.delete('wm0'),
      bridge.flags('wm0', 3),
      bridge.member(netbsd.BRDGSIFPRIO, 'wm0'),
      bridge.member(netbsd.BRDGSIFCOST, 'wm0'),
      bridge.get(netbsd.BRDGGIFFLGS, ifbreq.make({ ifbr_ifsname: 'wm0' })),
      bridge.setAddress('wm0', mac),
    ])
      assert.equal(await outcome(attempt), 'ENOENT');
  });

  test("an Ethernet member takes the bridge's mtu, an l2tp one keeps what it has", async () => {
    const { host, bridge, process } = await lab();
    host.setMtu(host.link('wm0')?.index ?? 0, 1600);
    await process.create('l2tp0');
    const tap = host.link('l2tp0')?.mtu;
    await bridge.add('wm0', 'l2tp0');
    assert.equal(host.link('wm0')?.mtu, 1500);
    assert.equal(host.link('l2tp0')?.mtu, tap);
    assert.equal((await process.ifreq('SIOCGIFMTU', 'l2tp0')).ifru_mtu, 1280);
    await process.ifreq('SIOCSIFMTU', 'bridge0', { ifru_mtu: 1400 });
    await bridge.add('wm1');
    assert.equal(host.link('wm1')?.mtu, 1400);
    assert.equal(host.link('wm0')?.mtu, 1500);
  });

  test('who joins, leaves or goes behind our back', async () => {
    const made = await lab();
    const { host, bridge } = made;
    await bridge.add('wm0', 'wm1');
    host.nomaster('wm0');
    assert.deepEqual(await bridge.names(), ['wm1']);
    host.setMaster(host.link('wm0')?.index ?? 0, hostBridge(made).index);
    assert.deepEqual(await bridge.names(), ['wm0', 'wm1']);
    host.removeLink('wm1');
    assert.deepEqual(await bridge.names(), ['wm0']);
    await bridge.delete('wm0');
    assert.equal(host.link('wm0')?.master, 0);
  });

  test('flags are the port flags of the host, both ways', async () => {
    const made = await lab();
    const { host, bridge } = made;
    await bridge.add('wm0');
    const index = host.link('wm0')?.index ?? 0;
    for (const flags of [0, IFBIF_LEARNING, IFBIF_DISCOVER, IFBIF_LEARNING | IFBIF_DISCOVER]) {
      await bridge.flags('wm0', flags);
      assert.equal((await bridge.first()).flags, flags);
      const { learning, unicastFlood } = hostPort(made, 'wm0');
      assert.deepEqual(
        [learning, unicastFlood],
        [(flags & IFBIF_LEARNING) > 0, (flags & IFBIF_DISCOVER) > 0],
      );
    }
    host.setBridgePort(index, { learning: false });
    assert.equal((await bridge.first()).flags, IFBIF_DISCOVER);
  });

  test('flags that the host does not know are kept', async () => {
    const { bridge } = await lab();
    await bridge.add('wm0');
    await bridge.flags('wm0', 0x8 | IFBIF_LEARNING);
    assert.equal((await bridge.first()).flags, 0x8 | IFBIF_LEARNING);
  });

  test('every priority and path cost reads back, until the host has another', async () => {
    const made = await lab();
    const { host, bridge } = made;
    await bridge.add('wm0');
    for (let value = 0; value <= 255; value += 1) {
      await bridge.member(netbsd.BRDGSIFPRIO, 'wm0', { ifbr_priority: value });
      await bridge.member(netbsd.BRDGSIFCOST, 'wm0', { ifbr_path_cost: value });
      const { priority, pathCost } = await bridge.first();
      assert.deepEqual([priority, pathCost], [value, value]);
      assert.equal(hostPort(made, 'wm0').priority, value >> 2);
      if (value > 0) assert.equal(hostPort(made, 'wm0').pathCost, value);
    }
    host.setBridgePort(host.link('wm0')?.index ?? 0, { priority: 10, pathCost: 20000 });
    const { priority, pathCost } = await bridge.first();
    assert.deepEqual([priority, pathCost], [40, 255]);
  });
});

suite('spanning tree', () => {
  test("runs on the host's bridge while any member has it", async () => {
    const made = await lab();
    const { host, bridge } = made;
    const runs = () => host.bridgeParameters(hostBridge(made).index).stp;
    await bridge.add('wm0', 'wm1');
    await bridge.flags('wm0', 3 | IFBIF_STP);
    assert.equal(runs(), true);
    assert.deepEqual(
      (await bridge.members()).map(({ flags }) => flags),
      [3, 7],
    );
    await bridge.flags('wm1', 3 | IFBIF_STP);
    await bridge.flags('wm0', 3);
    assert.equal(runs(), true);
    await bridge.delete('wm1');
    assert.equal(runs(), false);
    assert.equal((await bridge.first()).flags, 3);
  });

  test('shows the state of the ports that have it', async () => {
    const { host, bridge, process } = await lab();
    await bridge.add('wm0', 'wm1');
    for (const name of ['wm0', 'wm1']) host.setUpBehind(name, true);
    await process.setFlags('bridge0', IFF_UP);
    await bridge.flags('wm0', 3 | IFBIF_STP);
    assert.deepEqual(
      (await bridge.members()).map(({ name, state }) => [name, state]),
      [
        ['wm1', 0],
        ['wm0', 3],
      ],
    );
  });

  test('started behind our back it is for all members', async () => {
    const made = await lab();
    const { host, bridge } = made;
    await bridge.add('wm0', 'wm1');
    host.setBridgeParameters(hostBridge(made).index, { stp: true });
    const flags = async () => (await bridge.members()).map((member) => member.flags);
    assert.deepEqual(await flags(), [7, 7]);
    await bridge.flags('wm0', 3);
    assert.deepEqual(await flags(), [7, 3]);
  });

  test('timers that the host cannot hold are kept until they matter', async () => {
    const made = await lab();
    const { host, bridge } = made;
    const { index } = hostBridge(made);
    await bridge.add('wm0');
    const before = host.bridgeParameters(index);
    await bridge.setParameter(netbsd.BRDGSHT, 11);
    await bridge.setParameter(netbsd.BRDGSFD, 1);
    await bridge.setParameter(netbsd.BRDGSMA, 255);
    assert.equal(await bridge.parameter(netbsd.BRDGGHT), 11);
    assert.equal(await outcome(bridge.flags('wm0', 3 | IFBIF_STP)), 'EINVAL');
    assert.deepEqual(host.bridgeParameters(index), { ...before, forwardDelay: 1 });
    assert.equal((await bridge.first()).flags, 3);
    for (const [command, value] of [
      [netbsd.BRDGGHT, 11],
      [netbsd.BRDGGFD, 1],
      [netbsd.BRDGGMA, 255],
    ] as const)
      assert.equal(await bridge.parameter(command), value);
    await bridge.setParameter(netbsd.BRDGSHT, 10);
    await bridge.setParameter(netbsd.BRDGSFD, 30);
    await bridge.setParameter(netbsd.BRDGSMA, 40);
    await bridge.flags('wm0', 3 | IFBIF_STP);
    assert.equal(await outcome(bridge.setParameter(netbsd.BRDGSHT, 11)), 'EINVAL');
    assert.equal(await bridge.parameter(netbsd.BRDGGHT), 10);
    assert.equal(await outcome(bridge.member(netbsd.BRDGSIFCOST, 'wm0', { ifbr_path_cost: 0 })), 'EINVAL');
  });
});

suite('parameters', () => {
  const numbers = [
    ['BRDGGPRI', 'BRDGSPRI', 32768, [0, 1, 4096, 65535]],
    ['BRDGGHT', 'BRDGSHT', 2, [1, 3, 255]],
    ['BRDGGFD', 'BRDGSFD', 15, [1, 10, 255]],
    ['BRDGGMA', 'BRDGSMA', 20, [1, 12, 255]],
    ['BRDGGTO', 'BRDGSTO', 1200, [0, 1, 300, 42_949_672, 42_949_673, 4294967295]],
    ['BRDGGCACHE', 'BRDGSCACHE', 100, [0, 1, 4294967295]],
  ] as const;
  for (const [getter, setter, initial, values] of numbers)
    test(`${setter} of ${values.join(', ')} reads back`, async () => {
      const { bridge } = await lab();
      assert.equal(await bridge.parameter(netbsd[getter]), initial);
      for (const value of values) {
        await bridge.setParameter(netbsd[setter], value);
        assert.equal(await bridge.parameter(netbsd[getter]), value);
      }
    });

  for (const setter of ['BRDGSHT', 'BRDGSFD', 'BRDGSMA'] as const)
    test(`${setter} of 0 is refused`, async () => {
      const { bridge } = await lab();
      assert.equal(await outcome(bridge.setParameter(netbsd[setter], 0)), 'EINVAL');
    });

  test('the host has them, and what somebody else sets there counts', async () => {
    const made = await lab();
    const { host, bridge } = made;
    const { index } = hostBridge(made);
    assert.equal(host.bridgeParameters(index).ageing, 1200);
    await bridge.setParameter(netbsd.BRDGSPRI, 4096);
    await bridge.setParameter(netbsd.BRDGSMA, 12);
    const { priority, maxAge } = host.bridgeParameters(index);
    assert.deepEqual([priority, maxAge], [4096, 12]);
    host.setBridgeParameters(index, { priority: 7, ageing: 60 });
    assert.equal(await bridge.parameter(netbsd.BRDGGPRI), 7);
    assert.equal(await bridge.parameter(netbsd.BRDGGTO), 60);
  });

  test('"never" is as long as the host can wait, not at once', async () => {
    const made = await lab();
    await made.bridge.setParameter(netbsd.BRDGSTO, 0);
    assert.ok(made.host.bridgeParameters(hostBridge(made).index).ageing > 365 * 86400);
  });
});

suite('addresses', () => {
  test('static ones stay, learned ones have their time', async () => {
    const { host, bridge } = await lab();
    await bridge.add('wm0', 'wm1');
    await bridge.setAddress('wm0', mac);
    host.learn('wm1', bytesOf('020000000001'), 100);
    host.learn('wm1', bytesOf('020000000002'), 2000);
    assert.deepEqual(await bridge.addresses(), [
      `${mac} wm0 0 1`,
      '020000000001 wm1 1100 0',
      '020000000002 wm1 0 0',
    ]);
    await bridge.flush(netbsd.IFBF_FLUSHDYN);
    assert.deepEqual(await bridge.addresses(), [`${mac} wm0 0 1`]);
    await bridge.flush(netbsd.IFBF_FLUSHALL);
    assert.deepEqual(await bridge.addresses(), []);
  });

  test('an address has one place', async () => {
    const { host, bridge } = await lab();
    await bridge.add('wm0', 'wm1');
    host.learn('wm1', bytesOf(mac));
    await bridge.setAddress('wm0', mac);
    assert.deepEqual(await bridge.addresses(), [`${mac} wm0 0 1`]);
    await bridge.setAddress('wm1', mac);
    assert.deepEqual(await bridge.addresses(), [`${mac} wm1 0 1`]);
    await bridge.deleteAddress(mac);
    assert.equal(await outcome(bridge.deleteAddress(mac)), 'ENOENT');
  });

  test('only static ones can be set', async () => {
    const { bridge } = await lab();
    await bridge.add('wm0');
    assert.equal(await outcome(bridge.setAddress('wm0', mac, netbsd.IFBAF_DYNAMIC)), 'EINVAL');
    assert.deepEqual(await bridge.addresses(), []);
  });

  test('the limit', async () => {
    const { host, bridge } = await lab();
    await bridge.add('wm0');
    await bridge.setAddress('wm0', mac);
    for (const last of ['01', '02', '03']) host.learn('wm0', bytesOf(`0200000000${last}`));
    await bridge.setParameter(netbsd.BRDGSCACHE, 2);
    assert.deepEqual(await bridge.addresses(), [`${mac} wm0 0 1`, '020000000003 wm0 1200 0']);
    assert.equal(await outcome(bridge.setAddress('wm0', '020000000004')), 'ENOSPC');
    await bridge.setAddress('wm0', '020000000003');
    await bridge.setParameter(netbsd.BRDGSCACHE, 0);
    assert.equal((await bridge.addresses()).length, 2);
  });

  test('a member takes its own with it', async () => {
    const { bridge } = await lab();
    await bridge.add('wm0', 'wm1');
    await bridge.setAddress('wm0', mac);
    await bridge.setAddress('wm1', '020000000001');
    await bridge.delete('wm0');
    assert.deepEqual(await bridge.addresses(), ['020000000001 wm1 0 1']);
  });

  test('down forgets what was learned', async () => {
    const made = await lab();
    const { host, bridge, process } = made;
    await bridge.add('wm0');
    await process.setFlags('bridge0', IFF_UP);
    await bridge.setAddress('wm0', mac);
    host.learn('wm0', bytesOf('020000000001'));
    await process.setFlags('bridge0', 0);
    assert.deepEqual(await bridge.addresses(), [`${mac} wm0 0 1`]);
    assert.equal(hostBridge(made).flags & IFF_UP, 0);
  });
});

suite('the interface', () => {
  test('up is up and running, whoever did it', async () => {
    const made = await lab();
    const { host, process } = made;
    assert.equal(await process.flags('bridge0'), 0);
    await process.setFlags('bridge0', IFF_UP | netbsd.IFF_LINK1);
    assert.equal(await process.flags('bridge0'), IFF_UP | IFF_RUNNING | netbsd.IFF_LINK1);
    assert.equal(hostBridge(made).flags & IFF_UP, IFF_UP);
    host.setUpBehind('bridge0', false);
    assert.equal(await process.flags('bridge0'), netbsd.IFF_LINK1);
  });

  test('any mtu shows, and the host has it where it can', async () => {
    const made = await lab();
    const mtu = async () => (await made.process.ifreq('SIOCGIFMTU', 'bridge0')).ifru_mtu;
    assert.equal(await mtu(), 1500);
    for (const [value, hosts] of [
      [1400, 1400],
      [20, 1400],
      [100_000, 1400],
    ] as const) {
      await made.process.ifreq('SIOCSIFMTU', 'bridge0', { ifru_mtu: value });
      assert.equal(await mtu(), value);
      assert.equal(hostBridge(made).mtu, hosts);
    }
    made.host.setMtu(hostBridge(made).index, 1300);
    assert.equal(await mtu(), 1300);
    assert.equal(await outcome(made.process.ifreq('SIOCSIFMTU', 'bridge0', { ifru_mtu: -1 })), 'EINVAL');
  });

  test("the link is as good as the best member's", async () => {
    const { host, bridge, process } = await lab();
    const ifdatareq = netbsd.structs(amd64, 'ifdatareq');
    const state = async () => {
      const argument = ifdatareq.make({ ifdr_name: 'bridge0' });
      await process.ioctl('SIOCGIFDATA', argument);
      return ifdatareq.at(argument).ifdr_data.ifi_link_state;
    };
    assert.equal(await state(), netbsd.LINK_STATE_DOWN);
    await bridge.add('wm0');
    assert.equal(await state(), netbsd.LINK_STATE_DOWN);
    host.setUpBehind('wm0', true);
    assert.equal(await state(), netbsd.LINK_STATE_UP);
    host.setCarrier('wm0', false);
    assert.equal(await state(), netbsd.LINK_STATE_DOWN);
  });

  test('destroyed: its members are free and the host has no bridge', async () => {
    const { host, bridge, process, kernel } = await lab();
    await bridge.add('wm0');
    await process.destroy('bridge0');
    assert.equal(host.link('bridge0'), null);
    assert.equal(host.link('wm0')?.master, 0);
    assert.equal(kernel.inUse, false);
    assert.equal(await outcome(bridge.add('wm0')), 'ENXIO');
  });

  test('made again it has the defaults', async () => {
    const { bridge, process } = await lab();
    await bridge.add('wm0');
    await bridge.setParameter(netbsd.BRDGSCACHE, 3);
    await process.setFlags('bridge0', IFF_UP);
    await process.destroy('bridge0');
    await process.create('bridge0');
    assert.equal(await bridge.parameter(netbsd.BRDGGCACHE), 100);
    assert.deepEqual(await bridge.members(), []);
    assert.equal(await process.flags('bridge0'), 0);
  });

  test('deleted behind our back', async () => {
    const { host, bridge, process, kernel } = await lab();
    host.removeLink('bridge0');
    assert.equal(kernel.inUse, false);
    assert.equal(await outcome(bridge.add('wm0')), 'ENXIO');
    assert.equal(await outcome(process.destroy('bridge0')), 'ENXIO');
    assert.equal(await outcome(process.create('bridge0')), 'OK');
  });

  test('a host that lets us do nothing', async () => {
    const { host, process } = machine();
    host.privileged = false;
    assert.equal(await outcome(process.create('bridge0')), 'EPERM');
  });
});

suite("a bridge of the host's", () => {
  function foreign(): Lab {
    const made = machine();
    made.host.createBridge('bridge7');
    return { ...made, bridge: new Bridge(made.process, 'bridge7') };
  }

  test('can be used, and what the host does not know is kept', async () => {
    const { host, bridge, process } = foreign();
    await bridge.add('wm0');
    assert.equal(host.link('wm0')?.master, host.link('bridge7')?.index);
    await bridge.setParameter(netbsd.BRDGSCACHE, 5);
    assert.equal(await bridge.parameter(netbsd.BRDGGCACHE), 5);
    assert.equal(await bridge.parameter(netbsd.BRDGGTO), 300);
    await process.setFlags('bridge7', IFF_UP);
    const flags = host.link('bridge7')?.flags ?? 0;
    assert.equal(flags & IFF_UP, IFF_UP);
    assert.equal(await process.flags('bridge7'), flags);
  });

  test('is nothing that this kernel made', async () => {
    const { host, bridge, kernel } = foreign();
    await bridge.add('wm0');
    assert.equal(kernel.inUse, false);
    await kernel.shutdown();
    assert.notEqual(host.link('bridge7'), null);
  });

  test('can be destroyed', async () => {
    const { host, process } = foreign();
    await process.destroy('bridge7');
    assert.equal(host.link('bridge7'), null);
  });

  test('with the name of one that is gone is another', async () => {
    const { host, bridge } = foreign();
    await bridge.setParameter(netbsd.BRDGSCACHE, 5);
    host.removeLink('bridge7');
    host.createBridge('bridge7');
    assert.equal(await bridge.parameter(netbsd.BRDGGCACHE), 100);
  });
});
