/** The status of one interface, as ifconfig prints it. */
import { AF_INET, AF_INET6, ioctlNumber, KernelError, structs } from '../../native-structs';
import type { Family } from './address-family';
import type { Options } from './ifconfig-options';
import { toKernelName } from './ifname';
import { interfaceFlagNames } from './interface-flags';
import { interfaceData, linkStateName } from './interface-data';
import { sendIfreq } from './request';
import { bitLines, snprintb, type BitNames } from './snprintb';
import { statisticsLines } from './statistics';
import { inetAddressLines, linkAddressLines } from './status-addresses';
import type { Status } from './verb';
import { verbFamilies } from './verbs';
import { descriptionStatus, linkStringStatus } from './verbs/interface';

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

async function metric({ session, kernel, ifname }: Status): Promise<string> {
  try {
    const { ifr_ifru } = await sendIfreq(kernel, 'SIOCGIFMETRIC', ifname);
    return ifr_ifru.ifru_metric === 0 ? '' : ` metric ${ifr_ifru.ifru_metric}`;
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    session.warn(`SIOCGIFMETRIC ${ifname}: ${error.message}`);
    return '';
  }
}

async function mtu({ kernel, ifname }: Status): Promise<string> {
  try {
    const { ifr_ifru } = await sendIfreq(kernel, 'SIOCGIFMTU', ifname);
    return ifr_ifru.ifru_mtu === 0 ? '' : ` mtu ${ifr_ifru.ifru_mtu}`;
  } catch (error) {
    if (error instanceof KernelError) return ''; // an interface without mtu shows none
    throw error;
  }
}

async function heading(status: Status): Promise<string> {
  const { flags = 0 } = status.addresses.find(({ name }) => name === status.ifname) ?? {};
  const numbers = await together([metric(status), mtu(status)]);
  const { traits } = status.session;
  const text = snprintb(interfaceFlagNames(traits), flags & 0xffff, traits.noBits);
  return `${status.ifname}: flags=${text}${numbers.join('')}`;
}

async function capabilityLines({ session, kernel, ifname }: Status): Promise<readonly string[]> {
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
  const { traits } = session;
  return [
    ...bitLines('capabilities', IFCAP, ifcr_capabilities, capabilityWidth, traits),
    ...bitLines('enabled', IFCAP, ifcr_capenable, capabilityWidth, traits),
  ];
}

/** Link state and counters, for -v and -z. */
async function dataLines(
  { session, kernel, ifname }: Status,
  { verbose, zero, humanize }: Options,
): Promise<{ readonly link: readonly string[]; readonly statistics: readonly string[] }> {
  if (!verbose && !zero) return { link: [], statistics: [] };
  const data = await interfaceData(kernel, ifname, zero ? 'SIOCZIFDATA' : 'SIOCGIFDATA');
  return {
    link: verbose && session.traits.linkStateLine ? [`linkstate: ${linkStateName(data.ifi_link_state)}`] : [],
    statistics: statisticsLines(data, humanize),
  };
}

/**
 * The results of requests that were sent without waiting for each other. The first failure is thrown when all are
 * over, so that none is left under way.
 */
async function together<T>(requests: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(requests);
  return Promise.all(requests);
}

/** Everything about one interface; `family` limits the address lines to its own. Throws CommandError. */
export async function statusText(status: Status, family: Family | null, options: Options): Promise<string> {
  const shown = (one: Family) => family === null || family === one;
  const data = dataLines(status, options);
  const [head = [], ...sections] = await together([
    heading(status).then((line) => [line]),
    capabilityLines(status),
    ...verbFamilies.flatMap((verbFamily) => verbFamily.status?.(status) ?? []),
    descriptionStatus(status),
    linkAddressLines(status, true),
    linkStringStatus(status),
    data.then(({ link }) => link),
    data.then(({ statistics }) => statistics),
    ...(shown('inet') ? [inetAddressLines(status, AF_INET, options.lifetimes)] : []),
    ...(shown('inet6') ? [inetAddressLines(status, AF_INET6, options.lifetimes)] : []),
    ...(shown('link') ? [linkAddressLines(status, false)] : []),
  ]);
  return [...head, ...sections.flat().map((line) => `\t${line}`)].map((line) => `${line}\n`).join('');
}
