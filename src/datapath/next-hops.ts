/**
 * The next hops of all tunnels over IPv4, kept as the kernel's routes and neighbours are: looked up when a tunnel comes and
 * whenever the kernel notifies a change; no timer of our own.
 *
 * A next hop is usable only while the kernel itself would use the neighbour's address without asking (NUD_REACHABLE,
 * NUD_PERMANENT). In every other state packets take the raw socket, which makes the kernel ask, and its answer is notified.
 */
import {
  AF_INET,
  NETLINK_ROUTE,
  RTMGRP_IPV4_IFADDR,
  RTMGRP_IPV4_ROUTE,
  RTMGRP_IPV4_RULE,
  RTMGRP_LINK,
  RTMGRP_NEIGH,
} from '../linux/uapi';
import { IpsecPolicies } from './ipsec-policies';
import { NetlinkQuery } from './netlink-query';
import { NextHop } from './next-hop';
import type { Readiness } from './readiness';
import { askEthernetMtu, askNeighbour, askRoute, neighbourOf, probeNeighbour } from './route-lookup';
import type { Session } from './session';

const groups = RTMGRP_LINK | RTMGRP_NEIGH | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV4_RULE;

interface Held {
  readonly hop: NextHop;
  holders: number;
}

export class NextHops {
  readonly #routes = new NetlinkQuery(NETLINK_ROUTE, groups);
  readonly #policies = new IpsecPolicies();
  readonly #held = new Map<string, Held>();

  constructor(readiness: Readiness) {
    readiness.add(this.#routes.fd);
    if (this.#policies.fd !== null) readiness.add(this.#policies.fd);
  }

  /** The next hop for one more session; null for those that have none here, without tunnel, over IPv6 and in UDP. */
  acquire({ tunnel, family }: Session): NextHop | null {
    if (tunnel === null || family !== AF_INET || tunnel.udp !== undefined) return null;
    const key = keyOf(tunnel.local, tunnel.remote);
    let held = this.#held.get(key);
    if (held === undefined) {
      held = { hop: new NextHop(tunnel.local, tunnel.remote), holders: 0 };
      this.#held.set(key, held);
      this.#resolve(held.hop, this.#policies.some);
    }
    held.holders += 1;
    return held.hop;
  }

  /** A session holds it no longer. */
  release({ local, remote }: NextHop): void {
    const key = keyOf(local, remote);
    const held = this.#held.get(key);
    if (held === undefined) return;
    held.holders -= 1;
    if (held.holders === 0) this.#held.delete(key);
  }

  /** Obeys what has been notified if `fd` is one of those that tell. */
  refresh(fd: number): void {
    if (fd === this.#routes.fd) this.#followRoutes();
    else if (fd === this.#policies.fd) {
      this.#policies.drain();
      this.#resolveAll();
    }
  }

  close(): void {
    this.#routes.close();
    this.#policies.close();
  }

  #followRoutes(): void {
    const notifications = this.#routes.notifications();
    const changed = new Set<NextHop>();
    for (const notification of notifications ?? []) {
      const neighbour = neighbourOf(notification);
      if (neighbour === null) {
        this.#resolveAll();
        return;
      }
      // Other neighbours of a busy network are not ours.
      for (const { hop } of this.#held.values()) {
        if (hop.interfaceIndex !== neighbour.interfaceIndex) continue;
        if (Buffer.compare(hop.neighbour, neighbour.address) === 0) changed.add(hop);
      }
    }
    if (notifications === null) this.#resolveAll();
    else if (changed.size > 0) {
      const policies = this.#policies.some;
      for (const hop of changed) this.#resolve(hop, policies);
    }
  }

  #resolveAll(): void {
    const policies = this.#policies.some;
    for (const { hop } of this.#held.values()) this.#resolve(hop, policies);
  }

  #resolve(hop: NextHop, policies: boolean): void {
    hop.usable = false;
    const route = policies ? null : askRoute(this.#routes, hop.local, hop.remote);
    if (route === null) return;
    hop.interfaceIndex = route.interfaceIndex;
    hop.neighbour = route.neighbour;
    const mtu = askEthernetMtu(this.#routes, route.interfaceIndex);
    if (mtu === 0) return;
    const { hardware, stale } = askNeighbour(this.#routes, route.interfaceIndex, route.neighbour);
    if (hardware !== null) {
      hop.use(route.interfaceIndex, hardware, route.mtu === 0 ? mtu : Math.min(mtu, route.mtu));
    } else if (stale && hop.used) {
      // Packet sockets do not confirm a neighbour's address: unless it is asked for, it would be forgotten under traffic.
      hop.used = false;
      probeNeighbour(this.#routes, route.interfaceIndex, route.neighbour);
    }
  }
}

function keyOf(local: Uint8Array, remote: Uint8Array): string {
  return Buffer.concat([local, remote]).toString('hex');
}
