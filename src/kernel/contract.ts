/** What the daemon (or a test) holds of the emulated kernel, and what the kernel asks of its surroundings. */
import type { Abi } from '../../native-structs';
import type { Datapath } from '../datapath/datapath';
import type { Host } from './host';

/** Who asks. */
export interface Caller {
  /** Effective user id; 0 may do everything. */
  readonly uid: number;
}

/** A caller's memory that an argument's pointers lead to, at the addresses that the pointers hold. */
export interface MemoryRegion {
  readonly address: bigint;
  /** Changed in place by copyout. */
  readonly bytes: Buffer;
}

export interface Log {
  error(message: string): void;
  warning(message: string): void;
  info(message: string): void;
  debug(message: string): void;
}

export interface KernelOptions {
  readonly host: Host;
  readonly datapath: Datapath;
  readonly log: Log;
  /** A tunnel whose addresses have ports travels in UDP; without it ports mean nothing, as on NetBSD. */
  readonly udpPorts?: boolean;
}

/** As getifaddrs(3) gives it: NetBSD socket addresses in the kernel's ABI. */
export interface KernelIfAddr {
  readonly name: string;
  readonly flags: number;
  readonly addr: Buffer | null;
  readonly netmask: Buffer | null;
  readonly dstaddr: Buffer | null;
  readonly data: Buffer | null;
  readonly addrflags: number;
}

export interface EmulatedKernel {
  readonly abi: Abi;
  /**
   * ioctl(2). Changes `argument` and `memory` in place as NetBSD's copyout would. Requests run one after the
   * other in the order of the calls. Throws KernelError.
   */
  ioctl(
    caller: Caller,
    domain: number,
    request: number,
    argument: Buffer,
    memory: readonly MemoryRegion[],
  ): Promise<void>;
  getifaddrs(): Promise<readonly KernelIfAddr[]>;
  /** Whether interfaces exist that this kernel made; when false, a daemon has no reason to stay. */
  readonly inUse: boolean;
  /** The TAP of this pseudowire went away behind our back: forget its interface. */
  interfaceGone(id: number): Promise<void>;
  /** Destroys every interface that this kernel made. */
  shutdown(): Promise<void>;
}
