/** A Linux bridge and its ports: IFLA_BR_* and IFLA_BRPORT_* (<linux/if_link.h>) as Host's parameters. */
import type { BridgeParameters, BridgePort } from '../host';
import {
  nestedAttribute,
  u16Attribute,
  u32Attribute,
  u8Attribute,
  type Attribute,
  type Attributes,
} from '../../linux/netlink/attributes';
import * as linux from '../../linux/uapi';

/** The unit of a bridge's times, on all but two long dead architectures. */
export const USER_HZ = 100;

/** Every reserved link-local group but the three that Linux insists on keeping: spanning tree, pause, and LACP. */
const allowedGroupForwards = 0xfff8;

/** As NetBSD's bridges are; `forwardGroups` lets LLDP and the like through, which NetBSD's bridges do. */
export const newBridge = ({ forwardGroups }: { forwardGroups: boolean }): readonly Attribute[] => [
  u32Attribute(linux.IFLA_BR_STP_STATE, 0),
  u8Attribute(linux.IFLA_BR_MCAST_SNOOPING, 0),
  ...(forwardGroups ? [u16Attribute(linux.IFLA_BR_GROUP_FWD_MASK, allowedGroupForwards)] : []),
];

export function decodeBridge(attributes: Attributes): BridgeParameters {
  const seconds = (type: number): number => (attributes.u32(type) ?? 0) / USER_HZ;
  return {
    ageing: seconds(linux.IFLA_BR_AGEING_TIME),
    priority: attributes.u16(linux.IFLA_BR_PRIORITY) ?? 0,
    helloTime: seconds(linux.IFLA_BR_HELLO_TIME),
    forwardDelay: seconds(linux.IFLA_BR_FORWARD_DELAY),
    maxAge: seconds(linux.IFLA_BR_MAX_AGE),
    stp: (attributes.u32(linux.IFLA_BR_STP_STATE) ?? 0) !== 0,
  };
}

export function encodeBridge(parameters: Partial<BridgeParameters>): readonly Attribute[] {
  const ticks = (type: number, seconds: number | undefined): readonly Attribute[] =>
    seconds === undefined ? [] : [u32Attribute(type, Math.round(seconds * USER_HZ))];
  return [
    ...ticks(linux.IFLA_BR_FORWARD_DELAY, parameters.forwardDelay),
    ...ticks(linux.IFLA_BR_HELLO_TIME, parameters.helloTime),
    ...ticks(linux.IFLA_BR_MAX_AGE, parameters.maxAge),
    ...ticks(linux.IFLA_BR_AGEING_TIME, parameters.ageing),
    ...(parameters.stp === undefined ? [] : [u32Attribute(linux.IFLA_BR_STP_STATE, Number(parameters.stp))]),
    ...(parameters.priority === undefined ? [] : [u16Attribute(linux.IFLA_BR_PRIORITY, parameters.priority)]),
  ];
}

export function decodePort(index: number, attributes: Attributes): BridgePort {
  return {
    index,
    learning: attributes.u8(linux.IFLA_BRPORT_LEARNING) !== 0,
    unicastFlood: attributes.u8(linux.IFLA_BRPORT_UNICAST_FLOOD) !== 0,
    state: attributes.u8(linux.IFLA_BRPORT_STATE) ?? 0,
    priority: attributes.u16(linux.IFLA_BRPORT_PRIORITY) ?? 0,
    pathCost: attributes.u32(linux.IFLA_BRPORT_COST) ?? 0,
  };
}

/** For RTM_SETLINK with AF_BRIDGE. */
export function encodePort(changes: Partial<Omit<BridgePort, 'index' | 'state'>>): Attribute {
  const { learning, unicastFlood, priority, pathCost } = changes;
  return nestedAttribute(linux.IFLA_PROTINFO, [
    ...(learning === undefined ? [] : [u8Attribute(linux.IFLA_BRPORT_LEARNING, Number(learning))]),
    ...(unicastFlood === undefined
      ? []
      : [u8Attribute(linux.IFLA_BRPORT_UNICAST_FLOOD, Number(unicastFlood))]),
    ...(priority === undefined ? [] : [u16Attribute(linux.IFLA_BRPORT_PRIORITY, priority)]),
    ...(pathCost === undefined ? [] : [u32Attribute(linux.IFLA_BRPORT_COST, pathCost)]),
  ]);
}
