/** <net/if_l2tp.h>: l2tp(4)'s state and its one struct. Session ids and cookies are in host byte order. */
import { header } from './ctypes';

export const L2TP_STATE_DOWN = 0;
export const L2TP_STATE_UP = 1;

export const netIfL2tp = header((c) => ({
  l2tp_req: c.struct('l2tp_req', {
    state: c.int,
    /** Length in bytes: 4 or 8, 0 without cookie. */
    my_cookie_len: c.u_int,
    peer_cookie_len: c.u_int,
    my_sess_id: c.u_int,
    peer_sess_id: c.u_int,
    my_cookie: c.u_int64,
    peer_cookie: c.u_int64,
  }),
}));
