/** SIOCGIFADDRPREF and SIOCSIFADDRPREF: the host does not prefer addresses, so each has the preference 0. */
import { KernelError, structs } from '../../native-structs';
import type { Ifnet, Request } from './driver';
import type { HostAddresses } from './host-addresses';
import { kernelAbi } from './requests';
import { extractScope } from './scope';
import { hostAddress, socketAddressLength } from './socket-address';

const if_addrprefreq = structs(kernelAbi, 'if_addrprefreq');
const at = if_addrprefreq.fields.ifap_addr.offset;

/**
 * Answers and returns true, or returns false for another request. EADDRNOTAVAIL if the interface has no such address,
 * EOPNOTSUPP for another preference.
 */
export function addressPreference(ifnet: Ifnet, request: Request, addresses: HostAddresses): boolean {
  if (request.name !== 'SIOCGIFADDRPREF' && request.name !== 'SIOCSIFADDRPREF') return false;
  const argument = if_addrprefreq.at(request.argument);
  const length = socketAddressLength.get(argument.ifap_addr.sa.sa_family);
  if (length === undefined) throw new KernelError('EADDRNOTAVAIL');
  const { address, scope } = extractScope(hostAddress(request.argument.subarray(at, at + length)));
  if (!addresses.find(address) || (scope !== 0 && scope !== ifnet.index))
    throw new KernelError('EADDRNOTAVAIL');
  if (request.name === 'SIOCGIFADDRPREF') argument.ifap_preference = 0;
  else if (argument.ifap_preference !== 0) throw new KernelError('EOPNOTSUPP');
  return true;
}
