/** The names of an interface's flags. */
import {
  IFF_UP,
  IFF_BROADCAST,
  IFF_DEBUG,
  IFF_LOOPBACK,
  IFF_POINTOPOINT,
  IFF_UNNUMBERED,
  IFF_RUNNING,
  IFF_NOARP,
  IFF_PROMISC,
  IFF_ALLMULTI,
  IFF_OACTIVE,
  IFF_SIMPLEX,
  IFF_LINK0,
  IFF_LINK1,
  IFF_LINK2,
  IFF_MULTICAST,
} from '../../native-structs';
import type { ReleaseTraits } from '../ioctl/release';
import type { BitNames } from './snprintb';

/** IFFBITS of <net/if.h>, but for one bit of which each release has thought otherwise. */
const names: BitNames = [
  [IFF_UP, 'UP'],
  [IFF_BROADCAST, 'BROADCAST'],
  [IFF_DEBUG, 'DEBUG'],
  [IFF_LOOPBACK, 'LOOPBACK'],
  [IFF_POINTOPOINT, 'POINTOPOINT'],
  [IFF_RUNNING, 'RUNNING'],
  [IFF_NOARP, 'NOARP'],
  [IFF_PROMISC, 'PROMISC'],
  [IFF_ALLMULTI, 'ALLMULTI'],
  [IFF_OACTIVE, 'OACTIVE'],
  [IFF_SIMPLEX, 'SIMPLEX'],
  [IFF_LINK0, 'LINK0'],
  [IFF_LINK1, 'LINK1'],
  [IFF_LINK2, 'LINK2'],
  [IFF_MULTICAST, 'MULTICAST'],
];

/** IFFBITS of a release's <net/if.h>, lowest bit first. */
export function interfaceFlagNames({ flag0x20 }: ReleaseTraits): BitNames {
  const above = names.findIndex(([bit]) => bit > IFF_UNNUMBERED);
  return flag0x20 === null ? names : names.toSpliced(above, 0, [IFF_UNNUMBERED, flag0x20]);
}
