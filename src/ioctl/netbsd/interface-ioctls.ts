/**
 * The interface list by ioctls alone, for librumpclient, which has no getifaddrs(3): SIOCGIFCONF names every
 * address, and a request per family tells the rest of each.
 */
import {
  AF_INET,
  AF_INET6,
  AF_LINK,
  IFF_POINTOPOINT,
  ioctlNumber,
  KernelError,
  structs,
  type Abi,
  type IoctlName,
} from '../../../native-structs';
import type { IfAddr, Pointee, SocketDomain } from '../kernel';

/** One ioctl of a kernel whose ABI is known. */
export type IoctlCall = (
  domain: SocketDomain,
  request: number,
  argument: Buffer,
  pointees?: readonly Pointee[],
) => Promise<void>;

const sockaddrCopy = (from: Buffer): Buffer | null => {
  const length = from.readUInt8(0);
  return length === 0 ? null : Buffer.from(from.subarray(0, length));
};

/** Answers of `name` in `argument`, or null where the kernel refuses: the address may be gone meanwhile. */
async function ask(abi: Abi, call: IoctlCall, domain: SocketDomain, name: IoctlName, argument: Buffer) {
  try {
    await call(domain, ioctlNumber(abi, name), argument);
    return argument;
  } catch (error) {
    if (error instanceof KernelError) return null;
    throw error;
  }
}

/** Every ifreq of SIOCGIFCONF: the buffer grows until the answer leaves room in it. */
async function interfaceRequests(abi: Abi, call: IoctlCall): Promise<readonly Buffer[]> {
  const { size } = structs(abi, 'ifreq');
  const ifconf = structs(abi, 'ifconf');
  for (let room = 64; ; room *= 2) {
    const memory = Buffer.alloc(room * size);
    const argument = ifconf.make({ ifc_len: memory.length });
    await call(AF_INET, ioctlNumber(abi, 'SIOCGIFCONF'), argument, [
      { at: ifconf.fields.ifc_ifcu.offset, memory },
    ]);
    const filled = Math.floor(ifconf.at(argument).ifc_len / size);
    if (filled < room)
      return Array.from({ length: filled }, (_, i) => memory.subarray(i * size, (i + 1) * size));
  }
}

async function inetDetails(abi: Abi, call: IoctlCall, name: string, addr: Buffer) {
  const aliasreq = structs(abi, 'ifaliasreq');
  const argument = aliasreq.make({ ifra_name: name });
  addr.copy(argument, aliasreq.fields.ifra_addr.offset, 0, 16);
  const alias = await ask(abi, call, AF_INET, 'SIOCGIFALIAS', argument);
  const ifreq = structs(abi, 'ifreq');
  const flagsArgument = ifreq.make({ ifr_name: name });
  addr.copy(flagsArgument, ifreq.fields.ifr_ifru.offset, 0, 16);
  const flags = await ask(abi, call, AF_INET, 'SIOCGIFAFLAG_IN', flagsArgument);
  const part = (field: 'ifra_dstaddr' | 'ifra_mask') =>
    alias && sockaddrCopy(alias.subarray(aliasreq.fields[field].offset));
  return {
    netmask: part('ifra_mask'),
    dstaddr: part('ifra_dstaddr'),
    addrflags: flags ? ifreq.at(flags).ifr_ifru.ifru_addrflags : 0,
  };
}

async function inet6Details(abi: Abi, call: IoctlCall, name: string, addr: Buffer, pointToPoint: boolean) {
  const in6_ifreq = structs(abi, 'in6_ifreq');
  const at = in6_ifreq.fields.ifr_ifru.offset;
  const get = (request: IoctlName) => {
    const argument = in6_ifreq.make({ ifr_name: name });
    addr.copy(argument, at, 0, 28);
    return ask(abi, call, AF_INET6, request, argument);
  };
  const netmask = await get('SIOCGIFNETMASK_IN6');
  const dstaddr = pointToPoint ? await get('SIOCGIFDSTADDR_IN6') : null;
  const flags = await get('SIOCGIFAFLAG_IN6');
  return {
    netmask: netmask && sockaddrCopy(netmask.subarray(at)),
    dstaddr: dstaddr && sockaddrCopy(dstaddr.subarray(at)),
    addrflags: flags ? in6_ifreq.at(flags).ifr_ifru.ifru_flags6 : 0,
  };
}

async function linkData(abi: Abi, call: IoctlCall, name: string): Promise<Buffer | null> {
  const ifdatareq = structs(abi, 'ifdatareq');
  const answer = await ask(abi, call, AF_INET, 'SIOCGIFDATA', ifdatareq.make({ ifdr_name: name }));
  const { offset, type } = ifdatareq.fields.ifdr_data;
  return answer && Buffer.from(answer.subarray(offset, offset + type.size));
}

/** Every address as getifaddrs(3) would list it. Throws KernelError. */
export async function listInterfaces(abi: Abi, call: IoctlCall): Promise<readonly IfAddr[]> {
  const ifreq = structs(abi, 'ifreq');
  const list: IfAddr[] = [];
  for (const request of await interfaceRequests(abi, call)) {
    const name = ifreq.at(request).ifr_name;
    const addr = sockaddrCopy(request.subarray(ifreq.fields.ifr_ifru.offset));
    const flagsAnswer = await ask(abi, call, AF_INET, 'SIOCGIFFLAGS', ifreq.make({ ifr_name: name }));
    const flags = flagsAnswer ? ifreq.at(flagsAnswer).ifr_ifru.ifru_flags & 0xffff : 0;
    const none = { netmask: null, dstaddr: null, addrflags: 0 };
    const family = addr?.[1];
    const details =
      addr && family === AF_INET
        ? await inetDetails(abi, call, name, addr)
        : addr && family === AF_INET6
          ? await inet6Details(abi, call, name, addr, (flags & IFF_POINTOPOINT) !== 0)
          : none;
    const data = family === AF_LINK ? await linkData(abi, call, name) : null;
    list.push({ name, flags, addr, data, ...details });
  }
  return list;
}
