import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseLines } from '../../../src/l2tpd/boot/lines';
import { inOrder, mentionsOf, type Configured } from '../../../src/l2tpd/boot/order';

const file = (name: string, rank: number, ...mentions: readonly string[]): Configured => ({
  name,
  rank,
  mentions: new Set(mentions),
});

const names = (...files: readonly Configured[]) => inOrder(files).map(({ name }) => name);

describe('order of interface files', () => {
  it('is that of rank and name', () => {
    assert.deepEqual(
      names(
        file('bridge0', 3),
        file('l2tp10', 2),
        file('wm1', 0),
        file('l2tp9', 2),
        file('lo', 0),
        file('l2tp09', 2),
        file('wm0', 0),
      ),
      ['lo', 'wm0', 'wm1', 'l2tp09', 'l2tp9', 'l2tp10', 'bridge0'],
    );
  });

  it('has those first that a file mentions, whatever their rank', () => {
    assert.deepEqual(names(file('bridge0', 1, 'l2tp0', 'wm1'), file('l2tp0', 2), file('wm1', 3)), [
      'l2tp0',
      'wm1',
      'bridge0',
    ]);
    assert.deepEqual(names(file('wm1', 0, 'bridge0'), file('bridge0', 3, 'l2tp0'), file('l2tp0', 2)), [
      'l2tp0',
      'bridge0',
      'wm1',
    ]);
  });

  it('keeps rank and name among those that mention each other', () => {
    const cycle = [file('bridge0', 3, 'l2tp0'), file('l2tp0', 2, 'bridge0')];
    assert.deepEqual(names(...cycle), ['l2tp0', 'bridge0']);
    assert.deepEqual(names(...cycle, file('a0', 0, 'bridge0')), ['l2tp0', 'bridge0', 'a0']);
    assert.deepEqual(names(file('l2tp0', 0, 'l2tp0')), ['l2tp0']);
  });

  it('stands many interfaces', () => {
    const chain = Array.from({ length: 1000 }, (_, unit) => file(`l2tp${unit}`, 2, `l2tp${unit + 1}`));
    const expected = chain.map(({ name }) => name).reverse();
    assert.deepEqual(names(...chain), expected);
  });

  it('is one, however the directory lists the files, and breaks no promise', () => {
    fc.assert(
      fc.property(graphs, fc.array(fc.nat(), { minLength: 7, maxLength: 7 }), (files, keys) => {
        const ordered = inOrder(files);
        assert.deepEqual(new Set(ordered), new Set(files));
        assert.equal(ordered.length, files.length);
        const shuffled = files
          .map((each, index) => ({ each, key: keys[index] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ each }) => each);
        assert.deepEqual(inOrder(shuffled), ordered);
        const place = (name: string) => ordered.findIndex((each) => each.name === name);
        for (const each of files)
          for (const name of each.mentions)
            if (place(name) > place(each.name))
              assert.ok(leads(files, name, each.name), `${each.name} ${name}`);
      }),
    );
  });
});

const graphs = fc
  .uniqueArray(fc.constantFrom('a0', 'a1', 'b0', 'b1', 'c', 'd0', 'd10'), { minLength: 1 })
  .chain((chosen) =>
    fc.tuple(
      ...chosen.map((name) =>
        fc.record({
          name: fc.constant(name),
          rank: fc.nat(3),
          mentions: fc
            .subarray(chosen, { maxLength: Math.min(2, chosen.length) })
            .map((mentions) => new Set(mentions)),
        }),
      ),
    ),
  );

/** Whether following mentions leads from one to the other, looked for by trying all paths. */
function leads(
  files: readonly Configured[],
  from: string,
  to: string,
  seen: readonly string[] = [],
): boolean {
  if (from === to) return true;
  const mentions = files.find(({ name }) => name === from)?.mentions ?? new Set<string>();
  return [...mentions].some((next) => !seen.includes(next) && leads(files, next, to, [...seen, next]));
}

describe('what a file mentions', () => {
  it('are the words of its commands', () => {
    const lines = parseLines(
      '# !wm0\ndescription wm1\n!brconfig $int add wm2 add l2tp0;echo "l2tp1"\n!ip link add link eth0.5 name a\\\n_b-c\n',
    );
    const mentions = mentionsOf(lines);
    for (const name of ['wm2', 'l2tp0', 'l2tp1', 'eth0.5', 'a_b-c']) assert.ok(mentions.has(name), name);
    for (const name of ['wm0', 'wm1', 'eth0']) assert.ok(!mentions.has(name), name);
  });
});
