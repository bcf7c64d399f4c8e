/** up, down, and the other flags of an interface. */
import {
  IFF_DEBUG,
  IFF_LINK0,
  IFF_LINK1,
  IFF_LINK2,
  IFF_NOARP,
  IFF_UNNUMBERED,
  IFF_UP,
} from '../../../native-structs';
import { sendIfreq } from '../request';
import { verb, type Target, type Verb, type VerbFamily } from '../verb';

/** Flags that words set and clear. `arp` is the absence of NOARP. */
const table: readonly (readonly [word: string, set: number, clear: number])[] = [
  ['up', IFF_UP, 0],
  ['down', 0, IFF_UP],
  ['arp', 0, IFF_NOARP],
  ['-arp', IFF_NOARP, 0],
  ['debug', IFF_DEBUG, 0],
  ['-debug', 0, IFF_DEBUG],
  ['unnumbered', IFF_UNNUMBERED, 0],
  ['-unnumbered', 0, IFF_UNNUMBERED],
  ['link0', IFF_LINK0, 0],
  ['-link0', 0, IFF_LINK0],
  ['link1', IFF_LINK1, 0],
  ['-link1', 0, IFF_LINK1],
  ['link2', IFF_LINK2, 0],
  ['-link2', 0, IFF_LINK2],
];

/** ifr_flags is a short: the bits above 15 do not travel, bit 15 is its sign. */
const toShort = (flags: number): number => (flags << 16) >> 16;

async function changeFlags({ kernel, ifname }: Target, set: number, clear: number): Promise<void> {
  const { ifr_ifru } = await sendIfreq(kernel, 'SIOCGIFFLAGS', ifname);
  const flags = toShort((ifr_ifru.ifru_flags & ~clear) | set);
  await sendIfreq(kernel, 'SIOCSIFFLAGS', ifname, (ifreq) => (ifreq.ifr_ifru.ifru_flags = flags));
}

const flagVerb = ([word, set, clear]: (typeof table)[number]): Verb => {
  const one = verb([word], [], (target) => changeFlags(target, set, clear));
  return (set | clear) === IFF_UNNUMBERED ? { ...one, needs: 'unnumberedVerbs' } : one;
};

export const flags: VerbFamily = {
  verbs: table.map(flagVerb),
  usage: ({ unnumberedVerbs }) => [
    '[ up ] [ down ]',
    `[ arp | -arp ] [ debug | -debug ]${unnumberedVerbs ? ' [ unnumbered | -unnumbered ]' : ''}`,
    '[ link0 | -link0 ] [ link1 | -link1 ] [ link2 | -link2 ]',
  ],
};
