/** <net/if_bridgevar.h>: bridge(4)'s commands, carried in struct ifdrv by SIOCSDRVSPEC and SIOCGDRVSPEC. */
import { header } from './ctypes';
import { IFNAMSIZ } from './net-if';

export const BRDGADD = 0;
export const BRDGDEL = 1;
export const BRDGGIFFLGS = 2;
export const BRDGSIFFLGS = 3;
export const BRDGSCACHE = 4;
export const BRDGGCACHE = 5;
export const OBRDGGIFS = 6;
export const OBRDGRTS = 7;
export const BRDGSADDR = 8;
export const BRDGSTO = 9;
export const BRDGGTO = 10;
export const BRDGDADDR = 11;
export const BRDGFLUSH = 12;
export const BRDGGPRI = 13;
export const BRDGSPRI = 14;
export const BRDGGHT = 15;
export const BRDGSHT = 16;
export const BRDGGFD = 17;
export const BRDGSFD = 18;
export const BRDGGMA = 19;
export const BRDGSMA = 20;
export const BRDGSIFPRIO = 21;
export const BRDGSIFCOST = 22;
export const BRDGGFILT = 23;
export const BRDGSFILT = 24;
export const BRDGGIFS = 25;
export const BRDGRTS = 26;

/** Which struct each command's ifd_data points at: one, or for BRDGGIFS and BRDGRTS as many as there are. */
export const bridgeArguments: ReadonlyMap<number, 'ifbreq' | 'ifbareq' | 'ifbrparam'> = new Map([
  [BRDGADD, 'ifbreq'],
  [BRDGDEL, 'ifbreq'],
  [BRDGGIFFLGS, 'ifbreq'],
  [BRDGSIFFLGS, 'ifbreq'],
  [BRDGSCACHE, 'ifbrparam'],
  [BRDGGCACHE, 'ifbrparam'],
  [BRDGSADDR, 'ifbareq'],
  [BRDGSTO, 'ifbrparam'],
  [BRDGGTO, 'ifbrparam'],
  [BRDGDADDR, 'ifbareq'],
  [BRDGFLUSH, 'ifbreq'],
  [BRDGGPRI, 'ifbrparam'],
  [BRDGSPRI, 'ifbrparam'],
  [BRDGGHT, 'ifbrparam'],
  [BRDGSHT, 'ifbrparam'],
  [BRDGGFD, 'ifbrparam'],
  [BRDGSFD, 'ifbrparam'],
  [BRDGGMA, 'ifbrparam'],
  [BRDGSMA, 'ifbrparam'],
  [BRDGSIFPRIO, 'ifbreq'],
  [BRDGSIFCOST, 'ifbreq'],
  [BRDGGFILT, 'ifbrparam'],
  [BRDGSFILT, 'ifbrparam'],
  [BRDGGIFS, 'ifbreq'],
  [BRDGRTS, 'ifbareq'],
]);

export const IFBIF_LEARNING = 0x1;
export const IFBIF_DISCOVER = 0x2;
export const IFBIF_STP = 0x4;

export const IFBF_FLUSHDYN = 0;
export const IFBF_FLUSHALL = 1;

/** Bit of BRDGGFILT's and BRDGSFILT's number: frames go through ipf(4). */
export const IFBF_FILT_USEIPF = 0x1;

export const IFBAF_DYNAMIC = 0;
export const IFBAF_STATIC = 1;

/** Spanning tree states of a member, by their numbers. */
export const BSTP_IFSTATES = ['disabled', 'listening', 'learning', 'forwarding', 'blocking'] as const;

export const netIfBridgevar = header((c) => ({
  ifbreq: c.struct('ifbreq', {
    ifbr_ifsname: c.chars(IFNAMSIZ),
    ifbr_ifsflags: c.u_int,
    ifbr_state: c.u_char,
    ifbr_priority: c.u_char,
    ifbr_path_cost: c.u_char,
    ifbr_portno: c.u_char,
  }),
  ifbifconf: c.struct('ifbifconf', { ifbic_len: c.u_int, ifbic_ifbicu: c.pointer }),
  ifbareq: c.struct('ifbareq', {
    ifba_ifsname: c.chars(IFNAMSIZ),
    /** Seconds until the entry goes; 0 if it is static. */
    ifba_expire: c.time_t,
    ifba_flags: c.u_char,
    ifba_dst: c.bytes(6),
  }),
  ifbaconf: c.struct('ifbaconf', { ifbac_len: c.u_int, ifbac_ifbacu: c.pointer }),
  ifbrparam: c.struct('ifbrparam', {
    ifbrp_ifbrpu: c.union('ifbrp_ifbrpu', {
      ifbrpu_int32: c.u_int,
      ifbrpu_int16: c.u_short,
      ifbrpu_int8: c.u_char,
    }),
  }),
}));
