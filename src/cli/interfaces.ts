/** The interfaces that -a, -l and a status line are about, and what is printed of them. */
import { AF_INET, IFF_BROADCAST, IFF_UP, IFNAMSIZ, ioctlNumber, structs } from '../../native-structs';
import type { IfAddr, Kernel } from '../ioctl/kernel';
import type { Family } from './address-family';
import type { Session } from './command';
import { orFail } from './errors';
import type { Options } from './ifconfig-options';
import { fromKernelName } from './ifname';
import { hasCarrier } from './interface-data';
import { sendIfreq } from './request';
import { formatInet, scopeName, type InetAddress } from './socket-address';
import { statusText } from './status';
import type { Status } from './verb';

/** One entry of each interface, in the kernel's order. */
function firstEntries(addresses: readonly IfAddr[]): readonly IfAddr[] {
  const seen = new Map<string, IfAddr>();
  for (const entry of addresses) if (!seen.has(entry.name)) seen.set(entry.name, entry);
  return [...seen.values()];
}

async function isWanted(
  session: Session,
  kernel: Kernel,
  { name, flags }: IfAddr,
  options: Options,
): Promise<boolean> {
  if (options.broadcastOnly && !(flags & IFF_BROADCAST)) return false;
  if (options.downOnly && flags & IFF_UP) return false;
  if (options.upOnly && !(flags & IFF_UP)) return false;
  return !options.linkOnly || (await hasCarrier(kernel, name, session.traits));
}

async function wanted(
  session: Session,
  kernel: Kernel,
  addresses: readonly IfAddr[],
  options: Options,
): Promise<string[]> {
  const names: string[] = [];
  for (const entry of firstEntries(addresses))
    if (await isWanted(session, kernel, entry, options)) names.push(entry.name);
  return names;
}

const listAddresses = (kernel: Kernel): Promise<readonly IfAddr[]> =>
  orFail('getifaddrs', kernel.getifaddrs());

/** -l: names in one line. */
export async function printNames(session: Session, options: Options): Promise<void> {
  const kernel = await session.kernel();
  const names = await wanted(session, kernel, await listAddresses(kernel), options);
  session.print(`${names.join(' ')}\n`);
}

/** -C: names of what can be created, in one line. */
export async function printCloners(session: Session): Promise<void> {
  const kernel = await session.kernel();
  const type = structs(kernel.abi, 'if_clonereq');
  const request = ioctlNumber(kernel.abi, 'SIOCIFGCLONERS');
  const argument = type.make();
  await orFail('SIOCIFGCLONERS for count', kernel.ioctl(AF_INET, request, argument));
  const { ifcr_total } = type.at(argument);
  const memory = Buffer.alloc(ifcr_total * IFNAMSIZ);
  type.at(argument).ifcr_count = ifcr_total;
  await orFail(
    'SIOCIFGCLONERS for names',
    kernel.ioctl(AF_INET, request, argument, [{ at: type.fields.ifcr_buffer.offset, memory }]),
  );
  // some may have gone between the two requests
  const count = Math.min(type.at(argument).ifcr_count, type.at(argument).ifcr_total, ifcr_total);
  const names = Array.from({ length: count }, (_, index) => {
    const name = memory.toString('latin1', index * IFNAMSIZ, (index + 1) * IFNAMSIZ);
    return fromKernelName(name.replace(/\0.*$/s, ''));
  });
  session.print(`${names.join(' ')}\n`);
}

/** Names of hosts and services, as getnameinfo(3) gives them; the number where there is no name. */
async function lookupName(
  session: Session,
  { address, port }: { readonly address: string; readonly port: number },
  part: 'hostname' | 'service',
  fallback: string,
): Promise<string> {
  try {
    return (await session.lookupNames(address, port))[part];
  } catch {
    return fallback;
  }
}

function statusOf(
  session: Session,
  kernel: Kernel,
  addresses: readonly IfAddr[],
  ifname: string,
  { names }: Options,
): Status {
  const numeric = (address: InetAddress): string =>
    formatInet(address, (scope) => scopeName(kernel.abi, addresses, scope));
  return {
    session,
    kernel,
    ifname,
    addresses,
    async formatAddress(address) {
      const text = numeric(address);
      return names ? await lookupName(session, { address: text, port: 0 }, 'hostname', text) : text;
    },
    async formatPort({ port, ...address }) {
      const text = String(port);
      return names
        ? await lookupName(session, { address: numeric({ port, ...address }), port }, 'service', text)
        : text;
    },
  };
}

const checkExists = (kernel: Kernel, ifname: string): Promise<unknown> =>
  orFail(`SIOCGIFFLAGS ${ifname}`, sendIfreq(kernel, 'SIOCGIFFLAGS', ifname));

/** Status of every wanted interface, or of `ifname` alone if it is one of them. Throws CommandError if there is none. */
export async function printStatus(
  session: Session,
  ifname: string | null,
  family: Family | null,
  options: Options,
): Promise<void> {
  const kernel = await session.kernel();
  const [, addresses] = await Promise.all([
    ifname === null ? undefined : checkExists(kernel, ifname),
    listAddresses(kernel),
  ]);
  const chosen = ifname === null ? addresses : addresses.filter(({ name }) => name === ifname);
  if (ifname !== null && chosen.length === 0) await checkExists(kernel, ifname);
  for (const name of await wanted(session, kernel, chosen, options)) {
    const status = statusOf(session, kernel, addresses, name, options);
    session.print(await statusText(status, family, options));
  }
}
