/** Every ioctl through the real FFI into a C library that reads and answers with structs of its own declaration. */
import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { after, before, describe, it } from 'node:test';
import {
  abi,
  bridgeArguments,
  ioctlNames,
  ioctlNumber,
  ioctlStruct,
  KernelError,
  structs,
  type IoctlName,
} from '../../../native-structs';
import type { Pointee } from '../../../src/ioctl/kernel';
import { NetbsdKernel } from '../../../src/ioctl/netbsd/kernel';
import { loadSystemCalls, RumpServerError } from '../../../src/ioctl/netbsd/system-calls';
import { cannotCompile, compileFixture, type Fixture } from './fixture';

const amd64 = abi('amd64');

/** Where the pointer of each struct that has one is, and how the fixture names what is behind it. */
const pointers: Partial<Record<string, { at: number; name: string }>> = {
  ifdrv: { at: structs(amd64, 'ifdrv').fields.ifd_data.offset, name: 'ifd_data' },
  if_clonereq: { at: structs(amd64, 'if_clonereq').fields.ifcr_buffer.offset, name: 'ifcr_buffer' },
  ifconf: { at: structs(amd64, 'ifconf').fields.ifc_ifcu.offset, name: 'ifc_ifcu' },
  ifmediareq: { at: structs(amd64, 'ifmediareq').fields.ifm_ulist.offset, name: 'ifm_ulist' },
};
const viaIfrData = /L2TP|GENERIC/;

interface Region {
  readonly name: string;
  readonly memory: Buffer;
  readonly offset: number;
  readonly size: number;
}

/** The fields of `struct` that are not pointers, those of some structs inside it one by one. */
function fieldRegions(struct: object, memory: Buffer, prefix = '', base = 0): Region[] {
  const fields: unknown = Reflect.get(struct, 'fields');
  if (typeof fields !== 'object' || fields === null) return [];
  return Object.entries(fields).flatMap(([field, description]) => {
    const { offset, type } = description as { offset: number; type: { name: string; size: number } };
    const name = prefix + field;
    if (type.name === 'pointer') return [];
    if (['in6_addrlifetime', 'if_data', 'timespec'].includes(type.name))
      return fieldRegions(type, memory, `${name}.`, base + offset);
    return [{ name, memory, offset: base + offset, size: type.size }];
  });
}

/** The fields of `name`'s struct that are not pointers, by the fixture's names, with where their bytes are. */
function regions(name: IoctlName, argument: Buffer, behind: Buffer): Region[] {
  if (viaIfrData.test(name)) {
    const request = Object.entries(structs(amd64, 'l2tp_req').fields);
    return [
      { name: 'ifr_name', memory: argument, offset: 0, size: 16 },
      ...request.map(([field, { offset, type }]) => ({
        name: field,
        memory: behind,
        offset,
        size: type.size,
      })),
    ];
  }
  if (name.endsWith('DESCR')) {
    return [
      { name: 'ifr_name', memory: argument, offset: 0, size: 16 },
      { name: 'ifr_ifru.ifru_b.b_buflen', memory: argument, offset: 16, size: 4 },
      { name: 'ifr_ifru.ifru_b.b_buf', memory: behind, offset: 0, size: 24 },
    ];
  }
  const struct = ioctlStruct(name);
  const list = fieldRegions(structs(amd64, struct), argument);
  const pointer = pointers[struct];
  if (pointer) list.push({ name: pointer.name, memory: behind, offset: 0, size: 24 });
  return list;
}

const hex = ({ memory, offset, size }: Region) => memory.toString('hex', offset, offset + size);

/** Writes a byte that differs from its neighbours into each place of each region. */
function fillDistinctly(parts: readonly Region[]): void {
  let next = 0;
  for (const { memory, offset, size } of parts)
    for (let i = 0; i < size; i++) memory[offset + i] = next = (next % 250) + 1;
}

const texts = (parts: readonly Region[]) => Object.fromEntries(parts.map((part) => [part.name, hex(part)]));

for (const kind of ['libc', 'librumpclient'] as const)
  describe(`every ioctl through ${kind}'s names`, { skip: cannotCompile() }, () => {
    let fixture: Fixture;
    let kernel: NetbsdKernel;
    before(async () => {
      fixture = await compileFixture();
      kernel = new NetbsdKernel(amd64, await loadSystemCalls({ kind, path: fixture.path }, amd64));
    });
    after(async () => {
      await kernel.close();
      assert.equal(fixture.openSockets(), 0);
      fixture.remove();
    });

    /** Asks with what `parts` hold, and compares with what C read before and wrote after. */
    async function thereAndBack(
      name: IoctlName,
      argument: Buffer,
      parts: readonly Region[],
      pointees: Pointee[],
    ) {
      const sent = texts(parts);
      const calls = fixture.calls();
      await kernel.ioctl(2, ioctlNumber(amd64, name), argument, pointees);
      const { read, written } = fixture.trace();
      assert.deepEqual(Object.fromEntries(read), sent);
      assert.deepEqual(Object.fromEntries(written), texts(parts));
      assert.deepEqual(fixture.calls(), { ...calls, [kind]: calls[kind] + 1 });
    }

    for (const name of ioctlNames) {
      it(`${name}: every field there and back`, async () => {
        const size = viaIfrData.test(name)
          ? structs(amd64, 'ifreq').size
          : structs(amd64, ioctlStruct(name)).size;
        const argument = Buffer.alloc(size);
        const behind = Buffer.alloc(40);
        const parts = regions(name, argument, behind);
        fillDistinctly(parts);
        const at = name.endsWith('DESCR') ? 24 : viaIfrData.test(name) ? 16 : pointers[ioctlStruct(name)]?.at;
        await thereAndBack(name, argument, parts, at === undefined ? [] : [{ at, memory: behind }]);
      });
    }

    for (const [command, struct] of bridgeArguments)
      it(`bridge command ${command}: every field of struct ${struct} there and back`, async () => {
        const ifdrv = structs(amd64, 'ifdrv');
        const argument = Buffer.alloc(ifdrv.size);
        const behind = Buffer.alloc(structs(amd64, struct).size);
        const inner = fieldRegions(structs(amd64, struct), behind);
        const outer = fieldRegions(ifdrv, argument);
        fillDistinctly([...outer, ...inner]);
        const view = ifdrv.at(argument);
        view.ifd_cmd = BigInt(command);
        view.ifd_len = BigInt(behind.length);
        await thereAndBack(
          'SIOCGDRVSPEC',
          argument,
          [...outer, ...inner],
          [{ at: ifdrv.fields.ifd_data.offset, memory: behind }],
        );
      });
  });

describe('NetbsdKernel over FFI', { skip: cannotCompile() }, () => {
  let fixture: Fixture;
  let kernel: NetbsdKernel;
  before(async () => {
    fixture = await compileFixture();
    kernel = new NetbsdKernel(amd64, await loadSystemCalls({ kind: 'libc', path: fixture.path }, amd64));
  });
  after(async () => {
    await kernel.close();
    assert.equal(fixture.openSockets(), 0);
    fixture.remove();
  });

  it('throws the errno that the library left', async () => {
    fixture.fail(63);
    const request = ioctlNumber(amd64, 'SIOCSIFDESCR');
    await assert.rejects(
      kernel.ioctl(2, request, Buffer.alloc(144)),
      (error) => error instanceof KernelError && error.code === 'ENAMETOOLONG',
    );
  });

  it('opens one socket a domain and keeps it', async () => {
    const before = fixture.openSockets();
    const request = ioctlNumber(amd64, 'SIOCGIFFLAGS');
    await kernel.ioctl(24, request, Buffer.alloc(144));
    await kernel.ioctl(24, request, Buffer.alloc(144));
    assert.equal(fixture.openSockets(), before + 1);
  });

  it('copies getifaddrs(3) and frees the list', async () => {
    const list = await kernel.getifaddrs();
    assert.equal(fixture.openLists(), 0);
    assert.deepEqual(
      list.map(({ name, flags, addrflags }) => ({ name, flags, addrflags })),
      [
        { name: 'l2tp0', flags: 0x8851, addrflags: 0 },
        { name: 'l2tp0', flags: 0x8851, addrflags: 2 },
      ],
    );
    assert.equal(list[0]?.addr?.length, 20);
    assert.ok(list[0].data);
    assert.equal(structs(amd64, 'if_data').at(list[0].data).ifi_ipackets, 77n);
    assert.equal(list[1]?.addr?.toString('hex'), '100200000a0000010000000000000000');
    assert.equal(list[1].netmask?.toString('hex'), '07000000ffffff');
    assert.equal(list[1].dstaddr?.toString('hex'), '100200000a0000020000000000000000');
    assert.equal(list[1].data, null);
  });

  it('asks sysctl(3), and throws its errno', async () => {
    const names = { libc: '10.99.12', librumpclient: '9.3_STABLE' };
    for (const kind of ['libc', 'librumpclient'] as const) {
      const calls = await loadSystemCalls({ kind, path: fixture.path }, amd64);
      assert.equal(calls.sysctlText([1, 2]), names[kind]);
      assert.throws(
        () => calls.sysctlText([1, 3]),
        (error) => error instanceof KernelError && error.code === 'ENOENT',
      );
    }
  });

  it('uses the rump client library’s own calls', async () => {
    const before = fixture.initialisations();
    const rump = new NetbsdKernel(
      amd64,
      await loadSystemCalls({ kind: 'librumpclient', path: fixture.path }, amd64),
    );
    assert.equal(fixture.initialisations(), before + 1);
    await rump.ioctl(2, ioctlNumber(amd64, 'SIOCGIFFLAGS'), Buffer.alloc(144));
    await rump.close();
  });

  it('says in NetBSD’s words why the rump client did not start', async () => {
    const { ECONNREFUSED } = constants.errno;
    fixture.fail(ECONNREFUSED);
    await assert.rejects(
      loadSystemCalls({ kind: 'librumpclient', path: fixture.path }, amd64),
      (error) => error instanceof RumpServerError && error.message === 'rump client init: Connection refused',
    );
  });
});
