/** The man page's picture: hosts X and Y, each on a segment of its own behind a router, and the routers A and B. */
import { Lab, type Namespace } from './lab';

/** Addresses of X and Y inside the tunnel, by family. */
export const inner = {
  ipv4: { x: '192.168.1.1', y: '192.168.1.2' },
  ipv6: { x: 'fd00:1::1', y: 'fd00:1::2' },
} as const;

/** Addresses of A and B on the wire between them, by family. */
export const outer = { ipv4: ['192.168.0.1', '192.168.0.2'], ipv6: ['fd00::1', 'fd00::2'] } as const;

export type Family = keyof typeof inner;
export const families: readonly Family[] = ['ipv4', 'ipv6'];

/**
 * X (eth0) - (wm1) A (wm0) = (wm0) B (wm1) - (eth0) Y. X and Y are ready; the routers' interfaces are down and bare, as
 * the scripts find them. There may be a host M in the wire between A and B, (left) M (right), which passes nothing by itself.
 */
export class Site {
  readonly #lab = new Lab();
  readonly x: Namespace;
  readonly a: Namespace;
  readonly b: Namespace;
  readonly y: Namespace;
  readonly m: Namespace | undefined;

  /** `outerMtu` is that of the wire between A and B, in bytes; `middle` whether M is in it. */
  constructor(outerMtu = 1500, middle = false) {
    this.x = this.#lab.host('x');
    this.a = this.#lab.host('a');
    this.b = this.#lab.host('b');
    this.y = this.#lab.host('y');
    this.#lab.wire(this.x, 'eth0', this.a, 'wm1');
    if (middle) this.m = this.#wiresThroughMiddle(outerMtu);
    else this.#lab.wire(this.a, 'wm0', this.b, 'wm0', outerMtu);
    this.#lab.wire(this.y, 'eth0', this.b, 'wm1');
    for (const side of ['x', 'y'] as const) {
      this[side].ip('addr', 'add', `${inner.ipv4[side]}/24`, 'dev', 'eth0');
      this[side].ip('addr', 'add', `${inner.ipv6[side]}/64`, 'dev', 'eth0', 'nodad');
      this[side].ip('link', 'set', 'eth0', 'up');
    }
  }

  #wiresThroughMiddle(mtu: number): Namespace {
    const m = this.#lab.host('m');
    this.#lab.wire(this.a, 'wm0', m, 'left', mtu);
    this.#lab.wire(m, 'right', this.b, 'wm0', mtu);
    for (const name of ['left', 'right']) {
      m.sh(`echo 1 > /proc/sys/net/ipv6/conf/${name}/disable_ipv6`);
      m.ip('link', 'set', name, 'up');
    }
    return m;
  }

  routers(): readonly [Namespace, Namespace] {
    return [this.a, this.b];
  }

  /** Gives the routers their addresses on the wire, and brings both interfaces of each up. */
  addressRouters(): void {
    for (const [place, host] of this.routers().entries()) {
      host.ip('addr', 'add', `${outer.ipv4[place]}/24`, 'dev', 'wm0');
      host.ip('addr', 'add', `${outer.ipv6[place]}/64`, 'dev', 'wm0', 'nodad');
      host.ip('link', 'set', 'wm0', 'up');
      host.ip('link', 'set', 'wm1', 'up');
    }
  }

  close(): Promise<void> {
    return this.#lab.close();
  }
}

/** Echoes from `host` until `count` came back; throws if that takes more than some seconds. */
export function ping(host: Namespace, address: string, count = 3, ...options: readonly string[]): void {
  host.must(['ping', '-n', '-q', '-c', String(count), '-i', '0.05', '-w', '10', ...options, address]);
}

/** Whether a single echo fails. */
export function unreachable(host: Namespace, address: string): boolean {
  return host.run(['ping', '-n', '-q', '-c', '1', '-W', '1', address]).status !== 0;
}

/** A counter of the host's IPv4 (`Ip`) or IPv6 (`Ip6`) by its SNMP name, since the host was made. */
export function snmp(host: Namespace, group: 'Ip' | 'Ip6', name: string): number {
  if (group === 'Ip6') {
    const text = host.must(['cat', '/proc/net/snmp6']);
    return Number(new RegExp(`^${group}${name}\\s+(\\d+)$`, 'm').exec(text)?.[1]);
  }
  const lines = host.must(['cat', '/proc/net/snmp']).split('\n');
  const [names = '', values = ''] = lines.filter((line) => line.startsWith(`${group}: `));
  return Number(values.split(' ')[names.split(' ').indexOf(name)]);
}
