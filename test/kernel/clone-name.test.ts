import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCloneName } from '../../src/kernel/clone-name';

const cases: readonly (readonly [string, ReturnType<typeof parseCloneName>])[] = [
  ['l2tp0', { cloner: 'l2tp', unit: 0 }],
  ['l2tp01', { cloner: 'l2tp', unit: 1 }],
  ['bridge12', { cloner: 'bridge', unit: 12 }],
  ['l2tp2147483647', { cloner: 'l2tp', unit: 2147483647 }],
  ['l2tp2147483648', null],
  ['l2tp', null],
  ['l2tpx', null],
  ['0', null],
  ['', null],
  ['l2tp-1', { cloner: 'l2tp-', unit: 1 }],
];

for (const [name, expected] of cases)
  test(`"${name}"`, () => {
    assert.deepEqual(parseCloneName(name), expected);
  });
