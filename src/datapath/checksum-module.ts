/**
 * The sum of the Internet checksum in WebAssembly SIMD: its instructions as a table of text, and the module made of them.
 * Encodings: WebAssembly Core Specification 2.0, chapter 5.
 */

const opcodes = {
  // Blocks without a result.
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  end: [0x0b],
  br: [0x0c],
  br_if: [0x0d],
  'local.get': [0x20],
  'local.set': [0x21],
  'i32.load8_u': [0x2d],
  'i32.load16_u': [0x2f],
  'i32.const': [0x41],
  'i32.ge_u': [0x4f],
  'i32.add': [0x6a],
  'i32.mul': [0x6c],
  'i32.and': [0x71],
  'i32.or': [0x72],
  'i32.shl': [0x74],
  'i32.shr_u': [0x76],
  'v128.load': [0xfd, 0x00],
  'i32x4.extract_lane': [0xfd, 0x1b],
  'i32x4.extadd_pairwise_i16x8_u': [0xfd, 0x7f],
  'i32x4.add': [0xfd, 0xae, 0x01],
} as const;

type Instruction = readonly [keyof typeof opcodes, ...number[]];

// Locals: the two parameters, then two of i32 and one of v128.
const at = 0;
const length = 1;
const end = 2;
const sum = 3;
const lanes = 4;

/** Alignment and offset of a load: nothing is promised, nothing is added. */
const plain = [0, 0] as const;

/** end = at + (length & mask) */
function endAfter(mask: number): readonly Instruction[] {
  return [
    ['local.get', at],
    ['local.get', length],
    ['i32.const', mask],
    ['i32.and'],
    ['i32.add'],
    ['local.set', end],
  ];
}

/** Until `at` has reached `end`: the body, at += step. */
function untilEnd(step: number, body: readonly Instruction[]): readonly Instruction[] {
  return [
    ['block'],
    ['loop'],
    ['local.get', at],
    ['local.get', end],
    ['i32.ge_u'],
    ['br_if', 1],
    ...body,
    ['local.get', at],
    ['i32.const', step],
    ['i32.add'],
    ['local.set', at],
    ['br', 0],
    ['end'],
    ['end'],
  ];
}

/** sum += value */
function add(...value: readonly Instruction[]): readonly Instruction[] {
  return [['local.get', sum], ...value, ['i32.add'], ['local.set', sum]];
}

/** sum = (sum & 0xffff) + (sum >> 16) */
const fold: readonly Instruction[] = [
  ['local.get', sum],
  ['i32.const', 0xffff],
  ['i32.and'],
  ['local.get', sum],
  ['i32.const', 16],
  ['i32.shr_u'],
  ['i32.add'],
  ['local.set', sum],
];

const instructions: readonly Instruction[] = [
  // Eight little-endian words at a time, in pairs to four lanes. A lane gets at most 2^17 in each of 2^12 steps.
  ...endAfter(-16),
  ...untilEnd(16, [
    ['local.get', lanes],
    ['local.get', at],
    ['v128.load', ...plain],
    ['i32x4.extadd_pairwise_i16x8_u'],
    ['i32x4.add'],
    ['local.set', lanes],
  ]),
  ...[0, 1, 2, 3].flatMap((lane) => add(['local.get', lanes], ['i32x4.extract_lane', lane])),
  ...endAfter(14),
  ...untilEnd(2, [...add(['local.get', at], ['i32.load16_u', ...plain])]),
  // A last byte is the first of its word; without one, what is there is taken zero times.
  ...add(
    ['local.get', at],
    ['i32.load8_u', ...plain],
    ['local.get', length],
    ['i32.const', 1],
    ['i32.and'],
    ['i32.mul'],
  ),
  ...fold,
  ...fold,
  // The words were big endian: swap the bytes of the result.
  ['local.get', sum],
  ['i32.const', 8],
  ['i32.shl'],
  ['i32.const', 0xff00],
  ['i32.and'],
  ['local.get', sum],
  ['i32.const', 8],
  ['i32.shr_u'],
  ['i32.or'],
  ['end'],
];

/** A signed number as LEB128. */
function signed(value: number): readonly number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  const last = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return last ? [low] : [low | 0x80, ...signed(rest)];
}

/** An unsigned number as LEB128. */
function unsigned(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function encoded([mnemonic, ...operands]: Instruction): readonly number[] {
  return [...opcodes[mnemonic], ...(mnemonic === 'i32.const' ? operands.flatMap(signed) : operands)];
}

/** A section, a body: something with its length before it. */
function sized(bytes: readonly number[]): readonly number[] {
  return [...unsigned(bytes.length), ...bytes];
}

function named(name: string): readonly number[] {
  return sized([...Buffer.from(name)]);
}

const i32 = 0x7f;
const v128 = 0x7b;

/**
 * Imports memory `host.memory`; exports `sum(offset, length)`: the ones' complement sum of big-endian 16-bit words, folded to 16
 * bits, of up to 2^16 bytes. The byte after them must exist.
 */
export function checksumModule(): Uint8Array<ArrayBuffer> {
  const body = [2, 2, i32, 1, v128, ...instructions.flatMap(encoded)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    // Types: one function (i32, i32) -> i32.
    ...[1, ...sized([1, 0x60, 2, i32, i32, 1, i32])],
    // Imports: one memory of at least a page.
    ...[2, ...sized([1, ...named('host'), ...named('memory'), 2, 0, 1])],
    ...[3, ...sized([1, 0])],
    ...[7, ...sized([1, ...named('sum'), 0, 0])],
    ...[10, ...sized([1, ...sized(body)])],
  ]);
}
