/** struct if_data of an interface: its counters and its link state. */
import { AF_INET, ioctlNumber, LINK_STATE_DOWN, LINK_STATE_UP, structs } from '../../native-structs';
import { KernelError } from '../../native-structs/kernel-error';
import type { Kernel } from '../ioctl/kernel';
import type { ReleaseTraits } from '../ioctl/release';
import { orFail } from './errors';
import { toKernelName } from './ifname';

type DataRequest = 'SIOCGIFDATA' | 'SIOCZIFDATA';

/** Throws KernelError. */
async function readData(kernel: Kernel, ifname: string, request: DataRequest) {
  const type = structs(kernel.abi, 'ifdatareq');
  const argument = type.make({ ifdr_name: toKernelName(ifname) });
  await kernel.ioctl(AF_INET, ioctlNumber(kernel.abi, request), argument);
  return type.at(argument).ifdr_data;
}

/** Reads it; SIOCZIFDATA also sets the counters to zero. Throws CommandError. */
export function interfaceData(
  kernel: Kernel,
  ifname: string,
  request: DataRequest = 'SIOCGIFDATA',
): ReturnType<typeof readData> {
  return orFail(request, readData(kernel, ifname, request));
}

/** Bits of ifm_status (<net/if_media.h>): whether the next one means anything, and whether the link is there. */
const IFM_AVALID = 0x1;
const IFM_ACTIVE = 0x2;

/** Whether frames may pass, which releases ask of the media or of the link's state. */
export function hasCarrier(
  kernel: Kernel,
  ifname: string,
  { carrier, mediaRequest }: ReleaseTraits,
): Promise<boolean> {
  return carrier === 'media' ? mediaHasCarrier(kernel, ifname, mediaRequest) : linkHasCarrier(kernel, ifname);
}

/** True also for an interface without media, and for media that do not tell. */
async function mediaHasCarrier(
  kernel: Kernel,
  ifname: string,
  request: ReleaseTraits['mediaRequest'],
): Promise<boolean> {
  const type = structs(kernel.abi, 'ifmediareq');
  const argument = type.make({ ifm_name: toKernelName(ifname) });
  try {
    await kernel.ioctl(AF_INET, ioctlNumber(kernel.abi, request), argument);
  } catch (error) {
    if (error instanceof KernelError) return true;
    throw error;
  }
  const { ifm_status } = type.at(argument);
  return (ifm_status & IFM_AVALID) === 0 || (ifm_status & IFM_ACTIVE) !== 0;
}

/** True also for a link that does not know its state, false if the kernel does not tell. */
async function linkHasCarrier(kernel: Kernel, ifname: string): Promise<boolean> {
  try {
    const { ifi_link_state } = await readData(kernel, ifname, 'SIOCGIFDATA');
    return ifi_link_state !== LINK_STATE_DOWN;
  } catch (error) {
    if (error instanceof KernelError) return false;
    throw error;
  }
}

/** `up`, `down` or `unknown`. */
export function linkStateName(state: number): string {
  if (state === LINK_STATE_UP) return 'up';
  return state === LINK_STATE_DOWN ? 'down' : 'unknown';
}
