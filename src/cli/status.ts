/** The status of one interface, as ifconfig prints it. */
import {
  AF_INET,
  AF_INET6,
  IFF_ALLMULTI,
  IFF_BROADCAST,
  IFF_DEBUG,
  IFF_LINK0,
  IFF_LINK1,
  IFF_LINK2,
  IFF_LOOPBACK,
  IFF_MULTICAST,
  IFF_NOARP,
  IFF_OACTIVE,
  IFF_POINTOPOINT,
  IFF_PROMISC,
  IFF_RUNNING,
  IFF_SIMPLEX,
  IFF_UNNUMBERED,
  IFF_UP,
  ioctlNumber,
  KernelError,
  structs,
} from '../../native-structs';
import type { Family } from './address-family';
import { orFail } from './errors';
import type { Options } from './ifconfig-options';
import { toKernelName } from './ifname';
import { interfaceData, linkStateName } from './interface-data';
import { sendIfreq } from './request';
import { snprintb, snprintbLines, type BitNames } from './snprintb';
import { statisticsLines } from './statistics';
import { inetAddressLines, linkAddressLines } from './status-addresses';
import type { Status } from './verb';
import { verbFamilies } from './verbs';
import { descriptionStatus, linkStringStatus } from './verbs/interface';

const IFF: BitNames = [
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

const IFCAP: BitNames = [
  [0x80, 'TSO4'],
  [0x100, 'IP4CSUM_Rx'],
  [0x200, 'IP4CSUM_Tx'],
  [0x400, 'TCP4CSUM_Rx'],
  [0x800, 'TCP4CSUM_Tx'],
  [0x1000, 'UDP4CSUM_Rx'],
  [0x2000, 'UDP4CSUM_Tx'],
  [0x4000, 'TCP6CSUM_Rx'],
  [0x8000, 'TCP6CSUM_Tx'],
  [0x10000, 'UDP6CSUM_Rx'],
  [0x20000, 'UDP6CSUM_Tx'],
  [0x40000, 'TSO6'],
  [0x80000, 'LRO'],
];

/** Characters behind the `=` at which the capabilities go on in another line. */
const capabilityWidth = 58;

async function heading({ session, kernel, ifname }: Status): Promise<string> {
  const flags = await orFail('status: getifinfo', sendIfreq(kernel, 'SIOCGIFFLAGS', ifname));
  let line = `${ifname}: flags=${snprintb(IFF, flags.ifr_ifru.ifru_flags & 0xffff)}`;
  try {
    const { ifr_ifru } = await sendIfreq(kernel, 'SIOCGIFMETRIC', ifname);
    if (ifr_ifru.ifru_metric !== 0) line += ` metric ${ifr_ifru.ifru_metric}`;
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    session.warn(`SIOCGIFMETRIC ${ifname}: ${error.message}`);
  }
  try {
    const { ifr_ifru } = await sendIfreq(kernel, 'SIOCGIFMTU', ifname);
    if (ifr_ifru.ifru_mtu !== 0) line += ` mtu ${ifr_ifru.ifru_mtu}`;
  } catch (error) {
    if (!(error instanceof KernelError)) throw error; // an interface without mtu shows none
  }
  return line;
}

async function capabilityLines({ kernel, ifname }: Status): Promise<readonly string[]> {
  const request = structs(kernel.abi, 'ifcapreq');
  const argument = request.make({ ifcr_name: toKernelName(ifname) });
  try {
    await kernel.ioctl(AF_INET, ioctlNumber(kernel.abi, 'SIOCGIFCAP'), argument);
  } catch (error) {
    if (error instanceof KernelError) return []; // a kernel that knows none
    throw error;
  }
  const { ifcr_capabilities, ifcr_capenable } = request.at(argument);
  if (ifcr_capabilities === 0n) return [];
  return [
    ...snprintbLines(IFCAP, ifcr_capabilities, capabilityWidth).map((line) => `capabilities=${line}`),
    ...snprintbLines(IFCAP, ifcr_capenable, capabilityWidth).map((line) => `enabled=${line}`),
  ];
}

/** Link state and counters, for -v and -z. */
async function dataLines(
  { kernel, ifname }: Status,
  { verbose, zero, humanize }: Options,
): Promise<{ readonly link: readonly string[]; readonly statistics: readonly string[] }> {
  if (!verbose && !zero) return { link: [], statistics: [] };
  const data = await interfaceData(kernel, ifname, zero ? 'SIOCZIFDATA' : 'SIOCGIFDATA');
  return {
    link: verbose ? [`linkstate: ${linkStateName(data.ifi_link_state)}`] : [],
    statistics: statisticsLines(data, humanize),
  };
}

/** Everything about one interface; `family` limits the address lines to its own. Throws CommandError. */
export async function statusText(status: Status, family: Family | null, options: Options): Promise<string> {
  const lines: string[] = [await heading(status)];
  const add = (more: readonly string[]): void => void lines.push(...more.map((line) => `\t${line}`));
  add(await capabilityLines(status));
  for (const verbFamily of verbFamilies) add((await verbFamily.status?.(status)) ?? []);
  add(await descriptionStatus(status));
  add(await linkAddressLines(status));
  add(await linkStringStatus(status));
  const { link, statistics } = await dataLines(status, options);
  add(link);
  add(statistics);
  if (family === null || family === 'inet') add(await inetAddressLines(status, AF_INET, options.lifetimes));
  if (family === null || family === 'inet6') add(await inetAddressLines(status, AF_INET6, options.lifetimes));
  return lines.map((line) => `${line}\n`).join('');
}
