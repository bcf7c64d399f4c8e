/** Error numbers, their words, and the exception that carries one. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KernelError, errnoName, errnoNumber, strerror, type Errno } from '../../native-structs';
import { knownConstants } from './known-abi';

const known: readonly [string, number][] = Object.entries(knownConstants.errno);
const words: Readonly<Record<string, string>> = knownConstants.strerror;

function errno(name: string, number: number): Errno {
  const found = errnoName(number);
  assert.ok(found === name, `${number} is ${found ?? 'unknown'}, not ${name}`);
  return found;
}

describe('errno', () => {
  for (const [name, number] of known) {
    it(`${name} is ${number}, in both directions`, () => {
      assert.equal(errnoNumber(errno(name, number)), number);
      const text = words[name];
      if (text !== undefined) {
        assert.equal(strerror(number), text);
        assert.equal(strerror(errno(name, number)), text);
      }
    });
  }

  it('has words for every error whose words are known', () => {
    assert.ok(Object.keys(words).length > 10);
    for (const name of Object.keys(words))
      assert.ok(
        known.some(([other]) => other === name),
        name,
      );
  });

  it('knows every number that a NetBSD kernel answers with, each with a name and words of its own', () => {
    const numbers = Array.from({ length: 96 }, (_, before) => before + 1);
    const names = numbers.map((number) => errnoName(number));
    assert.equal(names.indexOf(undefined), -1);
    assert.equal(new Set(names).size, numbers.length);
    assert.equal(new Set(numbers.map((number) => strerror(number))).size, numbers.length);
  });

  it('an unknown number has no name and strerror says so', () => {
    assert.equal(errnoName(9999), undefined);
    assert.equal(strerror(9999), 'Unknown error: 9999');
  });
});

describe('KernelError', () => {
  it('is the same made of the name and of the number', () => {
    for (const [name, number] of known) {
      for (const error of [new KernelError(number), new KernelError(errno(name, number))]) {
        assert.ok(error instanceof Error);
        assert.equal(error.name, 'KernelError');
        assert.deepEqual(
          { errno: error.errno, code: error.code, message: error.message },
          { errno: number, code: name, message: strerror(number) },
        );
      }
    }
  });

  it('keeps a number that it does not know', () => {
    const error = new KernelError(9999);
    assert.deepEqual([error.errno, error.code, error.message], [9999, 'E9999', 'Unknown error: 9999']);
  });
});
