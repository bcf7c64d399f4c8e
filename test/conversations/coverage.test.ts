/** What the conversations are about, all together: every verb, option, bridge command, request and error there is. */
import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import * as netbsd from '../../native-structs';
import { verbs as bridgeVerbs } from '../../src/cli/brconfig-verbs';
import { verbFamilies } from '../../src/cli/verbs';
import type { Exchange } from './conversation';
import { hold, type Held } from './emulated';
import { readConversations } from './parse';

const conversations = readConversations();
const exchanges = conversations
  .flatMap(({ steps }) => steps)
  .filter((step): step is Exchange => step.kind === 'exchange');

/** Words that `program` was given behind its options and the interface. */
const wordsOf = (program: Exchange['program']): ReadonlySet<string> =>
  new Set(
    exchanges
      .filter((exchange) => exchange.program === program && !exchange.words[0]?.startsWith('-'))
      .flatMap(({ words }) => words.slice(1)),
  );

const missingFrom = (there: ReadonlySet<string>, wanted: readonly string[]): readonly string[] =>
  wanted.filter((word) => !there.has(word));

/** Messages of the facts (sections 2, 3 and 7) and of the observation; `E` is any strerror(3), capitals are words. */
const errors: readonly string[] = [
  'ifconfig: -A is deprecated',
  'ifconfig: W: not a number',
  'ifconfig: exec_matches: E',
  'ifconfig: clone_command: E',
  'ifconfig: SIOCSLIFPHYADDR: E',
  'ifconfig: SIOCDIFPHYADDR: E',
  'ifconfig: SIOCSIFMTU: E',
  'ifconfig: SIOCSIFMETRIC: E',
  'ifconfig: SIOCSIFDESCR: E',
  'ifconfig: description too long: E',
  'ifconfig: strings too long',
  'ifconfig: SIOCSLINKSTR: E',
  'ifconfig: not a broadcast interface',
  'ifconfig: source and destination address families do not match',
  'ifconfig: scope mismatch',
  'ifconfig: tunnel src/dst is multicast',
  'ifconfig: SIOCGIFFLAGS W: Device not configured',
  'ifconfig: commit_address: getifflags: Device not configured',
  "ifconfig: SIOCGIFADDR: Can't assign requested address",
  'ifconfig: SIOCAIFADDR: E',
  'ifconfig: SIOCAIFADDR_IN6: E',
  'ifconfig: SIOCDIFADDR: E',
  'ifconfig: inet6 address lifetime not allowed for the AF',
  'ifconfig: prefixlen_to_mask: Invalid argument',
  'ifconfig: Cannot copy string; W chars needed W provided: File name too long',
  'brconfig: W is not a bridge',
  'brconfig: unable to get interface flags: Device not configured',
  'brconfig: unable to set interface flags: E',
  'brconfig: unable to get bridge flags: E',
  'brconfig: unable to set bridge flags: E',
  'brconfig: unknown command: W',
  'brconfig: unknown option -- W',
  'brconfig: command W requires 1 argument',
  'brconfig: command W requires 2 arguments',
  'brconfig: W: invalid value: W',
  'brconfig: W: invalid address: W',
  'brconfig: W: E',
  'brconfig: add W: E',
  'brconfig: delete W: E',
  'brconfig: static W W: E',
  'brconfig: deladdr W: E',
  'brconfig: hellotime W: E',
];

/** What the kernel can say to these commands, by the table of facts 3 and 5 to 7. */
const strerrors: readonly string[] = [
  'File exists',
  'Invalid argument',
  'Device not configured',
  'Operation not permitted',
  'Inappropriate ioctl for device',
  'No such file or directory',
  "Can't assign requested address",
  'Device busy',
];

const printed = exchanges.flatMap(({ answers }) => answers.flatMap(({ stderr }) => stderr));

const pattern = (message: string): RegExp =>
  new RegExp(
    `^${message
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replace(/\bW\b/g, '\\S+')
      .replace(/\bE$/, `(?:${strerrors.join('|')}|File name too long)`)}$`,
  );

test('there are several hundred exchanges', () =>
  assert.ok(exchanges.length >= 400, String(exchanges.length)));

suite('among the words of the exchanges', () => {
  test("is every verb of ifconfig's", () => {
    const verbs = verbFamilies.flatMap((family) => family.verbs.flatMap(({ words }) => words));
    assert.deepEqual(missingFrom(wordsOf('ifconfig'), [...verbs, 'create', 'destroy', 'preference']), []);
  });

  test("is every command of brconfig's", () => {
    const verbs = bridgeVerbs.flatMap(({ words }) => words);
    assert.deepEqual(missingFrom(wordsOf('brconfig'), verbs), []);
  });

  test('is every option', () => {
    const options = exchanges.flatMap(({ words }) => {
      const end = words.findIndex((word) => !word.startsWith('-'));
      return words.slice(0, end < 0 ? words.length : end);
    });
    const wanted = Array.from('AabCdhlNsuvWwzLm');
    assert.deepEqual(missingFrom(new Set(options.flatMap((word) => Array.from(word))), wanted), []);
  });

  test('is every address family', () => {
    assert.deepEqual(missingFrom(wordsOf('ifconfig'), ['inet', 'inet6', 'atalk', 'link']), []);
  });
});

suite('among the errors expected', () => {
  for (const message of errors)
    test(message, () => assert.ok(printed.some((line) => pattern(message).test(line))));
  for (const message of strerrors)
    test(message, () => assert.ok(printed.some((line) => line.endsWith(`: ${message}`))));
  test('the usage text', () => assert.ok(printed.includes('{usage}')));
});

suite('among what the kernel was asked', () => {
  let held: readonly Held[] = [];
  before(async () => {
    held = (await Promise.all(conversations.map(hold))).flat();
  });

  /** BRDGSFILT is not sent to a kernel without packet filter; the dry run shows it. */
  const unsent = ['BRDGSFILT'];

  test("is every command of bridge(4)'s that is not a past form", () => {
    const sent = new Set(held.flatMap(({ asked }) => asked.bridgeCommands));
    const missing = Object.entries(netbsd)
      .filter(([name, value]) => name.startsWith('BRDG') && typeof value === 'number' && !sent.has(value))
      .map(([name]) => name);
    assert.deepEqual(missing, unsent);
  });

  test("is every request of ifconfig's verbs", () => {
    const sent = new Set(held.flatMap(({ asked }) => asked.ioctls.map((line) => line.split(' ')[0] ?? '')));
    const wanted = [
      ...[
        'SIOCIFCREATE',
        'SIOCIFDESTROY',
        'SIOCIFGCLONERS',
        'SIOCSLIFPHYADDR',
        'SIOCDIFPHYADDR',
        'SIOCGLIFPHYADDR',
      ],
      ...[
        'SIOCSL2TPSESSION',
        'SIOCDL2TPSESSION',
        'SIOCSL2TPSTATE',
        'SIOCSL2TPCOOKIE',
        'SIOCDL2TPCOOKIE',
        'SIOCGL2TP',
      ],
      ...['SIOCGIFFLAGS', 'SIOCSIFFLAGS', 'SIOCGIFMTU', 'SIOCSIFMTU', 'SIOCGIFMETRIC', 'SIOCSIFMETRIC'],
      ...['SIOCGIFDESCR', 'SIOCSIFDESCR', 'SIOCGIFDATA', 'SIOCZIFDATA', 'SIOCSLINKSTR', 'SIOCGIFINDEX'],
      ...[
        'SIOCGIFADDR',
        'SIOCAIFADDR',
        'SIOCDIFADDR',
        'SIOCGIFADDR_IN6',
        'SIOCAIFADDR_IN6',
        'SIOCDIFADDR_IN6',
      ],
      ...['SIOCSIFADDRPREF', 'SIOCGIFADDRPREF', 'SIOCGIFALIFETIME_IN6', 'SIOCSDRVSPEC', 'SIOCGDRVSPEC'],
    ];
    assert.deepEqual(missingFrom(sent, wanted), []);
  });
});

test('answers of every provenance are there, and more are observed or stated than not', () => {
  const count = (...wanted: readonly string[]) =>
    exchanges.flatMap(({ answers }) => answers).filter(({ mark }) => wanted.includes(mark.provenance)).length;
  for (const provenance of ['observed', 'stated', 'D', 'U']) assert.ok(count(provenance) > 0, provenance);
  assert.ok(count('observed', 'stated') > 5 * count('D', 'U'));
});
