/** <netinet/in_var.h>: IPv4 addresses of an interface. */
import { header } from './ctypes';
import { IFNAMSIZ } from './net-if';
import { netinetIn } from './netinet-in';

export const IN_IFF_TENTATIVE = 0x1;
export const IN_IFF_DUPLICATED = 0x2;
export const IN_IFF_DETACHED = 0x4;

export const netinetInVar = header((c) => {
  const { sockaddr_in } = netinetIn(c.abi);
  return {
    in_aliasreq: c.struct('in_aliasreq', {
      ifra_name: c.chars(IFNAMSIZ),
      ifra_addr: sockaddr_in,
      ifra_dstaddr: sockaddr_in,
      ifra_mask: sockaddr_in,
    }),
  };
});
