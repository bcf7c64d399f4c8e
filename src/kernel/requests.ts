/** Request numbers by name, as NetBSD 10 on amd64 knows them, and which of them are for root alone. */
import { abi, ioctlNames, ioctlNumber, type IoctlName } from '../../native-structs';

/** The data model in which the emulated kernel is spoken to, whatever the host. */
export const kernelAbi = abi('amd64');

/** Numbers of older releases, which NetBSD 10 does not know; and one that SIOCGL2TP is another name for. */
const isKnown = (name: IoctlName) => !/_(OLD|80)$/.test(name) && name !== 'SIOCGIFGENERIC';

const names: ReadonlyMap<number, IoctlName> = new Map(
  ioctlNames.filter(isKnown).map((name) => [ioctlNumber(kernelAbi, name), name]),
);

/** The name of a request number; undefined if NetBSD 10 knows none. */
export const requestName = (number: number): IoctlName | undefined => names.get(number);

/**
 * Requests that doifioctl() refuses to all but root before any driver sees them (kauth(9),
 * KAUTH_REQ_NETWORK_INTERFACE_SETPRIV). NetBSD forgets the five of l2tp(4), and SIOCSIFADDR and SIOCSIFDSTADDR where
 * the driver answers them; they are here all the same. Other changes of addresses are checked by the protocol family.
 */
const privileged: ReadonlySet<IoctlName> = new Set<IoctlName>([
  'SIOCIFCREATE',
  'SIOCIFDESTROY',
  'SIOCSIFFLAGS',
  'SIOCSIFMETRIC',
  'SIOCSIFMTU',
  'SIOCSIFCAP',
  'SIOCSIFDESCR',
  'SIOCZIFDATA',
  'SIOCSIFMEDIA',
  'SIOCSIFGENERIC',
  'SIOCSETHERCAP',
  'SIOCSLINKSTR',
  'SIOCSVH',
  'SIOCSDRVSPEC',
  'SIOCADDMULTI',
  'SIOCDELMULTI',
  'SIOCSIFADDR',
  'SIOCSIFDSTADDR',
  'SIOCALIFADDR',
  'SIOCDLIFADDR',
  'SIOCSIFADDRPREF',
  'SIOCSLIFPHYADDR',
  'SIOCSIFPHYADDR',
  'SIOCSIFPHYADDR_IN6',
  'SIOCDIFPHYADDR',
  'SIOCSL2TPSESSION',
  'SIOCDL2TPSESSION',
  'SIOCSL2TPCOOKIE',
  'SIOCDL2TPCOOKIE',
  'SIOCSL2TPSTATE',
]);

export const isPrivileged = (name: IoctlName): boolean => privileged.has(name);
