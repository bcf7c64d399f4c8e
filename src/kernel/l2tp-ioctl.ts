/** l2tp_ioctl(): what an l2tp interface answers beyond what every interface does (l2tp(4), <net/if_l2tp.h>). */
import { AF_INET, AF_INET6, IFF_DEBUG, type IoctlName, KernelError, structs } from '../../native-structs';
import type { Request } from './driver';
import { L2TPDROPS, readDrops } from './l2tp-drops';
import type { L2tpIfnet } from './l2tp-ifnet';
import { deleteTunnel, getTunnel, getTunnelEnd, setTunnel } from './l2tp-tunnel';
import type { Cookie } from './l2tp-variant';
import { kernelAbi } from './requests';

const ifreq = structs(kernelAbi, 'ifreq');
const ifdrv = structs(kernelAbi, 'ifdrv');
const l2tp_req = structs(kernelAbi, 'l2tp_req');

type Handler = (ifnet: L2tpIfnet, request: Request) => void | Promise<void>;

const handlers: Partial<Record<IoctlName, Handler>> = {
  SIOCSIFADDR: (ifnet) => ifnet.setUp(true),
  SIOCSIFDSTADDR: () => undefined,
  SIOCADDMULTI: checkMulticastFamily,
  SIOCDELMULTI: checkMulticastFamily,
  SIOCSLIFPHYADDR: setTunnel('if_laddrreq'),
  SIOCSIFPHYADDR: setTunnel('in_aliasreq'),
  SIOCSIFPHYADDR_IN6: setTunnel('in6_aliasreq'),
  SIOCDIFPHYADDR: deleteTunnel,
  SIOCGLIFPHYADDR: getTunnel,
  SIOCGIFPSRCADDR: getTunnelEnd('ifreq', 'source'),
  SIOCGIFPDSTADDR: getTunnelEnd('ifreq', 'destination'),
  SIOCGIFPSRCADDR_IN6: getTunnelEnd('in6_ifreq', 'source'),
  SIOCGIFPDSTADDR_IN6: getTunnelEnd('in6_ifreq', 'destination'),
  SIOCSL2TPSESSION: setSession,
  SIOCDL2TPSESSION: (ifnet) => ifnet.driver.change(ifnet, { localSession: 0, remoteSession: 0 }),
  SIOCSL2TPCOOKIE: setCookies,
  SIOCDL2TPCOOKIE: (ifnet) => ifnet.driver.change(ifnet, { localCookie: null, remoteCookie: null }),
  SIOCSL2TPSTATE: (ifnet, request) => ifnet.driver.change(ifnet, { state: copyinRequest(request).state }),
  SIOCGL2TP: getL2tp,
  SIOCGDRVSPEC: driverSpecific,
};

/** Throws ENOTTY for what the driver does not know. */
export async function l2tpIoctl(ifnet: L2tpIfnet, request: Request): Promise<void> {
  const handler = handlers[request.name];
  if (!handler) throw new KernelError('ENOTTY');
  await handler(ifnet, request);
}

/** The struct l2tp_req that ifr_data leads to. Throws EFAULT. */
function copyinRequest(request: Request) {
  return l2tp_req.at(request.copyin(ifreq.at(request.argument).ifr_ifru.ifru_data, l2tp_req.size));
}

function checkMulticastFamily(_ifnet: L2tpIfnet, { argument }: Request): void {
  const family = ifreq.at(argument).ifr_ifru.ifru_addr.sa_family;
  if (family !== AF_INET && family !== AF_INET6) throw new KernelError('EAFNOSUPPORT');
}

/** Local ids are unique among all interfaces, this one included: even the same line again is refused. */
async function setSession(ifnet: L2tpIfnet, request: Request): Promise<void> {
  const { my_sess_id, peer_sess_id } = copyinRequest(request);
  if (my_sess_id === 0 || peer_sess_id === 0) throw new KernelError('EINVAL');
  const { driver, name } = ifnet;
  const holder = await driver.holderOfSession(my_sess_id);
  if (holder !== undefined) {
    driver.log.warning(`${name}: duplicate session id ${my_sess_id} of ${holder}`);
    throw new KernelError('EINVAL');
  }
  await driver.change(ifnet, { localSession: my_sess_id, remoteSession: peer_sess_id });
  debug(ifnet, `add hash entry: sess_id=${my_sess_id}, idx=${hashBucket(my_sess_id)}`);
}

/** id_hash_func() over L2TP_ID_HASH_SIZE buckets, for the log line. */
function hashBucket(id: number): number {
  const folded = (id >>> 16) ^ id;
  return ((folded >>> 4) ^ folded) & 63;
}

async function setCookies(ifnet: L2tpIfnet, request: Request): Promise<void> {
  const { my_cookie, my_cookie_len, peer_cookie, peer_cookie_len } = copyinRequest(request);
  await ifnet.driver.change(ifnet, {
    localCookie: parseCookie(my_cookie_len, my_cookie),
    remoteCookie: parseCookie(peer_cookie_len, peer_cookie),
  });
  debug(
    ifnet,
    `set cookie: local cookie_len=${my_cookie_len} local cookie=${my_cookie}, ` +
      `remote cookie_len=${peer_cookie_len} remote cookie=${peer_cookie}`,
  );
}

/** Unlike NetBSD, which looks at no more than one of the lengths: EINVAL for what could never match on the wire. */
function parseCookie(length: number, value: bigint): Cookie {
  if (length !== 4 && length !== 8) throw new KernelError('EINVAL');
  if (value === 0n || value >> BigInt(8 * length) !== 0n) throw new KernelError('EINVAL');
  return { length, value };
}

function getL2tp({ softc }: L2tpIfnet, request: Request): void {
  const { state, localSession, remoteSession, localCookie, remoteCookie } = softc.variant;
  request.copyout(
    ifreq.at(request.argument).ifr_ifru.ifru_data,
    l2tp_req.make({
      state,
      my_sess_id: localSession,
      peer_sess_id: remoteSession,
      my_cookie_len: localCookie?.length ?? 0,
      my_cookie: localCookie?.value ?? 0n,
      peer_cookie_len: remoteCookie?.length ?? 0,
      peer_cookie: remoteCookie?.value ?? 0n,
    }),
  );
}

function driverSpecific(ifnet: L2tpIfnet, request: Request): void {
  if (ifdrv.at(request.argument).ifd_cmd !== BigInt(L2TPDROPS)) throw new KernelError('ENOTTY');
  readDrops(ifnet, request);
}

function debug(ifnet: L2tpIfnet, message: string): void {
  if (ifnet.flags & IFF_DEBUG) ifnet.driver.log.debug(`${ifnet.name}: ${message}`);
}
