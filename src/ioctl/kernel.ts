/**
 * The seam: what the commands ask of a kernel, be it NetBSD's or the emulated one.
 *
 * A request carries its argument's bytes in the kernel's own ABI. Where the argument holds a pointer (ifr_data,
 * ifd_data, b_buf, ifcr_buffer), the memory behind it comes as a `Pointee`, and the implementation writes the
 * address into the argument.
 */
import type { Abi } from '../../native-structs';

/** Memory that a pointer in an ioctl's argument leads to. */
export interface Pointee {
  /** Offset in bytes of the pointer inside the argument. */
  readonly at: number;
  /** What it points at; the kernel reads it and may write into it. */
  readonly memory: Buffer;
}

/** One address of one interface, as getifaddrs(3) lists it. Socket addresses are NetBSD's, in the kernel's ABI. */
export interface IfAddr {
  readonly name: string;
  /** IFF_* of the interface. */
  readonly flags: number;
  readonly addr: Buffer | null;
  readonly netmask: Buffer | null;
  /** Destination of a point-to-point interface, else the broadcast address. */
  readonly dstaddr: Buffer | null;
  /** struct if_data, for the AF_LINK address. */
  readonly data: Buffer | null;
  /** IN_IFF_* or IN6_IFF_*. */
  readonly addrflags: number;
}

/** Domains that an ioctl's socket may have, as NetBSD numbers them. */
export type SocketDomain = 1 | 2 | 18 | 24;

export interface Kernel {
  /** The data model that arguments have to be in. */
  readonly abi: Abi;
  /**
   * ioctl(2) on a datagram socket of `domain`. `argument` and the pointees are changed in place as the kernel
   * answers; pointers in `argument` hold addresses of no meaning afterwards. Throws KernelError.
   */
  ioctl(
    domain: SocketDomain,
    request: number,
    argument: Buffer,
    pointees?: readonly Pointee[],
  ): Promise<void>;
  /** Every address of every interface, in the kernel's order of interfaces. Throws KernelError. */
  getifaddrs(): Promise<readonly IfAddr[]>;
  /** Frees what the implementation holds. */
  close(): Promise<void>;
}
