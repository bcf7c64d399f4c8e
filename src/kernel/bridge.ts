/** bridge(4) as a cloner: bridges that this kernel makes, and the host's other bridges where they are asked for. */
import { KernelError } from '../../native-structs';
import { Bridge } from './bridge-ifnet';
import type { Cloner, Ifnet } from './driver';
import type { Host, Link } from './host';

export interface BridgeCloner extends Cloner {
  readonly name: 'bridge';
  /**
   * The interface for a bridge that is on the host: ours if this kernel made it, else one that drives it just so.
   * The same object as long as the host's bridge lives. Throws EINVAL if the link is no bridge.
   */
  ifnet(link: Link): Ifnet;
}

/**
 * `isL2tp` says whether a link of the host is an l2tp interface, whose mtu is another matter than the bridge's.
 */
export function bridgeCloner(host: Host, isL2tp: (link: Link) => boolean): BridgeCloner {
  const made = new Map<number, Bridge>();
  const adopted = new Map<number, Bridge>();

  /** Forgets bridges that were deleted behind our back. */
  function forgetGone(bridges: Map<number, Bridge>): void {
    for (const bridge of [...bridges.values()]) if (!bridge.exists) bridges.delete(bridge.index);
  }

  return {
    name: 'bridge',
    // eslint-disable-next-line @typescript-eslint/require-await
    async create(unit) {
      const bridge = Bridge.make(host, `bridge${unit}`, isL2tp);
      made.set(bridge.index, bridge);
      return bridge;
    },
    // eslint-disable-next-line @typescript-eslint/require-await
    async destroy(ifnet) {
      const bridge = [made, adopted].map((bridges) => bridges.get(ifnet.index)).find((one) => one === ifnet);
      if (!bridge) throw new KernelError('EOPNOTSUPP');
      bridge.destroy();
      made.delete(bridge.index);
      adopted.delete(bridge.index);
    },
    list() {
      forgetGone(made);
      return [...made.values()];
    },
    ifnet(link) {
      if (!link.bridge) throw new KernelError('EINVAL');
      const known = made.get(link.index) ?? adopted.get(link.index);
      if (known?.name === link.name) return known;
      forgetGone(made);
      forgetGone(adopted);
      const bridge = Bridge.adopt(host, link, isL2tp);
      adopted.set(bridge.index, bridge);
      return bridge;
    },
  };
}
