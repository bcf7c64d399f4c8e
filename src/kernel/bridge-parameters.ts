/**
 * Spanning tree and ageing parameters of one bridge, in NetBSD's units and ranges.
 *
 * Linux takes hello times of 1 to 10 s, maximum ages of 6 to 40 s and, while spanning tree runs, forward delays of
 * 2 to 30 s. NetBSD takes 1 to 255 s for each. Without spanning tree they have no effect, so any is remembered;
 * with it, what Linux refuses is EINVAL, and so is starting it while such a value is set.
 */
import { KernelError } from '../../native-structs';
import { offer, Setting } from './bridge-setting';
import type { BridgeParameters as HostParameters, Host } from './host';

export type ParameterName = 'ageing' | 'priority' | 'helloTime' | 'forwardDelay' | 'maxAge';

/** Longest ageing time that Linux holds (u32 of 1/100 s); stands for "never" too, which Linux takes as "at once". */
const LONGEST_AGEING = 42_949_672;
/** BRIDGE_RTABLE_TIMEOUT of bridge(4). */
const DEFAULT_TIMEOUT = 1200;

const timers = ['helloTime', 'forwardDelay', 'maxAge'] as const;

export class BridgeParameters {
  readonly #host: Host;
  readonly #index: number;
  readonly #settings: Readonly<Record<ParameterName, Setting>> = {
    ageing: new Setting(),
    priority: new Setting(),
    helloTime: new Setting(),
    forwardDelay: new Setting(),
    maxAge: new Setting(),
  };

  constructor(host: Host, index: number) {
    this.#host = host;
    this.#index = index;
  }

  /** Gives a new bridge of the host NetBSD's defaults where they differ. */
  setDefaults(): void {
    this.set('ageing', DEFAULT_TIMEOUT);
  }

  /** Seconds, or the bridge's priority; an ageing time of 0 is "never". */
  get(name: ParameterName): number {
    const now = this.#host.bridgeParameters(this.#index)[name];
    return this.#settings[name].show(now, now);
  }

  /** Throws EINVAL for a timer of 0, and for what the host cannot hold while it has an effect. */
  set(name: ParameterName, value: number): void {
    if (value === 0 && timers.some((timer) => timer === name)) throw new KernelError('EINVAL');
    const forHost =
      name === 'ageing' ? (value === 0 ? LONGEST_AGEING : Math.min(value, LONGEST_AGEING)) : value;
    offer(() => this.#push({ [name]: forHost }), this.spanningTree);
    this.#settings[name].remember(value, this.#host.bridgeParameters(this.#index)[name]);
  }

  /** Whether the host's bridge runs the spanning tree protocol. */
  get spanningTree(): boolean {
    return this.#host.bridgeParameters(this.#index).stp;
  }

  /** Throws EINVAL, with nothing changed, if the host cannot run it with the timers that are set. */
  set spanningTree(on: boolean) {
    const before = this.#host.bridgeParameters(this.#index);
    if (before.stp === on) return;
    const asked = Object.fromEntries(timers.map((name) => [name, this.get(name)]));
    this.#push({ stp: on });
    if (!on) return;
    try {
      // Linux moves a forward delay into its range when it starts the protocol, so what was asked for goes again.
      offer(() => this.#push(asked), true);
    } catch (error) {
      this.#push({ stp: false });
      this.#push({ forwardDelay: before.forwardDelay });
      throw error;
    }
  }

  #push(parameters: Partial<HostParameters>): void {
    this.#host.setBridgeParameters(this.#index, parameters);
  }
}
