/** getifaddrs(3): every address of every interface, the link-layer one in use with the counters first. */
import { IFF_BROADCAST, IFF_POINTOPOINT } from '../../native-structs';
import type { KernelIfAddr } from './contract';
import type { Ifnet } from './driver';
import type { LinkAddress } from './host';
import { interfaceData } from './if-data';
import { isSameAddress, linkAddresses } from './link-addresses';
import { maskOfPrefix } from './mask';
import { embedScope } from './scope';
import { linkSocketAddress, socketAddress } from './socket-address';
import type { System } from './system';

/** IPv6 addresses carry their scope as the kernel has it: in bytes 2 and 3. */
export function listAddresses({
  host,
  interfaces,
}: Pick<System, 'host' | 'interfaces'>): readonly KernelIfAddr[] {
  const addresses = new Map<number, LinkAddress[]>();
  for (const address of host.addresses()) {
    const own = addresses.get(address.index);
    if (own) own.push(address);
    else addresses.set(address.index, [address]);
  }
  return interfaces.list().flatMap((ifnet) => {
    const own = addresses.get(ifnet.index) ?? [];
    const memory = interfaces.memory(ifnet);
    return [
      linkLayerAddress(ifnet, ifnet.address, interfaceData(ifnet, memory)),
      ...linkAddresses(ifnet, memory)
        .filter((address) => !isSameAddress(address, ifnet.address))
        .map((address) => linkLayerAddress(ifnet, address, null)),
      ...own.map((address) => networkAddress(ifnet, address)),
    ];
  });
}

function linkLayerAddress(
  { index, type, name, flags }: Ifnet,
  address: Uint8Array,
  data: Buffer | null,
): KernelIfAddr {
  const addr = linkSocketAddress(index, type, name, address);
  return { name, flags, addr, netmask: null, dstaddr: null, data, addrflags: 0 };
}

function networkAddress(ifnet: Ifnet, address: LinkAddress): KernelIfAddr {
  const other = otherEnd(ifnet, address);
  const scoped = (bytes: Uint8Array) => socketAddress(embedScope(bytes, ifnet.index));
  return {
    name: ifnet.name,
    flags: ifnet.flags,
    addr: scoped(address.address),
    netmask: socketAddress(maskOfPrefix(address.prefixLength, address.address.length)),
    dstaddr: other && scoped(other),
    data: null,
    addrflags: address.flags,
  };
}

/** The peer of a point-to-point link or the broadcast address: one field has either. */
function otherEnd({ flags }: Ifnet, { peer, broadcast }: LinkAddress): Uint8Array | null {
  if (flags & IFF_POINTOPOINT) return peer;
  return flags & IFF_BROADCAST ? broadcast : null;
}
