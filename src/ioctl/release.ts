/** What NetBSD's releases answer differently: which request numbers each knows. Source: the headers' revisions. */
import type { IoctlName } from '../../native-structs';

/** A release, such as 9 and 2 for NetBSD 9.2. */
export interface Release {
  readonly major: number;
  readonly minor: number;
}

/** null if `text` is not `MAJOR.MINOR` of NetBSD 8 or later, the first that has l2tp(4). */
export function parseRelease(text: string): Release | null {
  const match = /^(\d{1,3})\.(\d{1,3})$/.exec(text);
  const major = Number(match?.[1]);
  return match && major >= 8 ? { major, minor: Number(match[2]) } : null;
}

/** Until 8.2 and 9.1 the numbers of l2tp(4)'s requests told the size of struct l2tp_req, since then struct ifreq's. */
function hasOldL2tpNumbers({ major, minor }: Release): boolean {
  return (major === 8 && minor < 3) || (major === 9 && minor < 2);
}

const l2tpRequest = /^SIOC[SD]L2TP[A-Z]+(_OLD)?$/;

/** Whether that release's kernel has heard of the request; otherwise it answers ENOTTY. */
export function isKnown(name: IoctlName, release: Release): boolean {
  const l2tp = l2tpRequest.exec(name);
  if (l2tp) return (l2tp[1] !== undefined) === hasOldL2tpNumbers(release);
  if (name.endsWith('_80')) return release.major === 8;
  if (name === 'SIOCGIFMEDIA' || name === 'SIOCSIFMEDIA' || name === 'SIOCSETHERCAP')
    return release.major >= 9;
  if (name === 'SIOCGIFDESCR' || name === 'SIOCSIFDESCR') return release.major >= 10;
  return true;
}
