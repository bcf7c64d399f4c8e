/** struct if_data of an interface, as SIOCGIFDATA and getifaddrs(3) give it. */
import { LINK_STATE_DOWN, LINK_STATE_UNKNOWN, LINK_STATE_UP, structs } from '../../native-structs';
import type { Ifnet } from './driver';
import type { InterfaceMemory } from './interface-memory';
import { isEthernetLike } from './link-type';
import { kernelAbi } from './requests';

const if_data = structs(kernelAbi, 'if_data');

const linkStates = { unknown: LINK_STATE_UNKNOWN, down: LINK_STATE_DOWN, up: LINK_STATE_UP } as const;
const ETHER_HDR_LEN = 14;

export function interfaceData(ifnet: Ifnet, { metric, lastChange }: InterfaceMemory): Buffer {
  const { counters } = ifnet;
  return if_data.make({
    ifi_type: ifnet.type,
    ifi_addrlen: ifnet.address.length,
    ifi_hdrlen: isEthernetLike(ifnet.type) ? ETHER_HDR_LEN : 0,
    ifi_link_state: linkStates[ifnet.linkState],
    ifi_mtu: BigInt(ifnet.mtu),
    ifi_metric: BigInt.asUintN(64, BigInt(metric)),
    ifi_ipackets: counters.ipackets,
    ifi_ierrors: counters.ierrors,
    ifi_opackets: counters.opackets,
    ifi_oerrors: counters.oerrors,
    ifi_collisions: counters.collisions,
    ifi_ibytes: counters.ibytes,
    ifi_obytes: counters.obytes,
    ifi_imcasts: counters.imcasts,
    ifi_iqdrops: counters.iqdrops,
    ifi_lastchange: {
      tv_sec: BigInt(Math.floor(lastChange / 1000)),
      tv_nsec: BigInt(lastChange % 1000) * 1_000_000n,
    },
  });
}
