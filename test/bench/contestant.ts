/** What is compared: a way of carrying Ethernet frames from A to B. */
import type { Programs } from './programs';
import type { TunnelEnd } from './topology';

export type Ends = readonly [TunnelEnd, TunnelEnd];

/** Both ends of a tunnel, with devices named as `tunnelDevice`. */
export interface Running {
  /** The processes that move the frames, A's first; none if the kernel does. */
  readonly pids: readonly number[];
  /** Ends both and removes their devices. */
  stop(): Promise<void>;
}

export interface Contestant {
  /** For --only and in results. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** The contestant that this one's ratios are multiples of. */
  readonly reference: 'qemu' | 'qemu-udp';
  /** Why it cannot run on this machine, or false. */
  unavailable(): string | false;
  start(ends: Ends, programs: Programs): Promise<Running>;
}
