/** NetBSD's releases from 8 on, the first with l2tp(4): in one table, where they differ for who asks the kernel. */
import type { IoctlName } from '../../native-structs';

/** A release, such as 9 and 2 for NetBSD 9.2. */
export interface Release {
  readonly major: number;
  readonly minor: number;
}

/** What one release answers, and what its ifconfig(8) understands and prints. */
export interface ReleaseTraits {
  /** The struct whose size is in the numbers of l2tp(4)'s requests; what travels is a struct ifreq in any case. */
  readonly l2tpNumbers: 'l2tp_req' | 'ifreq';
  /** Numbers of the media requests: 53 and 54, or 55 and 56. */
  readonly mediaRequest: 'SIOCGIFMEDIA_80' | 'SIOCGIFMEDIA';
  /** Whether Ethernet capabilities can be set. */
  readonly setEthercap: boolean;
  /** Whether interfaces have descriptions: the requests, the verbs and the status line. */
  readonly descriptions: boolean;
  /** Whether there are the verbs `unnumbered` and `-unnumbered`. */
  readonly unnumberedVerbs: boolean;
  /** What the interface flag 0x20 is called; null: it is shown only in the number. */
  readonly flag0x20: 'NOTRAILERS' | 'UNNUMBERED' | null;
  /** What -s asks about the link: the media's status or the interface's link state. */
  readonly carrier: 'media' | 'link-state';
  /** Whether -v prints the line `linkstate:`. */
  readonly linkStateLine: boolean;
  /** How snprintb(3) writes no bits at all. */
  readonly noBits: '0x0' | '0';
  /** What stands before the hexadecimal digits of capabilities. */
  readonly capabilityPrefix: '' | '0x';
}

const netbsd8: ReleaseTraits = {
  l2tpNumbers: 'l2tp_req',
  mediaRequest: 'SIOCGIFMEDIA_80',
  setEthercap: false,
  descriptions: false,
  unnumberedVerbs: false,
  flag0x20: 'NOTRAILERS',
  carrier: 'media',
  linkStateLine: false,
  noBits: '0x0',
  capabilityPrefix: '',
};
const netbsd9: ReleaseTraits = {
  ...netbsd8,
  mediaRequest: 'SIOCGIFMEDIA',
  setEthercap: true,
  flag0x20: null,
};
const netbsd10: ReleaseTraits = {
  ...netbsd9,
  l2tpNumbers: 'ifreq',
  descriptions: true,
  unnumberedVerbs: true,
  flag0x20: 'UNNUMBERED',
  carrier: 'link-state',
  linkStateLine: true,
  noBits: '0',
  capabilityPrefix: '0x',
};

/** Each row holds from its release on, oldest first. Source: the revisions of ifconfig(8), if.h, sockio.h, if_l2tp.h. */
const table: readonly (readonly [since: Release, traits: ReleaseTraits])[] = [
  [{ major: 8, minor: 0 }, netbsd8],
  [
    { major: 8, minor: 3 },
    { ...netbsd8, l2tpNumbers: 'ifreq' },
  ],
  [{ major: 9, minor: 0 }, netbsd9],
  [
    { major: 9, minor: 2 },
    { ...netbsd9, l2tpNumbers: 'ifreq' },
  ],
  [{ major: 10, minor: 0 }, netbsd10],
];

/** What the emulated kernel presents, and what is taken where no release is known. */
export const newestRelease: Release = { major: 10, minor: 0 };

/** N.99 is the development that led to N+1. */
const developmentMinor = 99;

const isSince = (release: Release, since: Release): boolean =>
  release.major > since.major || (release.major === since.major && release.minor >= since.minor);

/** The row of the table for `release`; that of 8.0 for anything older. */
export function traitsOf({ major, minor }: Release): ReleaseTraits {
  const release = minor >= developmentMinor ? { major: major + 1, minor: 0 } : { major, minor };
  return table.findLast(([since]) => isSince(release, since))?.[1] ?? netbsd8;
}

/** null if `text` is not `MAJOR.MINOR` of NetBSD 8 or later, the first that has l2tp(4). */
export function parseRelease(text: string): Release | null {
  const match = /^(\d{1,3})\.(\d{1,3})$/.exec(text);
  const major = Number(match?.[1]);
  return match && major >= 8 ? { major, minor: Number(match[2]) } : null;
}

/** The release in what uname(3) says of a kernel (`9.3_STABLE`, `10.99.12`); the newest if there is none. */
export function releaseOfKernel(text: string): Release {
  return parseRelease(/^\d+\.\d+/.exec(text)?.[0] ?? '') ?? newestRelease;
}

const l2tpRequest = /^SIOC[SD]L2TP[A-Z]+(_OLD)?$/;

/** Whether that release's kernel has heard of the request; otherwise it answers ENOTTY. */
export function isKnown(name: IoctlName, release: Release): boolean {
  const traits = traitsOf(release);
  const l2tp = l2tpRequest.exec(name);
  if (l2tp) return (l2tp[1] === undefined) === (traits.l2tpNumbers === 'ifreq');
  if (/^SIOC[GS]IFMEDIA/.test(name)) return name.endsWith('_80') === traits.mediaRequest.endsWith('_80');
  if (name === 'SIOCSETHERCAP') return traits.setEthercap;
  if (name === 'SIOCGIFDESCR' || name === 'SIOCSIFDESCR') return traits.descriptions;
  return true;
}
