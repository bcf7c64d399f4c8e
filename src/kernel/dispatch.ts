/** doifioctl(): finds who answers a request and whether the caller may make it, in NetBSD's order of checks. */
import {
  AF_INET,
  AF_INET6,
  AF_LINK,
  AF_LOCAL,
  IOC_IN,
  IFNAMSIZ,
  type IoctlName,
  KernelError,
  parameterLength,
  structs,
} from '../../native-structs';
import { create, destroy, listCloners } from './clone';
import { commonIoctl } from './common-ioctl';
import type { Ifnet, Request } from './driver';
import { listConfiguration } from './ifconf';
import { inet6Control } from './inet6';
import { inetControl } from './inet';
import { linkControl } from './link-control';
import { isPrivileged, kernelAbi, requestName } from './requests';
import type { System } from './system';

const ifreq = structs(kernelAbi, 'ifreq');
const interfaceGroup = 'i'.charCodeAt(0);

/** Requests that are of no interface, or of one that need not be there yet. */
const withoutInterface: Partial<
  Record<IoctlName, (system: System, request: Request) => void | Promise<void>>
> = {
  SIOCGIFCONF: listConfiguration,
  SIOCIFCREATE: create,
  SIOCIFDESTROY: destroy,
  SIOCIFGCLONERS: listCloners,
};

/** Answers in the argument and in the caller's memory; throws KernelError. */
export async function dispatch(system: System, number: number, call: Omit<Request, 'name'>): Promise<void> {
  const name = requestName(number);
  const request = name && { ...call, name };
  const global = name && withoutInterface[name];
  if (request && global) {
    mustBeAllowed(request);
    await global(system, request);
    return;
  }
  if (((number >>> 8) & 0xff) !== interfaceGroup) throw new KernelError('ENOTTY');
  if ((number & IOC_IN) === 0 || parameterLength(number) < IFNAMSIZ) throw new KernelError('EINVAL');
  const ifnet = system.interfaces.get(interfaceName(call.argument));
  if (!request) throw new KernelError(call.domain === AF_LOCAL ? 'EOPNOTSUPP' : 'ENOTTY');
  mustBeAllowed(request);
  if (await commonIoctl(ifnet, request, system.interfaces)) return;
  if (await driverIoctl(ifnet, request)) return;
  protocolIoctl(system, ifnet, request);
}

/** Each of these arguments begins with the interface's name. */
function interfaceName(argument: Buffer): string {
  return ifreq.fields.ifr_name.type.get(argument, ifreq.fields.ifr_name.offset);
}

function mustBeAllowed({ name, caller }: Request): void {
  if (isPrivileged(name) && caller.uid !== 0) throw new KernelError('EPERM');
}

/** False if the driver knows no such request. */
async function driverIoctl(ifnet: Ifnet, request: Request): Promise<boolean> {
  try {
    await ifnet.ioctl(request);
    return true;
  } catch (error) {
    if (error instanceof KernelError && error.code === 'ENOTTY') return false;
    throw error;
  }
}

/** The protocols of the socket's family have the last word. */
function protocolIoctl(system: System, ifnet: Ifnet, request: Request): void {
  switch (request.domain) {
    case AF_INET:
      inetControl(system, ifnet, request);
      return;
    case AF_INET6:
      inet6Control(system, ifnet, request);
      return;
    case AF_LINK:
      linkControl(system, ifnet, request);
      return;
    case AF_LOCAL:
      throw new KernelError('EOPNOTSUPP');
    default:
      throw new KernelError('ENOTTY');
  }
}
