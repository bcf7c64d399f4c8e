/** struct if_data of an interface: its counters and its link state. */
import { AF_INET, ioctlNumber, LINK_STATE_DOWN, LINK_STATE_UP, structs } from '../../native-structs';
import { KernelError } from '../../native-structs/kernel-error';
import type { Kernel } from '../ioctl/kernel';
import { orFail } from './errors';
import { toKernelName } from './ifname';

/** Reads it; SIOCZIFDATA also sets the counters to zero. Throws CommandError. */
export async function interfaceData(
  kernel: Kernel,
  ifname: string,
  request: 'SIOCGIFDATA' | 'SIOCZIFDATA' = 'SIOCGIFDATA',
) {
  const type = structs(kernel.abi, 'ifdatareq');
  const argument = type.make({ ifdr_name: toKernelName(ifname) });
  await orFail(request, kernel.ioctl(AF_INET, ioctlNumber(kernel.abi, request), argument));
  return type.at(argument).ifdr_data;
}

/** Whether frames may pass: true also for a link that does not know its state, false if the kernel does not tell. */
export async function hasCarrier(kernel: Kernel, ifname: string): Promise<boolean> {
  const type = structs(kernel.abi, 'ifdatareq');
  const argument = type.make({ ifdr_name: toKernelName(ifname) });
  try {
    await kernel.ioctl(AF_INET, ioctlNumber(kernel.abi, 'SIOCGIFDATA'), argument);
  } catch (error) {
    if (error instanceof KernelError) return false;
    throw error;
  }
  return type.at(argument).ifdr_data.ifi_link_state !== LINK_STATE_DOWN;
}

/** `up`, `down` or `unknown`. */
export function linkStateName(state: number): string {
  if (state === LINK_STATE_UP) return 'up';
  return state === LINK_STATE_DOWN ? 'down' : 'unknown';
}
