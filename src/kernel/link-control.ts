/** link_control(): link-layer addresses of an interface, through a socket of AF_LINK (NetBSD's sys/net/link_proto.c). */
import {
  AF_LINK,
  IFLR_ACTIVE,
  IFLR_FACTORY,
  IFLR_PREFIX,
  type IoctlName,
  KernelError,
  structs,
} from '../../native-structs';
import type { Ifnet, Request } from './driver';
import { isSameAddress, linkAddresses } from './link-addresses';
import { kernelAbi } from './requests';
import { linkAddressOf, linkSocketAddress } from './socket-address';
import type { System } from './system';

const if_laddrreq = structs(kernelAbi, 'if_laddrreq');
const { offset, type: storage } = if_laddrreq.fields.addr;

interface Context {
  readonly system: System;
  readonly ifnet: Ifnet;
  readonly argument: Buffer;
  /** The address that the request carries. */
  readonly address: Uint8Array;
  /** Those that the interface has, the one it came with first. */
  readonly own: readonly Uint8Array[];
  /** That of them which the request names. */
  readonly found: Uint8Array | undefined;
}

const handlers: Partial<Record<IoctlName, (context: Context) => void>> = {
  SIOCALIFADDR: add,
  SIOCDLIFADDR: remove,
  SIOCGLIFADDR: get,
};

/**
 * Throws ENOTTY for what is no request for link-layer addresses, EINVAL for an address or prefix whose length is not the
 * interface's. One without address (l2tp, NetBSD's bridges) has the empty one, in use.
 */
export function linkControl(system: System, ifnet: Ifnet, { name, argument }: Request): void {
  const handler = handlers[name];
  if (!handler) throw new KernelError('ENOTTY');
  const { flags, prefixlen, addr } = if_laddrreq.at(argument);
  if (addr.sa.sa_family !== AF_LINK) throw new KernelError('EINVAL');
  const address = linkAddressOf(argument.subarray(offset, offset + storage.size));
  const { length } = ifnet.address;
  if (address?.length !== length) throw new KernelError('EINVAL');
  if ((flags & IFLR_PREFIX) !== 0 && prefixlen !== 8 * length) throw new KernelError('EINVAL');
  const own = linkAddresses(ifnet, system.interfaces.memory(ifnet));
  const found = own.find((one) => isSameAddress(one, address));
  handler({ system, ifnet, argument, address, own, found });
}

/** The host has one address a link: further ones are remembered, and the active one is the host's. */
function add({ system: { host, interfaces }, ifnet, argument, address, own, found }: Context): void {
  const activate = (if_laddrreq.at(argument).flags & IFLR_ACTIVE) !== 0;
  if (activate && !isSameAddress(address, ifnet.address)) host.setLinkAddress(ifnet.index, address);
  if (!found) interfaces.memory(ifnet).linkAddresses = [...own, address];
}

/** EADDRNOTAVAIL for one that is not there, EBUSY for the active one and for that which the interface came with. */
function remove({ system: { interfaces }, ifnet, own, found }: Context): void {
  if (!found) throw new KernelError('EADDRNOTAVAIL');
  if (isSameAddress(found, ifnet.address) || found === own[0]) throw new KernelError('EBUSY');
  interfaces.memory(ifnet).linkAddresses = own.filter((one) => one !== found);
}

/** The address that the request names, or without IFLR_PREFIX the first; EADDRNOTAVAIL if it is not there. */
function get({ ifnet, argument, own, found }: Context): void {
  const view = if_laddrreq.at(argument);
  const shown = (view.flags & IFLR_PREFIX) !== 0 ? found : own[0];
  if (!shown) throw new KernelError('EADDRNOTAVAIL');
  view.flags =
    (isSameAddress(shown, ifnet.address) ? IFLR_ACTIVE : 0) | (shown === own[0] ? IFLR_FACTORY : 0);
  linkSocketAddress(ifnet.index, ifnet.type, ifnet.name, shown).copy(argument, offset);
}
