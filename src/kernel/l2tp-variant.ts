/**
 * What is configured on one l2tp interface (NetBSD's struct l2tp_variant), and the pseudowire that the data path gets
 * for it. Never changed, only replaced.
 */
import { L2TP_STATE_DOWN, L2TP_STATE_UP } from '../../native-structs';
import type { Pseudowire, TunnelAddresses } from '../datapath/datapath';
import { extractScope } from './scope';
import { hostAddress, hostPort } from './socket-address';

/** Both ends' socket addresses as SIOCSLIFPHYADDR gave them: of one family, ports and embedded scopes included. */
export interface Tunnel {
  readonly source: Buffer;
  readonly destination: Buffer;
}

export interface Cookie {
  /** In bytes. */
  readonly length: 4 | 8;
  /** Host byte order; fits `length`, and is not 0. */
  readonly value: bigint;
}

export interface Variant {
  readonly tunnel: Tunnel | null;
  /** L2TP_STATE_UP receives; any other integer does not. */
  readonly state: number;
  /** Host byte order; both 0 or neither. */
  readonly localSession: number;
  readonly remoteSession: number;
  readonly localCookie: Cookie | null;
  readonly remoteCookie: Cookie | null;
}

/** As an interface is created. */
export const nothingConfigured: Variant = {
  tunnel: null,
  state: L2TP_STATE_DOWN,
  localSession: 0,
  remoteSession: 0,
  localCookie: null,
  remoteCookie: null,
};

/** The ends of the pseudowire that a variant is made into. */
export type Device = Pick<Pseudowire, 'id' | 'name' | 'tap' | 'vnetHeader'>;

/** `udpPorts`: a tunnel whose addresses have ports travels in UDP. */
export function pseudowire(device: Device, variant: Variant, udpPorts: boolean): Pseudowire {
  const { localSession, remoteSession, localCookie, remoteCookie } = variant;
  return {
    ...device,
    tunnel: variant.tunnel && tunnelAddresses(variant.tunnel, udpPorts),
    localSession,
    remoteSession,
    localCookie: wireCookie(localCookie),
    remoteCookie: wireCookie(remoteCookie),
    receiving: variant.state === L2TP_STATE_UP,
  };
}

/** Whether at least one of the addresses has a port. */
export function hasPorts({ source, destination }: Tunnel): boolean {
  return hostPort(source) !== 0 || hostPort(destination) !== 0;
}

/** A tunnel's end may have its scope in the address; one of the two is enough. */
function tunnelAddresses(tunnel: Tunnel, udpPorts: boolean): TunnelAddresses {
  const { source, destination } = tunnel;
  const local = extractScope(hostAddress(source));
  const remote = extractScope(hostAddress(destination));
  return {
    local: local.address,
    remote: remote.address,
    scope: remote.scope || local.scope,
    ...(udpPorts && hasPorts(tunnel) && { udp: { local: hostPort(source), remote: hostPort(destination) } }),
  };
}

/** RFC 3931, section 4.1: the cookie's bytes in network order. */
function wireCookie(cookie: Cookie | null): Uint8Array {
  if (!cookie) return new Uint8Array();
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(cookie.value);
  return Uint8Array.from(bytes.subarray(8 - cookie.length));
}
