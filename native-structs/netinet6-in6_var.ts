/** <netinet6/in6_var.h>: IPv6 addresses of an interface. Lifetimes in seconds; 0xffffffff is for ever. */
import { header } from './ctypes';
import { IFNAMSIZ } from './net-if';
import { netinetIn } from './netinet-in';

export const IN6_IFF_ANYCAST = 0x1;
export const IN6_IFF_TENTATIVE = 0x2;
export const IN6_IFF_DUPLICATED = 0x4;
export const IN6_IFF_DETACHED = 0x8;
export const IN6_IFF_DEPRECATED = 0x10;
export const IN6_IFF_NODAD = 0x20;
export const IN6_IFF_AUTOCONF = 0x40;
export const IN6_IFF_TEMPORARY = 0x80;
export const ND6_INFINITE_LIFETIME = 0xffffffff;

export const netinet6In6Var = header((c) => {
  const { sockaddr_in6 } = netinetIn(c.abi);
  const in6_addrlifetime = c.struct('in6_addrlifetime', {
    ia6t_expire: c.time_t,
    ia6t_preferred: c.time_t,
    ia6t_vltime: c.u_int,
    ia6t_pltime: c.u_int,
  });
  return {
    in6_addrlifetime,
    in6_ifreq: c.struct('in6_ifreq', {
      ifr_name: c.chars(IFNAMSIZ),
      ifr_ifru: c.union('ifr_ifru', {
        ifru_addr: sockaddr_in6,
        ifru_flags6: c.int,
        ifru_data: c.pointer,
        ifru_lifetime: in6_addrlifetime,
        /** The largest member: 34 counters of 64 bits. */
        ifru_icmp6stat: c.bytes(272, c.u_int64.alignment),
      }),
    }),
    in6_aliasreq: c.struct('in6_aliasreq', {
      ifra_name: c.chars(IFNAMSIZ),
      ifra_addr: sockaddr_in6,
      ifra_dstaddr: sockaddr_in6,
      ifra_prefixmask: sockaddr_in6,
      ifra_flags: c.int,
      ifra_lifetime: in6_addrlifetime,
    }),
  };
});
