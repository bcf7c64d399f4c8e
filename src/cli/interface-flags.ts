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
import type { BitNames } from './snprintb';

/** IFFBITS of <net/if.h>. */
export const interfaceFlagNames: BitNames = [
  [IFF_UP, 'UP'],
  [IFF_BROADCAST, 'BROADCAST'],
  [IFF_DEBUG, 'DEBUG'],
  [IFF_LOOPBACK, 'LOOPBACK'],
  [IFF_POINTOPOINT, 'POINTOPOINT'],
  [IFF_UNNUMBERED, 'UNNUMBERED'],
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
