/** The address lines of an interface's status: link layer, inet, inet6. */
import {
  AF_INET,
  AF_INET6,
  AF_LINK,
  IFF_BROADCAST,
  IFF_POINTOPOINT,
  IFLR_ACTIVE,
  IFLR_PREFIX,
  ioctlNumber,
  KernelError,
  structs,
} from '../../native-structs';
import type { IfAddr } from '../ioctl/kernel';
import { formatLinkAddress } from './address-text';
import type { InetFamily } from './address-operand';
import { refusedWith } from './errors';
import { toKernelName } from './ifname';
import { snprintb, type BitNames } from './snprintb';
import { decodeInet, decodeLink, embedScope, encodeInet, extractScope } from './socket-address';
import type { InetAddress } from './socket-address';
import type { Status } from './verb';

const IN_IFF: BitNames = [
  [0x1, 'TENTATIVE'],
  [0x2, 'DUPLICATED'],
  [0x4, 'DETACHED'],
  [0x8, 'TRYTENTATIVE'],
];
const IN6_IFF: BitNames = [
  [0x1, 'ANYCAST'],
  [0x2, 'TENTATIVE'],
  [0x4, 'DUPLICATED'],
  [0x8, 'DETACHED'],
  [0x10, 'DEPRECATED'],
  [0x20, 'NODAD'],
  [0x40, 'AUTOCONF'],
  [0x80, 'TEMPORARY'],
];

/** Bits before the first zero; null if ones come after it. */
export function prefixLength(mask: Uint8Array): number | null {
  const bits = Array.from(mask, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const ones = bits.indexOf('0');
  if (ones < 0) return bits.length;
  return bits.includes('1', ones) ? null : ones;
}

/** The bytes of a netmask, whose socket address may be cut off behind its last byte that is not zero. */
function maskBytes(family: InetFamily, netmask: Buffer | null): Buffer {
  const [start, size] = family === AF_INET ? [4, 4] : [8, 16];
  const bytes = Buffer.alloc(size);
  netmask?.subarray(start, start + size).copy(bytes);
  return bytes;
}

const own = (status: Status): readonly IfAddr[] =>
  status.addresses.filter(({ name }) => name === status.ifname);

/** `address: aa:bb:...` for the active link-layer address, `link aa:bb:...` for each other, by `active`. */
export async function linkAddressLines(status: Status, active: boolean): Promise<readonly string[]> {
  const links = own(status).flatMap(({ addr }) => {
    const link = addr && decodeLink(status.kernel.abi, addr);
    return addr && link && link.address.length > 0 ? [{ addr, link }] : [];
  });
  const lines: string[] = [];
  for (const { addr, link } of links) {
    // of one address it need not be asked
    const isUsed = links.length === 1 || (await isActive(status, addr, link.address.length));
    if (isUsed === active) lines.push(`${active ? 'address:' : 'link'} ${formatLinkAddress(link.address)}`);
  }
  return lines;
}

/** Of several link-layer addresses, whether this is the one in use. */
async function isActive({ kernel, ifname }: Status, addr: Buffer, length: number): Promise<boolean> {
  const request = structs(kernel.abi, 'if_laddrreq');
  const argument = request.make({
    iflr_name: toKernelName(ifname),
    flags: IFLR_PREFIX,
    prefixlen: length * 8,
  });
  addr.copy(argument, request.fields.addr.offset);
  await kernel.ioctl(AF_LINK, ioctlNumber(kernel.abi, 'SIOCGLIFADDR'), argument);
  return (request.at(argument).flags & IFLR_ACTIVE) !== 0;
}

/** The preference of an address; 0 where there is none. */
async function preferenceOf({ session, kernel, ifname }: Status, address: InetAddress): Promise<number> {
  const request = structs(kernel.abi, 'if_addrprefreq');
  const argument = request.make({ ifap_name: toKernelName(ifname) });
  encodeInet(kernel.abi, embedScope(address)).copy(argument, request.fields.ifap_addr.offset);
  try {
    await kernel.ioctl(address.family, ioctlNumber(kernel.abi, 'SIOCGIFADDRPREF'), argument);
  } catch (error) {
    if (refusedWith(error, 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENOTTY')) return 0;
    if (!(error instanceof KernelError)) throw error;
    session.warn(`SIOCGIFADDRPREF: ${error.message}`);
    return 0;
  }
  return request.at(argument).ifap_preference;
}

async function otherEnd(status: Status, entry: IfAddr): Promise<string> {
  const other = entry.dstaddr && decodeInet(status.kernel.abi, entry.dstaddr);
  return other ? await status.formatAddress(extractScope(other)) : '';
}

async function inetLine(status: Status, entry: IfAddr, address: InetAddress): Promise<string> {
  const mask = maskBytes(AF_INET, entry.netmask);
  const length = prefixLength(mask);
  let line = `inet ${await status.formatAddress(address)}`;
  if (length !== null) line += `/${length}`;
  if (entry.flags & IFF_POINTOPOINT) line += ` -> ${await otherEnd(status, entry)}`;
  if (length === null) line += ` netmask 0x${mask.readUInt32BE(0).toString(16)}`;
  if (entry.flags & IFF_BROADCAST) line += ` broadcast ${await otherEnd(status, entry)}`;
  return `${line} flags ${snprintb(IN_IFF, entry.addrflags, status.session.traits.noBits)}`;
}

/** What is left until `time`, in seconds; 0 stands for no limit. */
function remaining(time: bigint): string {
  if (time === 0n) return 'infty';
  const left = time - BigInt(Math.floor(Date.now() / 1000));
  return String(left > 0n ? left : 0n);
}

async function lifetimes({ session, kernel, ifname }: Status, address: InetAddress): Promise<string> {
  const request = structs(kernel.abi, 'in6_ifreq');
  const argument = request.make({ ifr_name: toKernelName(ifname) });
  encodeInet(kernel.abi, embedScope(address)).copy(argument, request.fields.ifr_ifru.offset);
  try {
    await kernel.ioctl(AF_INET6, ioctlNumber(kernel.abi, 'SIOCGIFALIFETIME_IN6'), argument);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    if (!refusedWith(error, 'EADDRNOTAVAIL')) session.warn(`SIOCGIFALIFETIME_IN6: ${error.message}`);
    return '';
  }
  const { ia6t_preferred, ia6t_expire } = request.at(argument).ifr_ifru.ifru_lifetime;
  if (ia6t_preferred === 0n && ia6t_expire === 0n) return '';
  return ` pltime ${remaining(ia6t_preferred)} vltime ${remaining(ia6t_expire)}`;
}

async function inet6Line(
  status: Status,
  entry: IfAddr,
  address: InetAddress,
  withLifetimes: boolean,
): Promise<string> {
  const length = prefixLength(maskBytes(AF_INET6, entry.netmask)) ?? 0;
  let line = `inet6 ${await status.formatAddress(address)}/${length}`;
  if (entry.flags & IFF_POINTOPOINT) line += ` -> ${await otherEnd(status, entry)}`;
  line += ` flags ${snprintb(IN6_IFF, entry.addrflags, status.session.traits.noBits)}`;
  if (address.scope !== 0) line += ` scopeid 0x${address.scope.toString(16)}`;
  return withLifetimes ? line + (await lifetimes(status, address)) : line;
}

/** One line for each address of `family`. */
export async function inetAddressLines(
  status: Status,
  family: InetFamily,
  withLifetimes: boolean,
): Promise<readonly string[]> {
  const lines: { text: string; preference: number }[] = [];
  for (const entry of own(status)) {
    const address = entry.addr && decodeInet(status.kernel.abi, entry.addr);
    if (address?.family !== family) continue;
    const scoped = extractScope(address);
    lines.push({
      text:
        family === AF_INET
          ? await inetLine(status, entry, scoped)
          : await inet6Line(status, entry, scoped, withLifetimes),
      preference: await preferenceOf(status, address),
    });
  }
  const show = lines.some(({ preference }) => preference !== 0);
  return lines.map(({ text, preference }) => (show ? `${text} preference ${preference}` : text));
}
