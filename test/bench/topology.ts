/** X - A = B - Y: two hosts behind two routers that bridge their LAN to a tunnel device named l2tp0. */
import { Lab, type Namespace } from '../system/lab';

export type Family = 'ipv4' | 'ipv6';

/** Addresses between A and B. */
export const outer = {
  ipv4: { a: '10.1.0.1', b: '10.1.0.2', prefix: 24 },
  ipv6: { a: 'fd00:a::1', b: 'fd00:a::2', prefix: 64 },
} as const;

/** Addresses of X and Y. */
export const inner = {
  ipv4: { x: '192.168.7.1', y: '192.168.7.2', prefix: 24 },
  ipv6: { x: 'fd00:7::1', y: 'fd00:7::2', prefix: 64 },
} as const;

/** The device that a tunnel end makes in A and in B. */
export const tunnelDevice = 'l2tp0';

/** One end as its router knows it. */
export interface TunnelEnd {
  readonly host: Namespace;
  readonly local: string;
  readonly remote: string;
  readonly localSession: number;
  readonly remoteSession: number;
}

export class Topology {
  readonly #lab = new Lab();
  readonly x: Namespace;
  readonly a: Namespace;
  readonly b: Namespace;
  readonly y: Namespace;

  /** MTU 1500 inside; `outerMtu` between A and B. */
  constructor(outerMtu: number) {
    this.x = this.#lab.host('x');
    this.a = this.#lab.host('a');
    this.b = this.#lab.host('b');
    this.y = this.#lab.host('y');
    this.#lab.wire(this.x, 'wm0', this.a, 'wm1');
    this.#lab.wire(this.a, 'wm0', this.b, 'wm0', outerMtu);
    this.#lab.wire(this.y, 'wm0', this.b, 'wm1');
    for (const family of ['ipv4', 'ipv6'] as const) {
      this.#address(this.x, inner[family].x, inner[family].prefix);
      this.#address(this.y, inner[family].y, inner[family].prefix);
      this.#address(this.a, outer[family].a, outer[family].prefix);
      this.#address(this.b, outer[family].b, outer[family].prefix);
    }
    for (const host of [this.x, this.a, this.b, this.y]) host.ip('link', 'set', 'wm0', 'up');
    for (const router of [this.a, this.b]) {
      router.ip('link', 'add', 'bridge0', 'type', 'bridge', 'mcast_snooping', '0');
      router.ip('link', 'set', 'wm1', 'master', 'bridge0', 'up');
      router.ip('link', 'set', 'bridge0', 'up');
    }
  }

  #address(host: Namespace, address: string, prefix: number): void {
    const options = address.includes(':') ? ['nodad'] : [];
    host.ip('addr', 'add', `${address}/${prefix}`, 'dev', 'wm0', ...options);
  }

  /** Both ends of a tunnel over the given family. */
  ends(family: Family): readonly [TunnelEnd, TunnelEnd] {
    const { a, b } = outer[family];
    return [
      { host: this.a, local: a, remote: b, localSession: 1, remoteSession: 2 },
      { host: this.b, local: b, remote: a, localSession: 2, remoteSession: 1 },
    ];
  }

  /** Puts the tunnel devices, which must exist, into the bridges; returns when X reaches Y. */
  join(): void {
    for (const router of [this.a, this.b]) {
      router.ip('link', 'set', tunnelDevice, 'master', 'bridge0', 'up');
    }
    for (const { y } of Object.values(inner)) {
      this.x.must(['ping', '-n', '-q', '-c1', '-i0.1', '-w10', y]);
    }
  }

  close(): Promise<void> {
    return this.#lab.close();
  }
}
