import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { carriesEchoRequest, decode } from '../../src/demo/decode';

/** A ping from 10.1.1.1 to 10.1.1.2 in session 4321; the checksums come from another program. */
const outer = '4500 004e 1234 0000 40 73 e6b5 c0a80001 c0a80002';
const frame = '02000000000b 02000000000a 0800';
const inner = '4500 0020 0001 4000 40 01 24d8 0a010101 0a010102';
const echo = '08 00 9561 0007 0001 a1b2 c3d4 e5f6 1718';
const hex = (...parts: readonly string[]): Buffer => Buffer.from(parts.join('').replaceAll(' ', ''), 'hex');

const packet = (cookie: string): Buffer => hex(outer, '000010e1', cookie, frame, inner, echo);

const meanings = (bytes: Buffer, cookieLength: number): readonly string[] =>
  decode(bytes, cookieLength).flatMap(({ title, fields }) =>
    fields.map(({ meaning }) => `${title}: ${meaning}`),
  );

describe('decode', () => {
  it('names every field of a ping in L2TPv3', () => {
    assert.deepEqual(meanings(packet('0000d431'), 4), [
      'Outer IPv4: version 4, header of 20 bytes',
      'Outer IPv4: type of service 0',
      'Outer IPv4: total length 78',
      'Outer IPv4: identification 4660',
      "Outer IPv4: don't fragment clear, offset 0",
      'Outer IPv4: time to live 64',
      'Outer IPv4: protocol 115, L2TP',
      'Outer IPv4: checksum, correct',
      'Outer IPv4: from 192.168.0.1',
      'Outer IPv4: to 192.168.0.2',
      'L2TPv3: session id 4321',
      'L2TPv3: cookie 54321',
      'Ethernet: to 02:00:00:00:00:0b',
      'Ethernet: from 02:00:00:00:00:0a',
      'Ethernet: type 2048, IPv4',
      'Inner IPv4: version 4, header of 20 bytes',
      'Inner IPv4: type of service 0',
      'Inner IPv4: total length 32',
      'Inner IPv4: identification 1',
      "Inner IPv4: don't fragment set, offset 0",
      'Inner IPv4: time to live 64',
      'Inner IPv4: protocol 1, ICMP',
      'Inner IPv4: checksum, correct',
      'Inner IPv4: from 10.1.1.1',
      'Inner IPv4: to 10.1.1.2',
      'ICMP: type 8, echo request',
      'ICMP: code 0',
      'ICMP: checksum, correct',
      'ICMP: identifier 7',
      'ICMP: sequence number 1',
      'Data: 8 bytes',
    ]);
  });

  it('has no cookie, or one of 8 bytes, where told so', () => {
    assert.ok(!meanings(packet(''), 0).some((meaning) => meaning.includes('cookie')));
    assert.ok(meanings(packet('1122334455667788'), 8).includes(`L2TPv3: cookie 1234605616436508552`));
  });

  it('sees any single wrong bit under a checksum', () => {
    const intact = packet('0000d431');
    const headers = [
      { from: 0, to: 20, title: 'Outer IPv4' },
      { from: 42, to: 62, title: 'Inner IPv4' },
      { from: 62, to: intact.length, title: 'ICMP' },
    ];
    for (const { from, to, title } of headers) {
      for (let bit = from * 8; bit < to * 8; bit++) {
        const broken = Buffer.from(intact);
        const at = bit >> 3;
        broken.writeUInt8(broken.readUInt8(at) ^ (1 << (bit & 7)), at);
        assert.ok(meanings(broken, 4).includes(`${title}: checksum, wrong`), `${title}, bit ${bit}`);
      }
    }
  });

  it('loses no byte and refuses what is too short', () => {
    const whole = packet('0000d431');
    const shortest = whole.length - 8;
    for (let length = 0; length <= whole.length; length++) {
      const part = whole.subarray(0, length);
      if (length < shortest) assert.throws(() => decode(part, 4), RangeError);
      else {
        const bytes = decode(part, 4).flatMap(({ fields }) => fields.map((field) => field.bytes));
        assert.deepEqual(Buffer.concat(bytes), part);
      }
    }
  });
});

describe('carriesEchoRequest', () => {
  it('is true for a ping behind a cookie of the right length only', () => {
    assert.equal(carriesEchoRequest(packet('0000d431'), 4), true);
    assert.equal(carriesEchoRequest(packet('0000d431'), 8), false);
    assert.equal(carriesEchoRequest(packet(''), 0), true);
    const reply = hex(outer, '000010e1', frame, inner, '00', echo.slice(2));
    assert.equal(carriesEchoRequest(reply, 0), false);
  });

  it('answers for any bytes, and what it accepts can be decoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(0, 4, 8), (bytes, cookieLength) => {
        const any = Buffer.from(bytes);
        if (carriesEchoRequest(any, cookieLength)) assert.ok(decode(any, cookieLength).length > 0);
      }),
    );
  });
});
