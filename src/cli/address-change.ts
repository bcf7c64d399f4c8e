/** Setting and removing an interface's own address, after all other words of the line have been done. */
import {
  AF_INET,
  AF_INET6,
  IFF_BROADCAST,
  IFF_POINTOPOINT,
  ioctlNumber,
  KernelError,
  ND6_INFINITE_LIFETIME,
  structs,
  type Abi,
  type IoctlName,
} from '../../native-structs';
import type { InetFamily } from './address-operand';
import { inetFamily } from './address-family';
import { CommandError, failure, orFail, refusedWith } from './errors';
import { toKernelName } from './ifname';
import { changeLinkAddress, encodeLink } from './link-address';
import { sendIfreq } from './request';
import { decodeInet, embedScope, encodeInet, type InetAddress } from './socket-address';
import { formatIpv6 } from './address-text';
import type { AddressChange, Inet6Modifiers, Line, Target } from './verb';

/** The requests of one family, and the structs that they carry. */
interface FamilyRequests {
  readonly get: IoctlName;
  readonly delete: IoctlName;
  readonly add: IoctlName;
  /** The struct of get and delete. Without `address`, what asks for the first one. */
  makeQuery(abi: Abi, name: string, address: InetAddress | null): Buffer;
  makeAdd(target: Target, line: Line, address: InetAddress, change: AddressChange): Promise<Buffer> | Buffer;
}

/** As much of `address` as a field of the other family's size keeps. */
const into = (abi: Abi, address: InetAddress | null, target: Buffer): void => {
  if (address) encodeInet(abi, address).copy(target);
};

const inet: FamilyRequests = {
  get: 'SIOCGIFADDR',
  delete: 'SIOCDIFADDR',
  add: 'SIOCAIFADDR',
  makeQuery(abi, name, address) {
    const ifreq = structs(abi, 'ifreq');
    const argument = ifreq.make({ ifr_name: name });
    const { offset } = ifreq.fields.ifr_ifru;
    into(abi, address, argument.subarray(offset, offset + structs(abi, 'sockaddr_in').size));
    return argument;
  },
  makeAdd({ kernel: { abi }, ifname }, _line, address, change) {
    const request = structs(abi, 'in_aliasreq');
    const argument = request.make({ ifra_name: toKernelName(ifname) });
    const field = ({ offset }: { readonly offset: number }) =>
      argument.subarray(offset, offset + structs(abi, 'sockaddr_in').size);
    into(abi, address, field(request.fields.ifra_addr));
    into(abi, change.destination ?? change.broadcast, field(request.fields.ifra_dstaddr));
    into(abi, change.netmask, field(request.fields.ifra_mask));
    return argument;
  },
};

/** ffff:ffff:ffff:ffff::, which as an address is a dummy and as a mask the default. */
const halfOnes: InetAddress = {
  family: AF_INET6,
  address: Buffer.concat([Buffer.alloc(8, 0xff), Buffer.alloc(8)]),
  port: 0,
  scope: 0,
};

function lifetime(seconds: bigint | null): { readonly until: bigint; readonly seconds: number } {
  if (seconds === null) return { until: 0n, seconds: ND6_INFINITE_LIFETIME };
  const now = BigInt(Math.floor(Date.now() / 1000));
  return { until: BigInt.asIntN(64, now + seconds), seconds: Number(BigInt.asUintN(32, seconds)) };
}

/** `address` with the interface identifier of the interface's link-local address. */
async function withInterfaceIdentifier(
  { kernel, ifname }: Target,
  address: InetAddress,
): Promise<InetAddress> {
  if (address.address.subarray(8).some((byte) => byte !== 0))
    throw new CommandError(`interface index is already filled, :: | ${formatIpv6(address.address)}`);
  const all = await orFail('getifaddrs', kernel.getifaddrs());
  const linkLocal = all
    .filter(({ name }) => name === ifname)
    .map(({ addr }) => addr && decodeInet(kernel.abi, addr))
    .find((found) => found?.family === AF_INET6 && found.address.readUInt16BE(0) >> 6 === 0xfe80 >> 6);
  if (!linkLocal) throw new CommandError('could not determine link local address');
  return {
    ...address,
    address: Buffer.concat([address.address.subarray(0, 8), linkLocal.address.subarray(8)]),
  };
}

const inet6: FamilyRequests = {
  get: 'SIOCGIFADDR_IN6',
  delete: 'SIOCDIFADDR_IN6',
  add: 'SIOCAIFADDR_IN6',
  makeQuery(abi, name, address) {
    const ifreq = structs(abi, 'in6_ifreq');
    const argument = ifreq.make({ ifr_name: name });
    const { offset } = ifreq.fields.ifr_ifru;
    into(abi, embedScope(address ?? halfOnes), argument.subarray(offset));
    return argument;
  },
  async makeAdd(target, line, given, change) {
    const { abi } = target.kernel;
    const request = structs(abi, 'in6_aliasreq');
    const address = line.inet6.eui64 ? await withInterfaceIdentifier(target, given) : given;
    const preferred = lifetime(line.inet6.preferredLifetime);
    const valid = lifetime(line.inet6.validLifetime);
    const argument = request.make({
      ifra_name: toKernelName(target.ifname),
      ifra_flags: line.inet6.set & ~line.inet6.clear,
      ifra_lifetime: {
        ia6t_expire: valid.until,
        ia6t_preferred: preferred.until,
        ia6t_vltime: valid.seconds,
        ia6t_pltime: preferred.seconds,
      },
    });
    const field = ({ offset }: { readonly offset: number }) =>
      argument.subarray(offset, offset + structs(abi, 'sockaddr_in6').size);
    into(abi, embedScope(address), field(request.fields.ifra_addr));
    into(abi, change.destination && embedScope(change.destination), field(request.fields.ifra_dstaddr));
    into(abi, change.netmask ?? halfOnes, field(request.fields.ifra_prefixmask));
    return argument;
  },
};

const requestsOf = (family: InetFamily): FamilyRequests => (family === AF_INET ? inet : inet6);

/** What of `change` an interface with `flags` takes. Throws CommandError for words that do not go with it. */
function fitting(change: AddressChange, flags: number, ifname: string): AddressChange {
  switch (flags & (IFF_BROADCAST | IFF_POINTOPOINT)) {
    case IFF_BROADCAST:
      return { ...change, destination: null };
    case IFF_POINTOPOINT:
      if (change.broadcast) throw new CommandError(`${ifname} is not a broadcast interface`);
      return change;
    case 0:
      return { ...change, destination: null, broadcast: null };
    default:
      throw new CommandError('unsupported interface flags');
  }
}

function checkModifiers(family: InetFamily, modifiers: Inet6Modifiers): void {
  if (family === AF_INET6) return;
  if (modifiers.preferredLifetime !== null || modifiers.validLifetime !== null)
    throw new CommandError('inet6 address lifetime not allowed for the AF');
  if (modifiers.eui64) throw new CommandError('eui64 address modifier not allowed for the AF');
}

/** Removes the interface's first address of the family. */
async function deleteFirst(target: Target, family: InetFamily): Promise<void> {
  const { abi } = target.kernel;
  const requests = requestsOf(family);
  const query = requests.makeQuery(abi, toKernelName(target.ifname), null);
  const send = (request: IoctlName) =>
    orFail(request, target.kernel.ioctl(family, ioctlNumber(abi, request), query));
  await send(requests.get);
  await send(requests.delete);
}

/** Removes what is there before a new address takes its place; no address is no mistake. */
async function makeRoom(target: Target, family: InetFamily): Promise<void> {
  const { kernel, ifname } = target;
  const requests = requestsOf(family);
  const query = requests.makeQuery(kernel.abi, toKernelName(ifname), null);
  try {
    await kernel.ioctl(family, ioctlNumber(kernel.abi, requests.get), query);
  } catch (error) {
    if (refusedWith(error, 'EADDRNOTAVAIL')) return;
    throw failure(requests.get, error);
  }
  await orFail(requests.delete, kernel.ioctl(family, ioctlNumber(kernel.abi, requests.delete), query));
}

/** Does what the line says about the interface's address. Throws CommandError. */
export async function changeAddress(target: Target, line: Line): Promise<void> {
  const { kernel, ifname } = target;
  if (line.family === 'link') {
    if (line.linkAddress) await changeLinkAddress(target, line, line.linkAddress);
    return;
  }
  const family = (line.family && inetFamily(line.family)) ?? AF_INET;
  if (!line.address) {
    if (line.alias === false) await deleteFirst(target, family);
    return;
  }
  const requests = requestsOf(family);
  const { ifr_ifru } = await orFail('commit_address: getifflags', sendIfreq(kernel, 'SIOCGIFFLAGS', ifname));
  const change = fitting(target.change, ifr_ifru.ifru_flags, ifname);
  if (line.alias === false) {
    const query = requests.makeQuery(kernel.abi, toKernelName(ifname), line.address.address);
    await orFail(requests.delete, kernel.ioctl(family, ioctlNumber(kernel.abi, requests.delete), query));
    return;
  }
  checkModifiers(family, line.inet6);
  if (line.alias === null) await makeRoom(target, family);
  const argument = await requests.makeAdd(target, line, line.address.address, change);
  await orFail(requests.add, kernel.ioctl(family, ioctlNumber(kernel.abi, requests.add), argument));
}

/** `preference n`: a refusal is only warned about. */
export async function changePreference({ session, kernel, ifname }: Target, line: Line): Promise<void> {
  if (line.preference === null) return;
  const { abi } = kernel;
  const address = line.linkAddress
    ? encodeLink(abi, line.linkAddress)
    : line.address && encodeInet(abi, line.address.address);
  if (!address) return;
  const request = structs(kernel.abi, 'if_addrprefreq');
  const argument = request.make({ ifap_name: toKernelName(ifname), ifap_preference: line.preference });
  address.copy(argument, request.fields.ifap_addr.offset);
  try {
    await kernel.ioctl(AF_INET, ioctlNumber(kernel.abi, 'SIOCSIFADDRPREF'), argument);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    session.warn(`SIOCSIFADDRPREF: ${error.message}`);
  }
}
