/** The tunnel's addresses: the ioctls that ifconfig(8) and its predecessors set and read them with. */
import { AF_INET, AF_INET6, KernelError, structs } from '../../native-structs';
import type { Request } from './driver';
import type { L2tpIfnet } from './l2tp-ifnet';
import { kernelAbi } from './requests';
import { socketAddressLength } from './socket-address';

const sockaddr = structs(kernelAbi, 'sockaddr');
const ifreq = structs(kernelAbi, 'ifreq');
const in6_ifreq = structs(kernelAbi, 'in6_ifreq');
const if_laddrreq = structs(kernelAbi, 'if_laddrreq');
const in_aliasreq = structs(kernelAbi, 'in_aliasreq');
const in6_aliasreq = structs(kernelAbi, 'in6_aliasreq');

/** Where the two socket addresses are in each argument, and the one family that it is for; null is either. */
const setters = {
  if_laddrreq: {
    source: if_laddrreq.fields.addr.offset,
    destination: if_laddrreq.fields.dstaddr.offset,
    family: null,
  },
  in_aliasreq: {
    source: in_aliasreq.fields.ifra_addr.offset,
    destination: in_aliasreq.fields.ifra_dstaddr.offset,
    family: AF_INET,
  },
  in6_aliasreq: {
    source: in6_aliasreq.fields.ifra_addr.offset,
    destination: in6_aliasreq.fields.ifra_dstaddr.offset,
    family: AF_INET6,
  },
} as const;

/** Where one socket address goes, and how many bytes have room. */
const getters = {
  ifreq: { at: ifreq.fields.ifr_ifru.offset, room: ifreq.fields.ifr_ifru.type.fields.ifru_addr.type.size },
  in6_ifreq: {
    at: in6_ifreq.fields.ifr_ifru.offset,
    room: in6_ifreq.fields.ifr_ifru.type.fields.ifru_addr.type.size,
  },
} as const;

type Handler = (ifnet: L2tpIfnet, request: Request) => Promise<void>;

/** A setter: EAFNOSUPPORT if it is for one family and gets another, EINVAL for what is no pair of addresses. */
export function setTunnel(struct: keyof typeof setters): Handler {
  const { source, destination, family } = setters[struct];
  return async (ifnet, { argument }) => {
    const from = sockaddr.at(argument, source);
    const to = sockaddr.at(argument, destination);
    if (family !== null && (from.sa_family !== family || to.sa_family !== family))
      throw new KernelError('EAFNOSUPPORT');
    const length = socketAddressLength.get(from.sa_family);
    if (length === undefined || from.sa_family !== to.sa_family) throw new KernelError('EINVAL');
    if (from.sa_len !== length || to.sa_len !== length) throw new KernelError('EINVAL');
    await ifnet.driver.change(ifnet, {
      tunnel: {
        source: Buffer.from(argument.subarray(source, source + length)),
        destination: Buffer.from(argument.subarray(destination, destination + length)),
      },
    });
  };
}

export async function deleteTunnel(ifnet: L2tpIfnet): Promise<void> {
  await ifnet.driver.change(ifnet, { tunnel: null });
}

/** SIOCGLIFPHYADDR. EADDRNOTAVAIL without a tunnel. */
export function getTunnel({ softc }: L2tpIfnet, { argument }: Request): void {
  const { tunnel } = softc.variant;
  if (!tunnel) throw new KernelError('EADDRNOTAVAIL');
  tunnel.source.copy(argument, setters.if_laddrreq.source);
  tunnel.destination.copy(argument, setters.if_laddrreq.destination);
}

/** One end of the tunnel: EADDRNOTAVAIL if there is none, EINVAL if the argument has no room for its address. */
export function getTunnelEnd(
  struct: keyof typeof getters,
  end: 'source' | 'destination',
): (ifnet: L2tpIfnet, request: Request) => void {
  const { at, room } = getters[struct];
  return ({ softc }, { argument }) => {
    const address = softc.variant.tunnel?.[end];
    if (!address) throw new KernelError('EADDRNOTAVAIL');
    if (address.length > room) throw new KernelError('EINVAL');
    address.copy(argument, at);
  };
}
