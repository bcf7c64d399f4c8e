/** in_control(): IPv4 addresses of an interface, through a socket of AF_INET. */
import {
  AF_INET,
  IFF_BROADCAST,
  IFF_POINTOPOINT,
  type IoctlName,
  KernelError,
  ND6_INFINITE_LIFETIME,
  structs,
} from '../../native-structs';
import type { Ifnet, Request } from './driver';
import { HostAddresses } from './host-addresses';
import type { LinkAddress } from './host';
import { addressPreference } from './address-preference';
import { broadcastAddress, classfulPrefix, maskOfPrefix, prefixOfMask } from './mask';
import { kernelAbi } from './requests';
import { socketAddress } from './socket-address';
import type { System } from './system';

const ifreq = structs(kernelAbi, 'ifreq');
const sockaddr_in = structs(kernelAbi, 'sockaddr_in');
const in_aliasreq = structs(kernelAbi, 'in_aliasreq');

/** RFC 3021: networks this small have no broadcast address. */
const pointToPointPrefix = 31;

interface Context {
  readonly ifnet: Ifnet;
  readonly request: Request;
  readonly addresses: HostAddresses;
}

type Handler = (context: Context) => void;

const handlers: Partial<Record<IoctlName, Handler>> = {
  SIOCGIFADDR: getter(({ address }) => address),
  SIOCGIFNETMASK: getter(({ prefixLength }) => maskOfPrefix(prefixLength, 4)),
  SIOCGIFBRDADDR: getter(({ broadcast }) => broadcast, IFF_BROADCAST),
  SIOCGIFDSTADDR: getter(({ peer }) => peer, IFF_POINTOPOINT),
  SIOCGIFALIAS: getAlias,
  SIOCGIFAFLAG_IN({ request, addresses }) {
    const { flags } = named(addresses, ifrAddress(request));
    ifreq.at(request.argument).ifr_ifru.ifru_addrflags = flags;
  },
  SIOCAIFADDR: addAddress,
  SIOCDIFADDR({ request, addresses }) {
    const address = named(addresses, ifrAddress(request));
    mustBeRoot(request);
    addresses.delete(address);
  },
  SIOCSIFADDR: setAddress,
  SIOCSIFNETMASK: changer((address, mask) => withPrefix(address, prefixOf(mask))),
  SIOCSIFBRDADDR: changer((address, broadcast) => ({ ...address, broadcast }), IFF_BROADCAST),
  SIOCSIFDSTADDR: changer((address, peer) => ({ ...address, peer }), IFF_POINTOPOINT),
};

/** Throws ENOTTY for what is no request of IPv4's. */
export function inetControl({ host }: System, ifnet: Ifnet, request: Request): void {
  const addresses = new HostAddresses(host, ifnet, 4);
  if (addressPreference(ifnet, request, addresses)) return;
  const handler = handlers[request.name];
  if (!handler) throw new KernelError('ENOTTY');
  handler({ ifnet, request, addresses });
}

/** The socket address in a struct ifreq, or at the same place in what begins like one. */
const ifrAddress = ({ argument }: Request) => sockaddr_in.at(argument, ifreq.fields.ifr_ifru.offset);

function mustBeRoot({ caller }: Request): void {
  if (caller.uid !== 0) throw new KernelError('EPERM');
}

/** The interface's first address. Throws EADDRNOTAVAIL if it has none. */
function first(addresses: HostAddresses): LinkAddress {
  const [address] = addresses.list();
  if (!address) throw new KernelError('EADDRNOTAVAIL');
  return address;
}

/** The address that the caller names; without family, the first one. Throws EADDRNOTAVAIL. */
function named(addresses: HostAddresses, name: ReturnType<typeof sockaddr_in.at>): LinkAddress {
  if (name.sin_family !== AF_INET) return first(addresses);
  const address = addresses.find(name.sin_addr);
  if (!address) throw new KernelError('EADDRNOTAVAIL');
  return address;
}

/** Answers a part of the first address; EINVAL if the interface is not one of `flag`'s kind. */
function getter(part: (address: LinkAddress) => Uint8Array | null, flag = 0): Handler {
  return ({ ifnet, request, addresses }) => {
    const value = part(first(addresses));
    if ((ifnet.flags & flag) !== flag) throw new KernelError('EINVAL');
    const bytes = value ? socketAddress(value) : Buffer.alloc(sockaddr_in.size);
    bytes.copy(request.argument, ifreq.fields.ifr_ifru.offset);
  };
}

/** Changes a part of the first address; EINVAL if the interface is not one of `flag`'s kind. */
function changer(change: (address: LinkAddress, value: Uint8Array) => LinkAddress, flag = 0): Handler {
  return ({ ifnet, request, addresses }) => {
    mustBeRoot(request);
    const old = first(addresses);
    if ((ifnet.flags & flag) !== flag) throw new KernelError('EINVAL');
    addresses.put(change(old, Uint8Array.from(ifrAddress(request).sin_addr)), old);
  };
}

function getAlias({ ifnet, request, addresses }: Context): void {
  const argument = in_aliasreq.at(request.argument);
  const { address, prefixLength, peer, broadcast } = named(addresses, argument.ifra_addr);
  const other = ifnet.flags & IFF_POINTOPOINT ? peer : ifnet.flags & IFF_BROADCAST ? broadcast : null;
  const { ifra_addr, ifra_dstaddr, ifra_mask } = in_aliasreq.fields;
  socketAddress(address).copy(request.argument, ifra_addr.offset);
  (other ? socketAddress(other) : Buffer.alloc(sockaddr_in.size)).copy(request.argument, ifra_dstaddr.offset);
  socketAddress(maskOfPrefix(prefixLength, 4)).copy(request.argument, ifra_mask.offset);
}

/** SIOCAIFADDR: a new address, or another mask or other end for one that is there. */
function addAddress({ ifnet, request, addresses }: Context): void {
  const { ifra_addr, ifra_dstaddr, ifra_mask } = in_aliasreq.at(request.argument);
  const old =
    (ifra_addr.sin_family === AF_INET ? addresses.find(ifra_addr.sin_addr) : addresses.list()[0]) ?? null;
  const address = ifra_addr.sin_len === 0 && old ? old.address : hostAddressOf(ifra_addr);
  if (!address) throw new KernelError('EAFNOSUPPORT');
  mustBeRoot(request);
  const asked = ifra_mask.sin_len === 0 ? (old?.prefixLength ?? 0) : prefixOf(ifra_mask.sin_addr);
  const prefixLength = asked === 0 ? defaultPrefix(ifnet, address) : asked;
  const wanted = withPrefix(newAddress(ifnet, address), prefixLength);
  const other = hostAddressOf(ifra_dstaddr);
  addresses.put(other ? withOtherEnd(ifnet, wanted, other) : { ...wanted, peer: old?.peer ?? null }, old);
}

/** SIOCSIFADDR of old: the address in the place of the first one. */
function setAddress({ ifnet, request, addresses }: Context): void {
  const address = hostAddressOf(ifrAddress(request));
  if (!address) throw new KernelError('EAFNOSUPPORT');
  mustBeRoot(request);
  const [old] = addresses.list();
  const prefixLength = old?.prefixLength ?? defaultPrefix(ifnet, address);
  addresses.put(withPrefix(newAddress(ifnet, address), prefixLength), old ?? null);
}

function hostAddressOf(address: ReturnType<typeof sockaddr_in.at>): Uint8Array | null {
  return address.sin_family === AF_INET ? Uint8Array.from(address.sin_addr) : null;
}

function newAddress({ index, flags }: Ifnet, address: Uint8Array): LinkAddress {
  return {
    index,
    address,
    prefixLength: 32,
    // withPrefix() computes it where there is one
    broadcast: flags & IFF_BROADCAST ? address : null,
    peer: null,
    flags: 0,
    validLifetime: ND6_INFINITE_LIFETIME,
    preferredLifetime: ND6_INFINITE_LIFETIME,
  };
}

/** With the mask comes the broadcast address that follows from it. */
function withPrefix(address: LinkAddress, prefixLength: number): LinkAddress {
  const broadcast =
    address.broadcast && prefixLength < pointToPointPrefix
      ? broadcastAddress(address.address, prefixLength)
      : null;
  return { ...address, prefixLength, broadcast };
}

/** One field of the request is the destination on a point-to-point interface, the broadcast address on others. */
function withOtherEnd({ flags }: Ifnet, address: LinkAddress, other: Uint8Array): LinkAddress {
  if (flags & IFF_POINTOPOINT) return { ...address, peer: other };
  return flags & IFF_BROADCAST ? { ...address, broadcast: other } : address;
}

/** The host has no masks but prefixes: EINVAL for others. */
function prefixOf(mask: Uint8Array): number {
  const prefixLength = prefixOfMask(mask);
  if (prefixLength === null) throw new KernelError('EINVAL');
  return prefixLength;
}

const defaultPrefix = ({ flags }: Ifnet, address: Uint8Array): number =>
  flags & IFF_POINTOPOINT ? 32 : classfulPrefix(address);
