/**
 * <sys/sockio.h>, <net/if_l2tp.h>, <netinet6/in6_var.h>: the interface ioctls and the struct that each carries.
 *
 * A name that ends in _OLD or _80 is the number that older releases knew; see the releases in abi.json.
 */
import type { Abi } from './abi';
import { structs, type StructName } from './structs';
import { request, type Direction } from './sys-ioccom';

const table = {
  SIOCSIFADDR: ['in', 12, 'ifreq'],
  SIOCGIFADDR: ['inout', 33, 'ifreq'],
  SIOCSIFDSTADDR: ['in', 14, 'ifreq'],
  SIOCGIFDSTADDR: ['inout', 34, 'ifreq'],
  SIOCSIFFLAGS: ['in', 16, 'ifreq'],
  SIOCGIFFLAGS: ['inout', 17, 'ifreq'],
  SIOCGIFBRDADDR: ['inout', 35, 'ifreq'],
  SIOCSIFBRDADDR: ['in', 19, 'ifreq'],
  SIOCGIFCONF: ['inout', 38, 'ifconf'],
  SIOCGIFNETMASK: ['inout', 37, 'ifreq'],
  SIOCSIFNETMASK: ['in', 22, 'ifreq'],
  SIOCGIFMETRIC: ['inout', 23, 'ifreq'],
  SIOCSIFMETRIC: ['in', 24, 'ifreq'],
  SIOCDIFADDR: ['in', 25, 'ifreq'],
  SIOCAIFADDR: ['in', 26, 'ifaliasreq'],
  SIOCGIFALIAS: ['inout', 27, 'ifaliasreq'],
  SIOCGIFAFLAG_IN: ['inout', 39, 'ifreq'],
  SIOCALIFADDR: ['in', 28, 'if_laddrreq'],
  SIOCGLIFADDR: ['inout', 29, 'if_laddrreq'],
  SIOCDLIFADDR: ['in', 30, 'if_laddrreq'],
  SIOCSIFADDRPREF: ['in', 31, 'if_addrprefreq'],
  SIOCGIFADDRPREF: ['inout', 32, 'if_addrprefreq'],
  SIOCADDMULTI: ['in', 49, 'ifreq'],
  SIOCDELMULTI: ['in', 50, 'ifreq'],
  SIOCSIFMEDIA: ['inout', 55, 'ifreq'],
  SIOCGIFMEDIA: ['inout', 56, 'ifmediareq'],
  SIOCSIFMEDIA_80: ['inout', 53, 'ifreq'],
  SIOCGIFMEDIA_80: ['inout', 54, 'ifmediareq'],
  SIOCSIFGENERIC: ['in', 57, 'ifreq'],
  SIOCGIFGENERIC: ['inout', 58, 'ifreq'],
  SIOCGL2TP: ['inout', 58, 'ifreq'],
  SIOCSIFPHYADDR: ['in', 70, 'ifaliasreq'],
  SIOCGIFPSRCADDR: ['inout', 71, 'ifreq'],
  SIOCGIFPDSTADDR: ['inout', 72, 'ifreq'],
  SIOCDIFPHYADDR: ['in', 73, 'ifreq'],
  SIOCSLIFPHYADDR: ['in', 74, 'if_laddrreq'],
  SIOCGLIFPHYADDR: ['inout', 75, 'if_laddrreq'],
  SIOCGIFDLT: ['inout', 119, 'ifreq'],
  SIOCGIFCAP: ['inout', 118, 'ifcapreq'],
  SIOCSIFCAP: ['in', 117, 'ifcapreq'],
  SIOCIFGCLONERS: ['inout', 120, 'if_clonereq'],
  SIOCIFDESTROY: ['in', 121, 'ifreq'],
  SIOCIFCREATE: ['in', 122, 'ifreq'],
  SIOCSDRVSPEC: ['in', 123, 'ifdrv'],
  SIOCGDRVSPEC: ['inout', 123, 'ifdrv'],
  SIOCGIFMTU: ['inout', 126, 'ifreq'],
  SIOCSIFMTU: ['in', 127, 'ifreq'],
  SIOCSVH: ['inout', 130, 'ifreq'],
  SIOCGVH: ['inout', 131, 'ifreq'],
  SIOCGIFDATA: ['inout', 133, 'ifdatareq'],
  SIOCZIFDATA: ['inout', 134, 'ifdatareq'],
  SIOCGLINKSTR: ['inout', 135, 'ifdrv'],
  SIOCSLINKSTR: ['in', 136, 'ifdrv'],
  SIOCGETHERCAP: ['inout', 139, 'eccapreq'],
  SIOCGIFINDEX: ['inout', 140, 'ifreq'],
  SIOCSETHERCAP: ['in', 141, 'eccapreq'],
  SIOCSIFDESCR: ['in', 142, 'ifreq'],
  SIOCGIFDESCR: ['inout', 143, 'ifreq'],
  SIOCSL2TPSESSION: ['in', 151, 'ifreq'],
  SIOCDL2TPSESSION: ['in', 152, 'ifreq'],
  SIOCSL2TPCOOKIE: ['in', 153, 'ifreq'],
  SIOCDL2TPCOOKIE: ['in', 154, 'ifreq'],
  SIOCSL2TPSTATE: ['in', 155, 'ifreq'],
  SIOCSL2TPSESSION_OLD: ['in', 151, 'l2tp_req'],
  SIOCDL2TPSESSION_OLD: ['in', 152, 'l2tp_req'],
  SIOCSL2TPCOOKIE_OLD: ['in', 153, 'l2tp_req'],
  SIOCDL2TPCOOKIE_OLD: ['in', 154, 'l2tp_req'],
  SIOCSL2TPSTATE_OLD: ['in', 155, 'l2tp_req'],
  SIOCSIFADDR_IN6: ['in', 12, 'in6_ifreq'],
  SIOCGIFADDR_IN6: ['inout', 33, 'in6_ifreq'],
  SIOCGIFDSTADDR_IN6: ['inout', 34, 'in6_ifreq'],
  SIOCGIFNETMASK_IN6: ['inout', 37, 'in6_ifreq'],
  SIOCDIFADDR_IN6: ['in', 25, 'in6_ifreq'],
  SIOCGIFPSRCADDR_IN6: ['inout', 71, 'in6_ifreq'],
  SIOCGIFPDSTADDR_IN6: ['inout', 72, 'in6_ifreq'],
  SIOCGIFAFLAG_IN6: ['inout', 73, 'in6_ifreq'],
  SIOCGIFALIFETIME_IN6: ['inout', 106, 'in6_ifreq'],
  SIOCAIFADDR_IN6: ['in', 107, 'in6_aliasreq'],
  SIOCSIFPHYADDR_IN6: ['in', 110, 'in6_aliasreq'],
} as const satisfies Readonly<Record<string, readonly [Direction, number, StructName]>>;

export type IoctlName = keyof typeof table;

export const ioctlNames = Object.keys(table).filter((name): name is IoctlName => name in table);

/** The struct that `name` carries. */
export const ioctlStruct = (name: IoctlName): StructName => table[name][2];

/** The request number of `name` on `abi`, unsigned 32 bits. */
export function ioctlNumber(abi: Abi, name: IoctlName): number {
  const [direction, num, struct] = table[name];
  return request(direction, 'i', num, structs(abi, struct).size);
}
