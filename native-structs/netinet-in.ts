/** <netinet/in.h>: IPv4 and IPv6 socket addresses. Ports and addresses are in network byte order. */
import { header } from './ctypes';

/** Protocol number of L2TPv3 over IP (RFC 3931, section 4.1.1). */
export const IPPROTO_L2TP = 115;

export const netinetIn = header((c) => ({
  sockaddr_in: c.struct('sockaddr_in', {
    sin_len: c.u_char,
    sin_family: c.u_char,
    sin_port: c.u_short_be,
    sin_addr: c.bytes(4, 4),
    sin_zero: c.bytes(8),
  }),
  sockaddr_in6: c.struct('sockaddr_in6', {
    sin6_len: c.u_char,
    sin6_family: c.u_char,
    sin6_port: c.u_short_be,
    sin6_flowinfo: c.bytes(4, 4),
    sin6_addr: c.bytes(16),
    /** Host byte order; inside the kernel's ioctls a link-local scope is in bytes 2 and 3 of the address instead. */
    sin6_scope_id: c.u_int,
  }),
}));
