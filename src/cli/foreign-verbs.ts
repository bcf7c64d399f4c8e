/**
 * Verbs of ifconfig(8) that this project does not have: what tells one of them from a misspelt word.
 *
 * Source: ifconfig(8) of NetBSD 8, 9 and 10, and the keywords of the files of sbin/ifconfig that are named here.
 */

export interface ForeignVerb {
  /** Words that follow it. */
  readonly operands: number;
  /** Words that may follow those, any number of them, with the words that follow each. */
  readonly options?: Readonly<Record<string, number>>;
}

const plain = (...words: readonly string[]): [string, ForeignVerb][] =>
  words.map((word) => [word, { operands: 0 }]);
const withOperand = (...words: readonly string[]): [string, ForeignVerb][] =>
  words.map((word) => [word, { operands: 1 }]);
/** A word and its negation. */
const switches = (...words: readonly string[]): [string, ForeignVerb][] =>
  plain(...words.flatMap((word) => [word, `-${word}`]));

const checksums = ['ip4csum', 'tcp4csum', 'udp4csum', 'tcp6csum', 'udp6csum'];

/** By word; a word stands for the same in every release that has it. */
export const foreignVerbs: ReadonlyMap<string, ForeignVerb> = new Map<string, ForeignVerb>([
  // media.c: ifmedia(4)
  ...withOperand('media', 'mediaopt', '-mediaopt', 'mode', 'instance', 'inst'),
  // ifconfig.c: capabilities of an interface
  ...switches(...checksums.flatMap((word) => [word, `${word}-tx`, `${word}-rx`]), 'tso4', 'tso6'),
  // ether.c: capabilities of an Ethernet, since 9
  ...switches('vlan-hwfilter', 'vlan-hwtagging', 'eee'),
  // vlan.c
  ...withOperand('vlan', 'vlanif'),
  ...plain('-vlanif'),
  // carp.c
  ...withOperand('advbase', 'advskew', 'carpdev', 'pass', 'state', 'vhid'),
  ...plain('-carpdev'),
  // pfsync.c
  ...withOperand('maxupd', 'syncdev', 'syncpeer'),
  ...plain('-syncdev', '-syncpeer'),
  // agr.c
  ...withOperand('agrport', '-agrport'),
  // lagg.c, since 10
  ...withOperand('laggproto', '-laggport'),
  ...plain('-laggproto'),
  ['laggport', { operands: 1, options: { pri: 1 } }],
  ['laggportpri', { operands: 2 }],
  [
    'lagglacp',
    {
      operands: 0,
      options: {
        maxports: 1,
        '-maxports': 0,
        dumpdu: 0,
        '-dumpdu': 0,
        stopdu: 0,
        '-stopdu': 0,
        optimistic: 0,
        '-optimistic': 0,
        'multi-linkspeed': 0,
        '-multi-linkspeed': 0,
      },
    },
  ],
  ['laggfailover', { operands: 0, options: { 'rx-all': 0, '-rx-all': 0 } }],
  // ieee80211.c
  ...withOperand('ssid', 'nwid', 'nwkey', 'bssid', 'chan', 'frag', 'rts', 'powersavesleep', 'list'),
  ...plain('-nwkey', '-bssid', '-chan', '-frag', '-rts'),
  ...switches('hidessid', 'apbridge', 'powersave'),
  // af_atalk.c
  ...withOperand('phase', 'range'),
]);

/** How many of `words` the verb takes behind its own; null if they are too few. */
export function foreignOperands(
  { operands, options = {} }: ForeignVerb,
  words: readonly string[],
): number | null {
  let used = operands;
  for (;;) {
    const word = words[used];
    if (word === undefined || !Object.hasOwn(options, word)) break;
    used += 1 + (options[word] ?? 0);
  }
  return used <= words.length ? used : null;
}
