/** <sys/socket.h>, <net/if_dl.h>: address families and generic socket addresses. NetBSD's have a length byte. */
import { header } from './ctypes';

export const AF_UNSPEC = 0;
export const AF_LOCAL = 1;
export const AF_INET = 2;
export const AF_APPLETALK = 16;
export const AF_LINK = 18;
export const AF_INET6 = 24;

export const sysSocket = header((c) => ({
  sockaddr: c.struct('sockaddr', { sa_len: c.u_char, sa_family: c.u_char, sa_data: c.bytes(14) }),
  /** The padding before `__ss_align` and the storage behind it are one field here; its bytes 0 and 1 are ss_len, ss_family. */
  sockaddr_storage: c.union('sockaddr_storage', {
    sa: c.struct('sockaddr', { sa_len: c.u_char, sa_family: c.u_char }),
    bytes: c.bytes(128, c.int64.alignment),
  }),
  sockaddr_dl: c.struct('sockaddr_dl', {
    sdl_len: c.u_char,
    sdl_family: c.u_char,
    sdl_index: c.u_short,
    sdl_addr: c.struct('dl_addr', {
      dl_type: c.u_char,
      dl_nlen: c.u_char,
      dl_alen: c.u_char,
      dl_slen: c.u_char,
      dl_data: c.bytes(24),
    }),
  }),
}));
