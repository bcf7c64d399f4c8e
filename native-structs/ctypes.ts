/**
 * C's types for one ABI, and structs made of them: typed views over bytes, laid out by ref-struct-di.
 *
 * Integers are in the ABI's byte order unless their name ends in `_be` (network order). A view has no memory of
 * its own: reading a field reads the Buffer it was made over, assigning one writes there.
 */
import makeStruct from 'ref-struct-di';
import type { Abi } from './abi';

type Ref = makeStruct.Ref;
type StructType = makeStruct.StructType;

/** A C type: `T` is what its value is in JavaScript. Sizes in bytes. */
export interface CType<T> {
  readonly name: string;
  readonly size: number;
  readonly alignment: number;
  readonly indirection: 1;
  get(buffer: Buffer, offset: number): T;
  set(buffer: Buffer, offset: number, value: T): void;
}

type Fields = Readonly<Record<string, CType<unknown>>>;

/** A struct's or union's fields as properties of one object over its bytes. */
export type View<F> = { -readonly [K in keyof F]: F[K] extends CType<infer T> ? T : never };

/** Initial values: every field optional, nested structs likewise; what is absent is zero bytes. */
export type Init<T> = T extends Buffer | bigint | number | string
  ? T
  : { readonly [K in keyof T]?: Init<T[K]> };

/** A struct or union. */
export interface Struct<F> extends CType<View<F>> {
  readonly kind: 'struct' | 'union';
  readonly fields: { readonly [K in keyof F]: { readonly offset: number; readonly type: F[K] } };
  /** A view of the bytes from `offset`; RangeError if they are fewer than the struct's size. */
  at(buffer: Buffer, offset?: number): View<F>;
  /** New zeroed bytes with `init` written into them. */
  make(init?: Init<View<F>>): Buffer;
}

export interface CTypes {
  readonly abi: Abi;
  readonly u_char: CType<number>;
  readonly short: CType<number>;
  readonly u_short: CType<number>;
  readonly u_short_be: CType<number>;
  readonly int: CType<number>;
  readonly u_int: CType<number>;
  readonly int64: CType<bigint>;
  readonly u_int64: CType<bigint>;
  readonly time_t: CType<bigint>;
  /** `unsigned long` and `size_t`: the pointer's size. */
  readonly u_long: CType<bigint>;
  readonly long: CType<bigint>;
  /** An address; 0n is NULL. */
  readonly pointer: CType<bigint>;
  /**
   * `char[length]`: text up to the first NUL, one byte a character (Latin-1). Setting pads with NUL; RangeError if
   * longer than the array or with a character of more than a byte.
   */
  chars(length: number): CType<string>;
  /** `uint8_t[length]`: a Buffer over the same memory. Setting copies; RangeError if the length differs. */
  bytes(length: number, alignment?: number): CType<Buffer>;
  struct<F extends Fields>(name: string, fields: F): Struct<F>;
  union<F extends Fields>(name: string, fields: F): Struct<F>;
}

function number(
  name: string,
  size: number,
  get: (b: Buffer, o: number) => number,
  set: (b: Buffer, o: number, v: number) => void,
): CType<number> {
  return { name, size, alignment: size, indirection: 1, get, set };
}

function integers(little: boolean) {
  return little
    ? {
        short: number(
          'short',
          2,
          (b, o) => b.readInt16LE(o),
          (b, o, v) => void b.writeInt16LE(v, o),
        ),
        u_short: number(
          'u_short',
          2,
          (b, o) => b.readUInt16LE(o),
          (b, o, v) => void b.writeUInt16LE(v, o),
        ),
        int: number(
          'int',
          4,
          (b, o) => b.readInt32LE(o),
          (b, o, v) => void b.writeInt32LE(v, o),
        ),
        u_int: number(
          'u_int',
          4,
          (b, o) => b.readUInt32LE(o),
          (b, o, v) => void b.writeUInt32LE(v, o),
        ),
      }
    : {
        short: number(
          'short',
          2,
          (b, o) => b.readInt16BE(o),
          (b, o, v) => void b.writeInt16BE(v, o),
        ),
        u_short: number(
          'u_short',
          2,
          (b, o) => b.readUInt16BE(o),
          (b, o, v) => void b.writeUInt16BE(v, o),
        ),
        int: number(
          'int',
          4,
          (b, o) => b.readInt32BE(o),
          (b, o, v) => void b.writeInt32BE(v, o),
        ),
        u_int: number(
          'u_int',
          4,
          (b, o) => b.readUInt32BE(o),
          (b, o, v) => void b.writeUInt32BE(v, o),
        ),
      };
}

function int64(name: string, little: boolean, signed: boolean, alignment: number): CType<bigint> {
  const get = signed
    ? little
      ? (b: Buffer, o: number) => b.readBigInt64LE(o)
      : (b: Buffer, o: number) => b.readBigInt64BE(o)
    : little
      ? (b: Buffer, o: number) => b.readBigUInt64LE(o)
      : (b: Buffer, o: number) => b.readBigUInt64BE(o);
  const set = signed
    ? little
      ? (b: Buffer, o: number, v: bigint) => void b.writeBigInt64LE(v, o)
      : (b: Buffer, o: number, v: bigint) => void b.writeBigInt64BE(v, o)
    : little
      ? (b: Buffer, o: number, v: bigint) => void b.writeBigUInt64LE(v, o)
      : (b: Buffer, o: number, v: bigint) => void b.writeBigUInt64BE(v, o);
  return { name, size: 8, alignment, indirection: 1, get, set };
}

/** A 32-bit integer whose JavaScript value is a bigint, so that `long` and pointers have one type on all ports. */
function widened(name: string, narrow: CType<number>): CType<bigint> {
  return {
    name,
    size: 4,
    alignment: 4,
    indirection: 1,
    get: (b, o) => BigInt(narrow.get(b, o)),
    set: (b, o, v) => narrow.set(b, o, Number(v)),
  };
}

function chars(length: number): CType<string> {
  return {
    name: `char[${length}]`,
    size: length,
    alignment: 1,
    indirection: 1,
    get(buffer, offset) {
      const field = buffer.subarray(offset, offset + length);
      const end = field.indexOf(0);
      return field.toString('latin1', 0, end < 0 ? length : end);
    },
    set(buffer, offset, value) {
      const text = Buffer.from(value, 'latin1');
      if (text.length > length || text.toString('latin1') !== value)
        throw new RangeError(`"${value}" does not fit char[${length}]`);
      buffer.fill(0, offset, offset + length);
      text.copy(buffer, offset);
    },
  };
}

function bytes(length: number, alignment = 1): CType<Buffer> {
  return {
    name: `u_char[${length}]`,
    size: length,
    alignment,
    indirection: 1,
    get: (buffer, offset) => buffer.subarray(offset, offset + length),
    set(buffer, offset, value) {
      if (value.length !== length) throw new RangeError(`${value.length} bytes for u_char[${length}]`);
      value.copy(buffer, offset);
    },
  };
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Buffer.isBuffer(value);
}

function isStruct(type: object): type is Struct<Fields> {
  return 'kind' in type;
}

/** The memory that each view of a struct or union shows. */
const memory = new WeakMap<object, Buffer>();

/** Writes the fields that `init` names, or all that it shows if it is a view; unknown names are a programming error. */
function fill(struct: Struct<Fields>, buffer: Buffer, offset: number, init: object): void {
  const source = memory.get(init);
  if (source) {
    if (source.length !== struct.size)
      throw new TypeError(`a view of ${source.length} bytes for ${struct.name}`);
    source.copy(buffer, offset);
    return;
  }
  for (const [name, value] of Object.entries(init)) {
    const field = struct.fields[name];
    if (!field) throw new TypeError(`struct ${struct.name} has no field ${name}`);
    const type: CType<unknown> = field.type;
    if (isStruct(type) && isPlain(value)) fill(type, buffer, offset + field.offset, value);
    else if (value !== undefined) type.set(buffer, offset + field.offset, value);
  }
}

/** `layOut` is called at the first use: a command reads few of a header's structs, and starts faster for it. */
function finish<F extends Fields>(
  name: string,
  kind: 'struct' | 'union',
  layOut: () => StructType,
): Struct<F> {
  let laidOut: StructType | undefined;
  const type = () => (laidOut ??= layOut());
  const check = (buffer: Buffer, offset: number) => {
    if (offset < 0 || buffer.length - offset < type().size)
      throw new RangeError(`${name}: ${type().size} bytes at ${offset} of ${buffer.length}`);
  };
  const view = (buffer: Buffer, offset: number) => {
    check(buffer, offset);
    const bytes = buffer.subarray(offset, offset + type().size);
    const made = new (type())(bytes);
    memory.set(made, bytes);
    return made;
  };
  const self: unknown = {
    name,
    kind,
    indirection: 1,
    get size() {
      return type().size;
    },
    get alignment() {
      return type().alignment;
    },
    get fields() {
      return type().fields;
    },
    get: view,
    at: (buffer: Buffer, offset = 0) => view(buffer, offset),
    set(this: Struct<Fields>, buffer: Buffer, offset: number, value: object) {
      fill(this, buffer, offset, value);
    },
    make(this: Struct<Fields>, init: object = {}) {
      const buffer = Buffer.alloc(type().size);
      fill(this, buffer, 0, init);
      return buffer;
    },
  };
  return self as Struct<F>; // the fields' types are known to the compiler only by the caller's literal
}

const made = new WeakMap<Abi, CTypes>();

/** C's types as the compilers of `abi` lay them out; the same object every time. */
export function ctypes(abi: Abi): CTypes {
  let types = made.get(abi);
  if (!types) {
    types = build(abi);
    made.set(abi, types);
  }
  return types;
}

function build(abi: Abi): CTypes {
  const little = abi.littleEndian;
  const { short, u_short, int, u_int } = integers(little);
  const wide = abi.pointerSize === 8;
  const ref: Ref = {
    NULL: Buffer.alloc(0),
    alignof: { pointer: abi.pointerSize },
    sizeof: { pointer: abi.pointerSize },
    coerceType: (type) => type,
    get: (buffer, offset, type) => type.get(buffer, offset),
    set: (buffer, offset, value, type) => type.set(buffer, offset, value),
  };
  const struct = makeStruct(ref);
  return {
    abi,
    u_char: number(
      'u_char',
      1,
      (b, o) => b.readUInt8(o),
      (b, o, v) => void b.writeUInt8(v, o),
    ),
    short,
    u_short,
    u_short_be: { ...integers(false).u_short, name: 'u_short_be' },
    int,
    u_int,
    int64: int64('int64_t', little, true, abi.int64Alignment),
    u_int64: int64('uint64_t', little, false, abi.int64Alignment),
    time_t: int64('time_t', little, true, abi.int64Alignment),
    u_long: wide ? int64('u_long', little, false, 8) : widened('u_long', u_int),
    long: wide ? int64('long', little, true, 8) : widened('long', int),
    pointer: wide ? int64('pointer', little, false, 8) : widened('pointer', u_int),
    chars,
    bytes,
    struct: (name, fields) => finish(name, 'struct', () => struct(fields)),
    union: (name, fields) => finish(name, 'union', () => union(ref, fields)),
  };
}

/** A union as ref-struct-di would make it if it knew unions: every member at offset 0. */
function union(ref: Ref, members: Readonly<Record<string, CType<unknown>>>): StructType {
  const all: CType<unknown>[] = Object.values(members);
  const alignment = Math.max(...all.map((m) => m.alignment));
  const size = Math.ceil(Math.max(...all.map((m) => m.size)) / alignment) * alignment;
  class UnionView {
    readonly #buffer: Buffer;
    constructor(buffer: Buffer) {
      this.#buffer = buffer;
    }
    static bufferOf(view: UnionView): Buffer {
      return view.#buffer;
    }
  }
  for (const [name, type] of Object.entries<CType<unknown>>(members)) {
    Object.defineProperty(UnionView.prototype, name, {
      enumerable: true,
      get(this: UnionView) {
        return ref.get(UnionView.bufferOf(this), 0, type);
      },
      set(this: UnionView, value: unknown) {
        ref.set(UnionView.bufferOf(this), 0, value, type);
      },
    });
  }
  const fields = Object.fromEntries(
    Object.entries(members).map(([name, type]) => [name, { offset: 0, type }]),
  );
  return Object.assign(UnionView, {
    size,
    alignment,
    indirection: 1,
    fields,
    get: (buffer: Buffer, offset: number) => new UnionView(buffer.subarray(offset, offset + size)),
    set: () => {
      throw new TypeError('a union is set by its members');
    },
  });
}

/** A header's structs, made once for each ABI. */
export function header<T>(define: (c: CTypes) => T): (abi: Abi) => T {
  const known = new WeakMap<Abi, T>();
  return (abi) => {
    let structs = known.get(abi);
    if (structs === undefined) {
      structs = define(ctypes(abi));
      known.set(abi, structs);
    }
    return structs;
  };
}
