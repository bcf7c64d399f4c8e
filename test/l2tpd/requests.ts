/** Arguments of ioctls for the daemon's tests. */
import { abi, structs } from '../../native-structs';

/** struct ifreq with the name of an interface. */
export function ifreq(name: string): Buffer {
  return structs(abi('amd64'), 'ifreq').make({ ifr_name: name });
}
