/** What is made on a NetBSD machine for conversations, and that it goes again; with an ifconfig that only keeps names. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { NetbsdStage, StageError } from './netbsd-stage';
import type { Run } from './programs';
import type { Result } from './result';

/** An ifconfig with these interfaces and cloners. */
class NamesOnly {
  readonly interfaces: Set<string>;
  readonly cloners: readonly string[];
  /** Every line that changes something. */
  readonly lines: string[] = [];

  constructor(interfaces: readonly string[], cloners: readonly string[]) {
    this.interfaces = new Set(interfaces);
    this.cloners = cloners;
  }

  readonly run: Run = (words) => Promise.resolve(this.#answer(words));

  #answer([name = '', verb = '', ...operands]: readonly string[]): Result {
    if (name === '-l') return said([...this.interfaces].join(' '));
    if (name === '-C') return said(this.cloners.join(' '));
    this.lines.push([name, verb, ...operands].join(' '));
    if (verb === 'create') this.interfaces.add(name);
    if (verb === 'destroy' && !this.interfaces.delete(name)) return { ...said(''), status: 1 };
    return said('');
  }
}

const said = (text: string): Result => ({ stdout: `${text}\n`, stderr: '', status: 0 });

const open = (ifconfig: NamesOnly) =>
  NetbsdStage.open({ ifconfig: ifconfig.run, release: 10, hasUsers: true });

test('Ethernet interfaces have free names, and leave with what commands have made', async () => {
  const ifconfig = new NamesOnly(['wm0', 'tap0', 'lo0'], ['bridge', 'tap', 'l2tp', 'vether']);
  const stage = await open(ifconfig);
  const names = await stage.reset(['ether0', 'ether1']);
  assert.deepEqual(
    names,
    new Map([
      ['ether0', 'tap1'],
      ['ether1', 'tap2'],
    ]),
  );
  for (const name of ['l2tp0', 'bridge7', 'gif0']) await ifconfig.run([name, 'create'], 'root');
  await stage.reset([]);
  assert.deepEqual(
    [...ifconfig.interfaces],
    ['wm0', 'tap0', 'lo0', 'gif0'],
    'what is not of conversations stays',
  );
  assert.deepEqual(await stage.reset(['ether0']), new Map([['ether0', 'tap1']]));
  await stage.close();
  assert.deepEqual([...ifconfig.interfaces], ['wm0', 'tap0', 'lo0', 'gif0']);
});

test('an shmif of a rump kernel has a file for its wire', async () => {
  const ifconfig = new NamesOnly(['lo0'], ['virt', 'lo', 'shmif', 'bridge', 'l2tp', 'carp']);
  const stage = await open(ifconfig);
  assert.deepEqual(await stage.reset(['ether0']), new Map([['ether0', 'shmif0']]));
  const [, wire = ''] = /^shmif0 linkstr (.*)$/.exec(ifconfig.lines[1] ?? '') ?? [];
  assert.ok(existsSync(dirname(wire)));
  await stage.close();
  assert.ok(!existsSync(dirname(wire)));
});

test('a machine that can make no Ethernet interface', async () => {
  const stage = await open(new NamesOnly(['lo0'], ['bridge', 'l2tp']));
  assert.equal(await stage.reset(['ether0']), 'no Ethernet interface can be made for it');
  assert.deepEqual(await stage.reset([]), new Map());
  await stage.close();
});

test('interfaces that conversations would disturb', async () => {
  await assert.rejects(open(new NamesOnly(['lo0', 'bridge0', 'l2tp3'], [])), (error) => {
    assert.ok(error instanceof StageError);
    assert.equal(error.message, 'bridge0, l2tp3: destroy them first, conversations use such names');
    return true;
  });
});
