/**
 * What an interface is to the kernel's dispatch: NetBSD's struct ifnet and if_clone, reduced to what is asked of
 * them. Each kind (l2tp, bridge, the host's own) implements it in its file.
 */
import type { IoctlName } from '../../native-structs';
import type { Caller } from './contract';
import type { LinkCounters } from './host';

/** One ioctl on its way through the kernel. */
export interface Request {
  readonly caller: Caller;
  /** Address family of the socket it came through. */
  readonly domain: number;
  readonly name: IoctlName;
  /** The argument's bytes, answered in place. */
  readonly argument: Buffer;
  /** Bytes of the caller's memory. Throws EFAULT outside what the caller passed. */
  copyin(address: bigint, length: number): Buffer;
  /** Writes into the caller's memory. Throws EFAULT, having written nothing, outside what the caller passed. */
  copyout(address: bigint, bytes: Uint8Array): void;
}

export interface Ifnet {
  readonly name: string;
  /** Index, the same as the host's device has. */
  readonly index: number;
  /** NetBSD's IFF_* as they are now, whoever changed them. */
  readonly flags: number;
  readonly mtu: number;
  /** if_type of <net/if_types.h>. */
  readonly type: number;
  readonly linkState: 'up' | 'down' | 'unknown';
  /** Link-layer address; empty if it has none. */
  readonly address: Uint8Array;
  readonly counters: LinkCounters;
  /** Zeroes the counters as SIOCZIFDATA shows them. */
  zeroCounters(): void;
  /** SIOCSIFFLAGS after the generic layer took out IFF_CANTCHANGE; throws KernelError. */
  setFlags(flags: number): Promise<void>;
  /** SIOCSIFMTU; throws EINVAL out of range. */
  setMtu(mtu: number): Promise<void>;
  /**
   * NetBSD's SIOCINITIFADDR: makes the interface ready for an address, before it gets one. Interfaces without it take
   * none: ENOTTY.
   */
  initAddress?(): void;
  /** Requests of this kind alone; throws ENOTTY for what it does not know. */
  ioctl(request: Request): Promise<void>;
}

/** Interfaces that can be created and destroyed. */
export interface Cloner {
  /** The name without unit. */
  readonly name: 'l2tp' | 'bridge';
  create(unit: number): Promise<Ifnet>;
  destroy(ifnet: Ifnet): Promise<void>;
  /** Those that this kernel made and that still exist on the host. */
  list(): readonly Ifnet[];
}
