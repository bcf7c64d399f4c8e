/** SIOCGIFCONF: a struct ifreq for each address of each interface, an empty one for interfaces without any. */
import { KernelError, structs } from '../../native-structs';
import type { Request } from './driver';
import { listAddresses } from './ifaddrs';
import { kernelAbi } from './requests';
import type { System } from './system';

const ifreq = structs(kernelAbi, 'ifreq');
const ifconf = structs(kernelAbi, 'ifconf');

/** Fills the buffer with as many as fit and answers how many bytes those are; a NULL buffer asks how many are needed. */
export function listConfiguration(system: System, request: Request): void {
  const argument = ifconf.at(request.argument);
  const entries = listAddresses(system).map(({ name, addr }) => {
    const entry = ifreq.make();
    entry.write(name, 0, ifreq.fields.ifr_name.type.size - 1);
    // One that is longer than the union, of a long link-layer address, is cut off.
    addr?.copy(entry, ifreq.fields.ifr_ifru.offset);
    return entry;
  });
  if (argument.ifc_ifcu === 0n) {
    argument.ifc_len = entries.length * ifreq.size;
    return;
  }
  if (argument.ifc_len < 0) throw new KernelError('EINVAL');
  const fitting = Buffer.concat(entries.slice(0, Math.floor(argument.ifc_len / ifreq.size)));
  request.copyout(argument.ifc_ifcu, fitting);
  argument.ifc_len = fitting.length;
}
