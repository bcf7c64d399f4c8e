/** <net/if.h>, <net/if_ether.h>: interface flags and the structs that most interface ioctls carry. */
import { header } from './ctypes';
import { sysSocket } from './sys-socket';
import { sysTime } from './sys-time';

export const IFNAMSIZ = 16;
/** Longest description, its NUL included. */
export const IFDESCRSIZE = 64;

export const IFF_UP = 0x1;
export const IFF_BROADCAST = 0x2;
export const IFF_DEBUG = 0x4;
export const IFF_LOOPBACK = 0x8;
export const IFF_POINTOPOINT = 0x10;
export const IFF_UNNUMBERED = 0x20;
export const IFF_RUNNING = 0x40;
export const IFF_NOARP = 0x80;
export const IFF_PROMISC = 0x100;
export const IFF_ALLMULTI = 0x200;
export const IFF_OACTIVE = 0x400;
export const IFF_SIMPLEX = 0x800;
export const IFF_LINK0 = 0x1000;
export const IFF_LINK1 = 0x2000;
export const IFF_LINK2 = 0x4000;
export const IFF_MULTICAST = 0x8000;
/** Flags that SIOCSIFFLAGS leaves alone. */
export const IFF_CANTCHANGE = 0x8f52;

/** Flags of struct if_laddrreq: `prefixlen` is meant; the address in use; the one that the interface came with. */
export const IFLR_PREFIX = 0x8000;
export const IFLR_ACTIVE = 0x4000;
export const IFLR_FACTORY = 0x2000;

export const LINK_STATE_UNKNOWN = 0;
export const LINK_STATE_DOWN = 1;
export const LINK_STATE_UP = 2;

export const netIf = header((c) => {
  const { sockaddr, sockaddr_storage } = sysSocket(c.abi);
  const { timespec } = sysTime(c.abi);
  const ifr_name = c.chars(IFNAMSIZ);
  const if_data = c.struct('if_data', {
    ifi_type: c.u_char,
    ifi_addrlen: c.u_char,
    ifi_hdrlen: c.u_char,
    ifi_link_state: c.int,
    ifi_mtu: c.u_int64,
    ifi_metric: c.u_int64,
    ifi_baudrate: c.u_int64,
    ifi_ipackets: c.u_int64,
    ifi_ierrors: c.u_int64,
    ifi_opackets: c.u_int64,
    ifi_oerrors: c.u_int64,
    ifi_collisions: c.u_int64,
    ifi_ibytes: c.u_int64,
    ifi_obytes: c.u_int64,
    ifi_imcasts: c.u_int64,
    ifi_omcasts: c.u_int64,
    ifi_iqdrops: c.u_int64,
    ifi_noproto: c.u_int64,
    ifi_lastchange: timespec,
  });
  return {
    ifreq: c.struct('ifreq', {
      ifr_name,
      ifr_ifru: c.union('ifr_ifru', {
        ifru_addr: sockaddr,
        ifru_space: sockaddr_storage,
        ifru_flags: c.short,
        ifru_addrflags: c.int,
        ifru_metric: c.int,
        ifru_mtu: c.int,
        ifru_dlt: c.int,
        ifru_value: c.u_int,
        ifru_data: c.pointer,
        ifru_b: c.struct('ifru_b', { b_buflen: c.u_int, b_buf: c.pointer }),
      }),
    }),
    ifaliasreq: c.struct('ifaliasreq', {
      ifra_name: ifr_name,
      ifra_addr: sockaddr,
      ifra_dstaddr: sockaddr,
      ifra_mask: sockaddr,
    }),
    if_laddrreq: c.struct('if_laddrreq', {
      iflr_name: ifr_name,
      flags: c.u_int,
      prefixlen: c.u_int,
      addr: sockaddr_storage,
      dstaddr: sockaddr_storage,
    }),
    if_addrprefreq: c.struct('if_addrprefreq', {
      ifap_name: ifr_name,
      ifap_preference: c.short,
      ifap_addr: sockaddr_storage,
    }),
    ifdrv: c.struct('ifdrv', {
      ifd_name: ifr_name,
      ifd_cmd: c.u_long,
      ifd_len: c.u_long,
      ifd_data: c.pointer,
    }),
    if_clonereq: c.struct('if_clonereq', { ifcr_total: c.int, ifcr_count: c.int, ifcr_buffer: c.pointer }),
    ifconf: c.struct('ifconf', { ifc_len: c.int, ifc_ifcu: c.pointer }),
    if_data,
    ifdatareq: c.struct('ifdatareq', { ifdr_name: ifr_name, ifdr_data: if_data }),
    ifmediareq: c.struct('ifmediareq', {
      ifm_name: ifr_name,
      ifm_current: c.int,
      ifm_mask: c.int,
      ifm_status: c.int,
      ifm_active: c.int,
      ifm_count: c.int,
      ifm_ulist: c.pointer,
    }),
    ifcapreq: c.struct('ifcapreq', {
      ifcr_name: ifr_name,
      ifcr_capabilities: c.u_int64,
      ifcr_capenable: c.u_int64,
    }),
    eccapreq: c.struct('eccapreq', { eccr_name: ifr_name, eccr_capabilities: c.int, eccr_capenable: c.int }),
    /** <ifaddrs.h>; `ifa_dstaddr` is also `ifa_broadaddr`. */
    ifaddrs: c.struct('ifaddrs', {
      ifa_next: c.pointer,
      ifa_name: c.pointer,
      ifa_flags: c.u_int,
      ifa_addr: c.pointer,
      ifa_netmask: c.pointer,
      ifa_dstaddr: c.pointer,
      ifa_data: c.pointer,
      ifa_addrflags: c.u_int,
    }),
  };
});
