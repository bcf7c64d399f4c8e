import assert from 'node:assert/strict';
import { test } from 'node:test';
import { embedScope, extractScope, isLinkLocal } from '../../src/kernel/scope';
import { bytesOf } from './addresses';

test('link-local is fe80::/10 and ff02::/16', () => {
  const yes = ['fe80::1', 'febf::1', 'ff02::1', 'ff12::1'];
  const no = ['fec0::1', 'fc00::1', 'ff05::1', '::', '::1', '254.128.0.1'];
  for (const text of yes) assert(isLinkLocal(bytesOf(text)), text);
  for (const text of no) assert(!isLinkLocal(bytesOf(text)), text);
});

test('a scope goes into bytes 2 and 3, big endian, and comes out again', () => {
  const embedded = embedScope(bytesOf('fe80::1'), 0x1234);
  assert.deepEqual([...embedded], [...bytesOf('fe80:1234::1')]);
  const { address, scope } = extractScope(embedded);
  assert.equal(scope, 0x1234);
  assert.deepEqual([...address], [...bytesOf('fe80::1')]);
});

test('other addresses have no scope', () => {
  const address = bytesOf('fc00:1234::1');
  assert.deepEqual(embedScope(address, 7), address);
  assert.deepEqual(extractScope(address), { address, scope: 0 });
});
