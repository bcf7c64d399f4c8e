/** X - A = B - Y: two hosts behind two routers that bridge their LAN to a tunnel device named l2tp0. */
import { once } from 'node:events';
import { Lab, type Namespace } from '../system/lab';

export const outer = { a: '10.1.0.1', b: '10.1.0.2' } as const;
export const inner = { x: '192.168.7.1', y: '192.168.7.2' } as const;

/** The device that a tunnel end makes in A and in B. */
export const tunnelDevice = 'l2tp0';

export class Topology {
  readonly #lab = new Lab();
  readonly x: Namespace;
  readonly a: Namespace;
  readonly b: Namespace;
  readonly y: Namespace;

  /** MTU 1500 inside; `outerMtu` between A and B. */
  constructor(outerMtu: number) {
    const [x, a, b, y] = ['x', 'a', 'b', 'y'].map((label) => this.#lab.host(label));
    if (!x || !a || !b || !y) throw new Error('four hosts');
    this.x = x;
    this.a = a;
    this.b = b;
    this.y = y;
    this.#lab.wire(x, 'wm0', a, 'wm1');
    this.#lab.wire(a, 'wm0', b, 'wm0', outerMtu);
    this.#lab.wire(y, 'wm0', b, 'wm1');
    x.ip('addr', 'add', `${inner.x}/24`, 'dev', 'wm0');
    y.ip('addr', 'add', `${inner.y}/24`, 'dev', 'wm0');
    a.ip('addr', 'add', `${outer.a}/24`, 'dev', 'wm0');
    b.ip('addr', 'add', `${outer.b}/24`, 'dev', 'wm0');
    for (const host of [x, a, b, y]) host.ip('link', 'set', 'wm0', 'up');
    for (const router of [a, b]) {
      router.ip('link', 'add', 'bridge0', 'type', 'bridge', 'mcast_snooping', '0');
      router.ip('link', 'set', 'wm1', 'master', 'bridge0', 'up');
      router.ip('link', 'set', 'bridge0', 'up');
    }
  }

  /** Puts the tunnel devices, which must exist, into the bridges; resolves when X reaches Y. */
  join(): void {
    for (const router of [this.a, this.b]) {
      router.ip('link', 'set', tunnelDevice, 'master', 'bridge0', 'up');
    }
    this.x.must(['ping', '-q', '-c1', '-w10', inner.y]);
  }

  /** TCP from X to Y for some seconds; bits a second as the receiver counts them. */
  async tcp(seconds: number, ...options: readonly string[]): Promise<number> {
    const server = this.y.start(['iperf3', '-s', '-1', '--forceflush']);
    await once(server.stdout!, 'data');
    const finished = once(server, 'exit');
    const report = JSON.parse(
      this.x.must(['iperf3', '-c', inner.y, '-t', String(seconds), '-J', ...options]),
    ) as { end: { sum_received: { bits_per_second: number } } };
    await finished;
    return report.end.sum_received.bits_per_second;
  }

  close(): void {
    this.#lab.close();
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
