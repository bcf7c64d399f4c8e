/** Which lines go whole to NetBSD's own commands, before the kernel is asked for anything; and the refusals elsewhere. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { brconfig } from '../../src/cli/brconfig';
import type { Context } from '../../src/cli/command';
import { foreignOperands, foreignVerbs } from '../../src/cli/foreign-verbs';
import { ifconfig } from '../../src/cli/ifconfig';
import { ifconfigUsage } from '../../src/cli/ifconfig-usage';
import { verbFamilies } from '../../src/cli/verbs';
import { FakeKernel } from './fake-kernel';
import { run, runWords } from './run';

interface Outcome {
  /** The arguments that the stand-in got; null if it was not run. */
  readonly handedOver: readonly string[] | null;
  readonly kernel: FakeKernel;
  readonly stderr: string;
  readonly status: number;
}

/** Runs a command where NetBSD's own is at hand, which exits with 7. */
async function withNative(command: typeof ifconfig, argv: readonly string[]): Promise<Outcome> {
  const kernel = new FakeKernel().flags(0).refuse('SIOCGIFADDR', 'EADDRNOTAVAIL');
  let handedOver: readonly string[] | null = null;
  let stderr = '';
  const context: Context = {
    kernel: () => Promise.resolve(kernel),
    stdout: { write: () => undefined },
    stderr: { write: (text) => void (stderr += text) },
    resolveHost: () => Promise.resolve([]),
    native: () =>
      Promise.resolve({
        run(words) {
          handedOver = words;
          return Promise.resolve(7);
        },
      }),
  };
  const status = await command(argv, context);
  return { handedOver, kernel, stderr, status };
}

const lines = (text: string) => text.trim().split(/\s*\n\s*/);

suite("lines for NetBSD's own ifconfig", () => {
  const foreign = lines(`
    wm0 media autoselect
    wm0 inet 10.0.0.1/24 media autoselect
    wm0 media 1000baseT mediaopt full-duplex -mediaopt flow instance 0
    wm0 up mtu 1500 media autoselect frobnicate
    wm0 inet6 fe80::1%wm0 media autoselect
    l2tp0 create session 1 2 media autoselect
    l2tp0 session x 2 media autoselect
    wm0 description media media autoselect
    vlan0 create vlan 3 vlanif wm0
    vlan0 -vlanif
    carp0 vhid 1 pass lanpasswd 10.0.0.1 netmask 255.255.255.0
    pfsync0 syncdev wm1 up
    agr0 agrport wm0 -agrport wm1
    lagg0 laggproto lacp laggport wm0 pri 5
    iwm0 ssid home nwkey 0x1234567890 bssid 00:11:22:33:44:55
    wm0 tso4 -ip4csum-tx
    wm0 atalk 4.5
    wm0 atalk 4.5 range 4-4 phase 2
    l2tp0 atalk
    wm0
    wm0 inet6
    -v wm0
    -z wm0
    -m wm0
    -s wm0
    -a
    -a inet
    -av
    -m -a
    -u -a
  `);
  for (const line of [...foreign, ''])
    test(line || '(no words)', async () => {
      const argv = line === '' ? [] : line.split(' ');
      const { handedOver, kernel, stderr, status } = await withNative(ifconfig, argv);
      assert.deepEqual(handedOver, argv);
      assert.deepEqual([kernel.asked, stderr, status], [[], '', 7]);
    });

  const own = lines(`
    l2tp0
    -v l2tp0
    -m l2tp0
    -s bridge0
    l2tp0 inet
    l2tp0 create
    l2tp0 description media
    l2tp0 destroy media autoselect
    wm0 10.0.0.1
    wm0 up
    wm0 frobnicate
    wm0 mediaopts x
    l2tp0 session
    -l
    -C
    -l inet
    -x
  `);
  for (const line of own)
    test(`not ${line}`, async () => {
      const { handedOver } = await withNative(ifconfig, line.split(' '));
      assert.equal(handedOver, null);
    });

  test('any foreign verb anywhere among words of ours, whatever they are', async () => {
    const ours = fc.constantFrom(
      ['up'],
      ['10.0.0.1'],
      ['mtu', '1500'],
      ['session', '1', '2'],
      ['descr', 'x'],
    );
    const theirs = fc.constantFrom(...foreignVerbs.keys());
    await fc.assert(
      fc.asyncProperty(fc.array(ours, { maxLength: 4 }), theirs, fc.string(), async (before, word, after) => {
        const argv = ['wm0', ...before.flat(), word, after];
        const { handedOver, kernel } = await withNative(ifconfig, argv);
        assert.deepEqual([handedOver, kernel.asked], [argv, []]);
      }),
    );
  });

  test('no verb is both', () => {
    const words = verbFamilies.flatMap(({ verbs }) => verbs.flatMap((verb) => verb.words));
    assert.deepEqual(
      words.filter((word) => foreignVerbs.has(word)),
      [],
    );
  });
});

suite("lines for NetBSD's own brconfig", () => {
  for (const line of [
    'bridge0 protect wm0',
    'bridge0 add wm0 up -protect wm0',
    'bridge0 static wm0 up frobnicate',
  ])
    test(line, async () => {
      const argv = line.split(' ');
      const { handedOver, kernel, stderr, status } = await withNative(brconfig, argv);
      assert.deepEqual([handedOver, kernel.asked, stderr, status], [argv, [], '', 7]);
    });
  for (const line of ['bridge0', 'bridge0 up', 'bridge0 add protect', '-a', 'wm0 protect wm0', 'bridge0 add'])
    test(`not ${line}`, async () => {
      assert.equal((await withNative(brconfig, line.split(' '))).handedOver, null);
    });
});

suite('where NetBSD’s own ifconfig is not', () => {
  const refused: readonly (readonly [line: string, word: string])[] = [
    ['wm0 media autoselect', 'media'],
    ['l2tp0 create up media autoselect', 'media'],
    ['wm0 inet 10.0.0.1/24 -mediaopt x up', '-mediaopt'],
    ['vlan0 vlan 3 vlanif wm0', 'vlan'],
    ['lagg0 lagglacp maxports 2 -dumpdu laggport wm0 pri 5 up', 'lagglacp'],
    ['wm0 -tso6', '-tso6'],
    ['l2tp0 atalk 4.5', 'atalk'],
    ['l2tp0 atalk 4.5 range 4-4', 'atalk'],
    ['l2tp0 phase 2', 'phase'],
  ];
  for (const [line, word] of refused)
    test(`${line}: ${word} is refused, and nothing is asked`, async () => {
      const kernel = new FakeKernel();
      const stderr = `ifconfig: ${word}: Operation not supported\n`;
      assert.deepEqual(await runWords(kernel, line), { stdout: '', stderr, status: 1 });
      assert.deepEqual(kernel.asked, []);
    });

  const misspelt = lines(`
    wm0 media
    wm0 medai autoselect
    wm0 media autoselect frobnicate
    wm0 session x 1 media autoselect
    wm0 lagglacp maxports
    wm0 dumpdu
    wm0 -media autoselect
    wm0 pri 5
  `);
  for (const line of misspelt)
    test(`${line}: usage`, async () => {
      const kernel = new FakeKernel();
      assert.deepEqual(await runWords(kernel, line), { stdout: '', stderr: ifconfigUsage(), status: 1 });
      assert.deepEqual(kernel.asked, []);
    });

  test('the limit of 32 words comes first', async () => {
    const argv = ['wm0', ...Array.from({ length: 31 }, () => 'up'), 'tso4'];
    assert.equal((await run(new FakeKernel(), argv)).stderr, ifconfigUsage());
  });
});

test('operands of a foreign verb', () => {
  const count = (word: string, ...words: string[]) => foreignOperands(foreignVerbs.get(word)!, words);
  assert.equal(count('media', 'auto', 'up'), 1);
  assert.equal(count('media'), null);
  assert.equal(count('tso4', 'up'), 0);
  assert.equal(count('laggport', 'wm0', 'up'), 1);
  assert.equal(count('laggport', 'wm0', 'pri', '5', 'up'), 3);
  assert.equal(count('laggport', 'wm0', 'pri'), null);
  assert.equal(count('lagglacp', 'maxports', '2', 'stopdu', 'up'), 3);
});
