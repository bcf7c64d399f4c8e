/** What is compared: a way of carrying Ethernet frames from A to B. */
import type { Programs } from './programs';
import type { TunnelEnd } from './topology';

/** One end of a tunnel, with a device named as `tunnelDevice`. */
export interface RunningEnd {
  /** The process that moves the frames; undefined if the kernel does. */
  readonly pid: number | undefined;
  /** Ends it and removes its device. */
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
  start(end: TunnelEnd, programs: Programs): Promise<RunningEnd>;
}
