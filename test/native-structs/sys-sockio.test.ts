/** Every ioctl's request number on every port against the compiler's. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  abi,
  abiNames,
  ioctlNames,
  ioctlNumber,
  ioctlStruct,
  parameterLength,
  structs,
} from '../../native-structs';
import { knownAbis } from './known-abi';

describe('ioctl numbers', () => {
  for (const known of knownAbis) {
    it(`on ${known.name}`, () => {
      const port = abiNames.find((name) => name === known.name);
      assert.ok(port);
      assert.deepEqual(
        Object.fromEntries(ioctlNames.map((name) => [name, ioctlNumber(abi(port), name)])),
        known.layout.ioctls,
      );
      for (const name of ioctlNames)
        assert.equal(
          parameterLength(ioctlNumber(abi(port), name)),
          structs(abi(port), ioctlStruct(name)).size,
          name,
        );
    });
  }

  it('are unsigned', () => {
    assert.equal(ioctlNumber(abi('amd64'), 'SIOCSL2TPSESSION'), 0x80906997);
    assert.equal(ioctlNumber(abi('amd64'), 'SIOCSL2TPSESSION_OLD'), 0x80286997);
    assert.equal(ioctlNumber(abi('i386'), 'SIOCSL2TPSESSION_OLD'), 0x80246997);
  });
});
