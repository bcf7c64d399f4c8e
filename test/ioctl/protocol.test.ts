import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { parameterLength } from '../../native-structs';
import { ProtocolError } from '../../src/ioctl/fields';
import {
  encodeFromDaemon,
  encodeRequest,
  type FromDaemon,
  parseFromDaemon,
  parseRequest,
  type Request,
} from '../../src/ioctl/protocol';

const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record<T>(model, { noNullPrototype: true });
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const word = fc.integer({ min: 0, max: 0xffff_ffff });
const errno = fc.integer({ min: 0, max: 0x7fff_ffff });

const request: fc.Arbitrary<Request> = fc.oneof(
  fc.constantFrom<Request>({ kind: 'getifaddrs' }, { kind: 'stop' }),
  word.chain((number) =>
    record({
      kind: fc.constant('ioctl' as const),
      domain: fc.integer({ min: 0, max: 255 }),
      request: fc.constant(number),
      argument: fc
        .uint8Array({ minLength: parameterLength(number), maxLength: parameterLength(number) })
        .map((array) => Buffer.from(array)),
      memory: fc.array(record({ address: fc.bigInt({ min: 0n, max: (1n << 64n) - 301n }), bytes }), {
        maxLength: 16,
      }),
    }),
  ),
);

const fromDaemon: fc.Arbitrary<FromDaemon> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('hello' as const),
      pid: fc.integer({ min: 1, max: 0x3f_ffff }),
      udpPorts: fc.constant(true as const),
      packetSockets: fc.constant(true as const),
    },
    { requiredKeys: ['kind', 'pid'], noNullPrototype: true },
  ),
  fc.constant<FromDaemon>({ kind: 'goodbye' }),
  record({
    kind: fc.constant('ioctl' as const),
    errno,
    argument: bytes,
    memory: fc.array(bytes, { maxLength: 16 }),
  }),
  record({
    kind: fc.constant('getifaddrs' as const),
    errno,
    addresses: fc.array(
      record({
        name: fc.string(),
        flags: word,
        addr: fc.option(bytes),
        netmask: fc.option(bytes),
        dstaddr: fc.option(bytes),
        data: fc.option(bytes),
        addrflags: word,
      }),
    ),
  }),
  record({ kind: fc.constant('stop' as const), errno }),
  record({ kind: fc.constant('failure' as const), message: fc.string({ unit: 'grapheme' }) }),
);

/** The line without its end; there must be exactly one. */
function lineOf(encoded: string): string {
  assert.equal(encoded.indexOf('\n'), encoded.length - 1);
  return encoded.slice(0, -1);
}

/** A copy of the message with one field, at any depth, missing or of another type. */
const spoiled = (message: fc.Arbitrary<string>) =>
  fc
    .tuple(message, fc.nat(), fc.constantFrom<unknown>(undefined, -1, 1.5, true, {}, [[]], 'ä', 1e300))
    .map(([encoded, nth, value]) => {
      let count = 0;
      JSON.parse(encoded, (_key, old: unknown) => ((count += 1), old));
      let place = nth % count;
      const changed: unknown = JSON.parse(encoded, (key, old: unknown) => {
        const isRoot = key === '' && typeof old === 'object';
        return place-- === 0 && !isRoot ? value : old;
      });
      return { encoded, changed: JSON.stringify(changed) };
    });

const refused = (parse: () => unknown) => {
  try {
    parse();
    return false;
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error));
    return true;
  }
};

describe('protocol', () => {
  it('carries every request', () => {
    fc.assert(
      fc.property(request, (message) => {
        assert.deepEqual(parseRequest(lineOf(encodeRequest(message))), message);
      }),
    );
  });

  it('carries every message of the daemon', () => {
    fc.assert(
      fc.property(fromDaemon, (message) => {
        const parsed = parseFromDaemon(lineOf(encodeFromDaemon(message)));
        assert.deepEqual(parsed, message);
      }),
    );
  });

  it('either refuses a spoiled message or reads it as one that can be written again', () => {
    fc.assert(
      fc.property(spoiled(request.map(encodeRequest)), ({ changed }) => {
        let parsed: Request | undefined;
        if (!refused(() => (parsed = parseRequest(changed)))) {
          assert.ok(parsed);
          assert.deepEqual(parseRequest(lineOf(encodeRequest(parsed))), parsed);
        }
      }),
    );
    fc.assert(
      fc.property(spoiled(fromDaemon.map(encodeFromDaemon)), ({ changed }) => {
        let parsed: FromDaemon | undefined;
        if (!refused(() => (parsed = parseFromDaemon(changed)))) {
          assert.ok(parsed);
          assert.deepEqual(parseFromDaemon(lineOf(encodeFromDaemon(parsed))), parsed);
        }
      }),
    );
  });

  it('refuses arbitrary text with ProtocolError alone', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        assert.ok(refused(() => parseRequest(text)));
        assert.ok(refused(() => parseFromDaemon(text)));
      }),
    );
  });

  const good = { version: 1, kind: 'ioctl', domain: 2, request: 0xc0_02_69_00, argument: 'AAA=', memory: [] };
  const region = { address: '1000', bytes: '' };
  const cases: readonly (readonly [name: string, change: object, code: string])[] = [
    ['another version', { version: 2 }, 'version'],
    ['no version', { version: undefined }, 'malformed'],
    ['an unknown kind', { kind: 'exec' }, 'malformed'],
    ['a kind of the prototype', { kind: '__proto__' }, 'malformed'],
    ['a negative domain', { domain: -1 }, 'malformed'],
    ['a request of more than 32 bits', { request: 2 ** 32 }, 'malformed'],
    ['an argument that is too short', { argument: 'AA==' }, 'malformed'],
    ['an argument that is too long', { argument: 'AAAA' }, 'malformed'],
    ['base64 without padding', { argument: 'AAA' }, 'malformed'],
    ['base64 with rubbish', { argument: 'A\nAA=' }, 'malformed'],
    ['base64 with bits behind its end', { argument: 'AAB=' }, 'malformed'],
    ['memory that is no list', { memory: {} }, 'malformed'],
    ['too many regions', { memory: Array<typeof region>(17).fill(region) }, 'malformed'],
    ['an address with a sign', { memory: [{ ...region, address: '-1' }] }, 'malformed'],
    ['an address of 17 digits', { memory: [{ ...region, address: '10000000000000000' }] }, 'malformed'],
    [
      'memory beyond the address space',
      { memory: [{ address: 'ffffffffffffffff', bytes: 'AAA=' }] },
      'malformed',
    ],
  ];
  it('reads the message that the next ones spoil', () => {
    assert.equal(parseRequest(JSON.stringify(good)).kind, 'ioctl');
  });
  for (const [name, change, code] of cases)
    it(`refuses ${name}`, () => {
      const text = JSON.stringify({ ...good, ...change });
      assert.throws(() => parseRequest(text), { name: 'ProtocolError', code });
    });
});
