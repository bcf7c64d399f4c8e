/** in6_control(): IPv6 addresses of an interface, through a socket of AF_INET6. Every request names its address. */
import {
  AF_INET6,
  IFF_LOOPBACK,
  IFF_POINTOPOINT,
  IN6_IFF_ANYCAST,
  IN6_IFF_AUTOCONF,
  IN6_IFF_DEPRECATED,
  IN6_IFF_DETACHED,
  IN6_IFF_NODAD,
  IN6_IFF_TENTATIVE,
  type IoctlName,
  KernelError,
  ND6_INFINITE_LIFETIME,
  structs,
} from '../../native-structs';
import { addressPreference } from './address-preference';
import type { Ifnet, Request } from './driver';
import { HostAddresses } from './host-addresses';
import type { LinkAddress } from './host';
import { maskOfPrefix, prefixOfMask } from './mask';
import { kernelAbi } from './requests';
import { extractScope, isLinkLocal } from './scope';
import { socketAddress } from './socket-address';
import type { System } from './system';

const sockaddr_in6 = structs(kernelAbi, 'sockaddr_in6');
const in6_ifreq = structs(kernelAbi, 'in6_ifreq');
const in6_aliasreq = structs(kernelAbi, 'in6_aliasreq');
const in6_addrlifetime = structs(kernelAbi, 'in6_addrlifetime');
const valueOffset = in6_ifreq.fields.ifr_ifru.offset;

/** IN6_IFF_* that SIOCAIFADDR_IN6 refuses to set. */
const readOnlyFlags =
  IN6_IFF_TENTATIVE | IN6_IFF_DETACHED | IN6_IFF_DEPRECATED | IN6_IFF_NODAD | IN6_IFF_AUTOCONF;

type SocketAddress6 = ReturnType<typeof sockaddr_in6.at>;

interface Context {
  readonly ifnet: Ifnet;
  readonly request: Request;
  readonly addresses: HostAddresses;
}

type Handler = (context: Context) => void;

const refuse: Handler = () => {
  throw new KernelError('EOPNOTSUPP');
};

const handlers: Partial<Record<IoctlName, Handler>> = {
  SIOCSIFADDR: refuse,
  SIOCSIFDSTADDR: refuse,
  SIOCSIFBRDADDR: refuse,
  SIOCSIFNETMASK: refuse,
  SIOCSIFADDR_IN6: refuse,
  SIOCGIFADDR_IN6: getter(({ address }, { ifnet }) => scopedSocketAddress(address, ifnet)),
  SIOCGIFNETMASK_IN6: getter(({ prefixLength }) => socketAddress(maskOfPrefix(prefixLength, 16))),
  SIOCGIFDSTADDR_IN6: getter(({ peer }, { ifnet }) => {
    if ((ifnet.flags & IFF_POINTOPOINT) === 0) throw new KernelError('EINVAL');
    return peer ? scopedSocketAddress(peer, ifnet) : Buffer.alloc(sockaddr_in6.size);
  }),
  SIOCGIFAFLAG_IN6(context) {
    in6_ifreq.at(context.request.argument).ifr_ifru.ifru_flags6 = named(context).flags;
  },
  SIOCGIFALIFETIME_IN6: getter(lifetime),
  SIOCAIFADDR_IN6: addAddress,
  SIOCDIFADDR_IN6(context) {
    mustBeRoot(context.request);
    context.addresses.delete(named(context));
  },
};

/** Throws ENOTTY for what is no request of IPv6's. */
export function inet6Control({ host }: System, ifnet: Ifnet, request: Request): void {
  const addresses = new HostAddresses(host, ifnet, 16);
  if (addressPreference(ifnet, request, addresses)) return;
  const handler = handlers[request.name];
  if (!handler) throw new KernelError('ENOTTY');
  handler({ ifnet, request, addresses });
}

function mustBeRoot({ caller }: Request): void {
  if (caller.uid !== 0) throw new KernelError('EPERM');
}

/** As the host has it; null if it is in the scope of another interface. */
function bareAddress({ sin6_addr, sin6_scope_id }: SocketAddress6, ifnet: Ifnet): Uint8Array | null {
  const { address, scope: embedded } = extractScope(sin6_addr);
  const scope = isLinkLocal(address) ? sin6_scope_id || embedded : 0;
  return scope === 0 || scope === ifnet.index ? Uint8Array.from(address) : null;
}

/** A socket address for user space: the scope in sin6_scope_id. */
function scopedSocketAddress(address: Uint8Array, ifnet: Ifnet): Buffer {
  const bytes = socketAddress(address);
  if (isLinkLocal(address)) sockaddr_in6.at(bytes).sin6_scope_id = ifnet.index;
  return bytes;
}

/** The address that the argument names. Throws EADDRNOTAVAIL if the interface has none such. */
function named({ ifnet, request, addresses }: Context): LinkAddress {
  const name = in6_ifreq.at(request.argument).ifr_ifru.ifru_addr;
  const address = name.sin6_family === AF_INET6 ? bareAddress(name, ifnet) : null;
  const found = address && addresses.find(address);
  if (!found) throw new KernelError('EADDRNOTAVAIL');
  return found;
}

/** Answers what `part` makes of the address that the argument names. */
function getter(part: (address: LinkAddress, context: Context) => Buffer): Handler {
  return (context) => {
    part(named(context), context).copy(context.request.argument, valueOffset);
  };
}

/** Times of expiry in seconds since 1970, 0 for an address that does not expire. */
function lifetime({ validLifetime, preferredLifetime }: LinkAddress): Buffer {
  const now = Math.floor(Date.now() / 1000);
  const expiry = (seconds: number) => BigInt(seconds === ND6_INFINITE_LIFETIME ? 0 : now + seconds);
  return in6_addrlifetime.make({
    ia6t_expire: expiry(validLifetime),
    ia6t_preferred: expiry(preferredLifetime),
    ia6t_vltime: validLifetime,
    ia6t_pltime: preferredLifetime,
  });
}

/** SIOCAIFADDR_IN6: a new address, or other lifetimes for one that is there. */
function addAddress({ ifnet, request, addresses }: Context): void {
  mustBeRoot(request);
  const { ifra_addr, ifra_flags } = in6_aliasreq.at(request.argument);
  if (ifra_addr.sin6_family !== AF_INET6 || ifra_addr.sin6_len !== sockaddr_in6.size)
    throw new KernelError('EAFNOSUPPORT');
  if (ifra_flags & readOnlyFlags) throw new KernelError('EINVAL');
  if (ifra_flags & IN6_IFF_ANYCAST) throw new KernelError('EOPNOTSUPP');
  const address = bareAddress(ifra_addr, ifnet);
  if (!address) throw new KernelError('EINVAL');
  const old = addresses.find(address);
  const wanted = parseAddress(ifnet, request, address, old);
  if (wanted.validLifetime !== 0) addresses.put(wanted, old);
  else if (old) addresses.delete(old);
}

/** in6_update_ifa()'s checks: EINVAL for what does not fit together. */
function parseAddress(
  ifnet: Ifnet,
  request: Request,
  address: Uint8Array,
  old: LinkAddress | null,
): LinkAddress {
  const { ifra_dstaddr, ifra_prefixmask, ifra_lifetime } = in6_aliasreq.at(request.argument);
  const { ia6t_vltime: validLifetime, ia6t_pltime: preferredLifetime } = ifra_lifetime;
  const prefixLength =
    ifra_prefixmask.sin6_len === 0 ? old?.prefixLength : prefixOfMask(ifra_prefixmask.sin6_addr);
  if (!prefixLength) throw new KernelError('EINVAL');
  if (old && old.prefixLength !== prefixLength) throw new KernelError('EINVAL');
  const hasPeer = ifra_dstaddr.sin6_family === AF_INET6;
  if (hasPeer && (!(ifnet.flags & (IFF_POINTOPOINT | IFF_LOOPBACK)) || prefixLength !== 128))
    throw new KernelError('EINVAL');
  if (preferredLifetime > validLifetime) throw new KernelError('EINVAL');
  const peer = hasPeer ? bareAddress(ifra_dstaddr, ifnet) : (old?.peer ?? null);
  if (hasPeer && !peer) throw new KernelError('EINVAL');
  return {
    index: ifnet.index,
    address,
    prefixLength,
    broadcast: null,
    peer,
    flags: 0,
    validLifetime,
    preferredLifetime,
  };
}
