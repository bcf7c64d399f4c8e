/** Every struct on every port against the compiler's layouts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { abi, abiNames, structNames, structs, type Abi, type StructName } from '../../native-structs';
import { knownAbis, type KnownField } from './known-abi';

/** Fields that have another path here, because one member stands for several of the C struct. */
const elsewhere: Readonly<Record<string, string>> = {
  'sockaddr_storage.ss_len': 'sa.sa_len',
  'sockaddr_storage.ss_family': 'sa.sa_family',
};
/** Members that C has for their effect on the layout only. */
const layoutOnly = new Set(['sockaddr_storage.__ss_align']);

interface AnyType {
  readonly size: number;
  readonly alignment: number;
  readonly fields?: Readonly<Record<string, { readonly offset: number; readonly type: AnyType }>>;
}

/** Offset and size of the member at the dotted `path`. */
function member(struct: AnyType, path: string): KnownField {
  let type = struct;
  let offset = 0;
  for (const name of path.split('.')) {
    const field = type.fields?.[name];
    assert.ok(field, `no member ${name} of ${path}`);
    offset += field.offset;
    type = field.type;
  }
  return { offset, size: type.size };
}

const isStructName = (name: string): name is StructName => structNames.some((known) => known === name);

function port(name: string): Abi {
  const found = abiNames.find((known) => known === name);
  assert.ok(found, `no port ${name}`);
  return abi(found);
}

describe('the ports', () => {
  it('are those of the facts, with their data models', () => {
    assert.deepEqual(
      abiNames.map((name) => {
        const { pointerSize, littleEndian, int64Alignment } = abi(name);
        return [name, pointerSize, littleEndian ? 'little' : 'big', int64Alignment];
      }),
      knownAbis.map(({ name, pointer_size, endian, u64_align }) => [name, pointer_size, endian, u64_align]),
    );
    assert.equal(knownAbis.length, 19);
  });

  it('are the same object each time, and so are their structs', () => {
    for (const name of abiNames) {
      assert.equal(abi(name), abi(name));
      assert.equal(structs(abi(name), 'ifreq'), structs(abi(name), 'ifreq'));
    }
    assert.notEqual(structs(abi('amd64'), 'ifreq'), structs(abi('aarch64'), 'ifreq'));
  });
});

describe('structs', () => {
  it('are those of the facts', () => {
    for (const known of knownAbis)
      assert.deepEqual([...structNames].sort(), Object.keys(known.layout.structs).sort());
  });

  for (const known of knownAbis) {
    it(`on ${known.name} are laid out as the compiler does`, () => {
      for (const [name, expected] of Object.entries(known.layout.structs)) {
        assert.ok(isStructName(name), `no struct ${name}`);
        const struct: AnyType & { readonly name: string } = structs(port(known.name), name);
        assert.equal(struct.name, name);
        assert.deepEqual(
          { size: struct.size, align: struct.alignment },
          { size: expected.size, align: expected.align },
          name,
        );
        for (const [path, field] of Object.entries(expected.fields)) {
          const full = [name, path].join('.');
          if (layoutOnly.has(full)) continue;
          assert.deepEqual(member(struct, elsewhere[full] ?? path), field, full);
        }
        const named = new Set(Object.keys(expected.fields).map((path) => path.split('.')[0]));
        for (const field of Object.keys(struct.fields ?? {}))
          assert.ok(named.has(field) || name === 'sockaddr_storage', `${name}.${field} is in no header`);
      }
    });
  }

  it('l2tp_req is 40 bytes on amd64, 36 on i386, big-endian on sparc64', () => {
    const values = { state: 1, my_sess_id: 0x01020304, peer_cookie: 0x1122334455667788n };
    const bytes = (name: 'amd64' | 'i386' | 'sparc64') =>
      structs(abi(name), 'l2tp_req').make(values).toString('hex');
    assert.equal(
      bytes('amd64'),
      '01000000' +
        '00000000'.repeat(2) +
        '04030201' +
        '00000000'.repeat(2) +
        '00'.repeat(8) +
        '8877665544332211',
    );
    assert.equal(
      bytes('i386'),
      '01000000' + '00000000'.repeat(2) + '04030201' + '00000000' + '00'.repeat(8) + '8877665544332211',
    );
    assert.equal(
      bytes('sparc64'),
      '00000001' +
        '00000000'.repeat(2) +
        '01020304' +
        '00000000'.repeat(2) +
        '00'.repeat(8) +
        '1122334455667788',
    );
  });

  it('addresses and ports are in network order on every port', () => {
    for (const name of abiNames)
      assert.equal(
        structs(abi(name), 'sockaddr_in')
          .make({ sin_len: 16, sin_family: 2, sin_port: 1701, sin_addr: Buffer.from([10, 9, 0, 1]) })
          .toString('hex'),
        '100206a50a090001' + '00'.repeat(8),
      );
  });
});
