/** Sending the structs that most requests are made of: an ifreq, an ifreq that points at more, an ifdrv. */
import { AF_INET, ioctlNumber, structs, type IoctlName } from '../../native-structs';
import type { Kernel, SocketDomain } from '../ioctl/kernel';
import { toKernelName } from './ifname';

/** A view of a struct ifreq. */
export type Ifreq = ReturnType<ReturnType<typeof structs<'ifreq'>>['at']>;

/**
 * Sends a struct ifreq for `ifname` and returns it as the kernel left it. `fill` writes what goes with the name.
 * Throws KernelError.
 */
export async function sendIfreq(
  kernel: Kernel,
  request: IoctlName,
  ifname: string,
  fill?: (ifreq: Ifreq) => void,
  domain: SocketDomain = AF_INET,
): Promise<Ifreq> {
  const ifreq = structs(kernel.abi, 'ifreq');
  const argument = ifreq.make({ ifr_name: toKernelName(ifname) });
  const view = ifreq.at(argument);
  fill?.(view);
  await kernel.ioctl(domain, ioctlNumber(kernel.abi, request), argument);
  return view;
}

/**
 * Sends a struct ifreq whose ifr_data points at `memory` (null: NULL), which the kernel may change in place.
 * Throws KernelError.
 */
export async function sendIndirect(
  kernel: Kernel,
  request: IoctlName,
  ifname: string,
  memory: Buffer | null,
): Promise<void> {
  const ifreq = structs(kernel.abi, 'ifreq');
  const argument = ifreq.make({ ifr_name: toKernelName(ifname) });
  const pointees = memory ? [{ at: ifreq.fields.ifr_ifru.offset, memory }] : [];
  await kernel.ioctl(AF_INET, ioctlNumber(kernel.abi, request), argument, pointees);
}

/**
 * Sends a struct ifreq whose b_buf points at `memory` (null: NULL) of b_buflen bytes, which the kernel may change in
 * place. Throws KernelError.
 */
export async function sendBuffer(
  kernel: Kernel,
  request: IoctlName,
  ifname: string,
  memory: Buffer | null,
): Promise<void> {
  const ifreq = structs(kernel.abi, 'ifreq');
  const argument = ifreq.make({
    ifr_name: toKernelName(ifname),
    ifr_ifru: { ifru_b: { b_buflen: memory?.length ?? 0 } },
  });
  const union = ifreq.fields.ifr_ifru;
  const at = union.offset + union.type.fields.ifru_b.type.fields.b_buf.offset;
  await kernel.ioctl(AF_INET, ioctlNumber(kernel.abi, request), argument, memory ? [{ at, memory }] : []);
}

/**
 * Sends a struct ifdrv with command `command` and ifd_data pointing at `memory` (null: NULL). Returns ifd_len as
 * the kernel left it, in bytes. Throws KernelError.
 */
export async function sendIfdrv(
  kernel: Kernel,
  request: 'SIOCSDRVSPEC' | 'SIOCGDRVSPEC' | 'SIOCGLINKSTR' | 'SIOCSLINKSTR',
  ifname: string,
  command: number,
  memory: Buffer | null,
): Promise<number> {
  const ifdrv = structs(kernel.abi, 'ifdrv');
  const argument = ifdrv.make({
    ifd_name: toKernelName(ifname),
    ifd_cmd: BigInt(command),
    ifd_len: BigInt(memory?.length ?? 0),
  });
  const pointees = memory ? [{ at: ifdrv.fields.ifd_data.offset, memory }] : [];
  await kernel.ioctl(AF_INET, ioctlNumber(kernel.abi, request), argument, pointees);
  return Number(ifdrv.at(argument).ifd_len);
}
