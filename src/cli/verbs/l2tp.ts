/** session, deletesession, cookie, deletecookie: l2tp(4)'s session and its cookies. */
import { KernelError, L2TP_STATE_DOWN, L2TP_STATE_UP, structs, type Abi } from '../../../native-structs';
import type { Init } from '../../../native-structs';
import type { Kernel } from '../../ioctl/kernel';
import { refusedWith } from '../errors';
import { integer } from '../operands';
import { sendIndirect } from '../request';
import { verb, type Status, type Target, type VerbFamily } from '../verb';

type L2tpReq = ReturnType<ReturnType<typeof structs<'l2tp_req'>>['at']>;

const makeRequest = (abi: Abi, init: Init<L2tpReq> = {}): Buffer => structs(abi, 'l2tp_req').make(init);

type Setter =
  'SIOCSL2TPSESSION' | 'SIOCDL2TPSESSION' | 'SIOCSL2TPCOOKIE' | 'SIOCDL2TPCOOKIE' | 'SIOCSL2TPSTATE';

/** Kernels that know the numbers of NetBSD before 8.3 and 9.2, which have another size in them. */
const oldNumbers = new WeakSet<Kernel>();

/** Sends a struct l2tp_req. A kernel knows one of two numbers for the request and refuses the other with ENOTTY. */
async function sendL2tp({ kernel, ifname }: Target, request: Setter, memory: Buffer): Promise<void> {
  if (oldNumbers.has(kernel)) return sendIndirect(kernel, `${request}_OLD`, ifname, memory);
  try {
    await sendIndirect(kernel, request, ifname, memory);
  } catch (error) {
    if (!refusedWith(error, 'ENOTTY')) throw error;
    await sendIndirect(kernel, `${request}_OLD`, ifname, memory);
    oldNumbers.add(kernel);
  }
}

async function setSession(target: Target, local: bigint, remote: bigint): Promise<void> {
  const ids = { my_sess_id: Number(local), peer_sess_id: Number(remote) };
  const { abi } = target.kernel;
  await sendL2tp(target, 'SIOCSL2TPSESSION', makeRequest(abi, ids));
  await sendL2tp(target, 'SIOCSL2TPSTATE', makeRequest(abi, { ...ids, state: L2TP_STATE_UP }));
}

async function deleteSession(target: Target): Promise<void> {
  const { abi } = target.kernel;
  await sendL2tp(target, 'SIOCDL2TPSESSION', makeRequest(abi));
  await sendL2tp(target, 'SIOCSL2TPSTATE', makeRequest(abi, { state: L2TP_STATE_DOWN }));
}

/** proplib gives a cookie back only as an unsigned number, and its length only as one of 15 bits. */
const longestCookieLength = 0x7fff;

async function setCookie(
  target: Target,
  localLength: bigint,
  local: bigint,
  remoteLength: bigint,
  remote: bigint,
): Promise<void> {
  const lengths = [localLength, remoteLength];
  if (lengths.some((length) => length > longestCookieLength) || local < 0n || remote < 0n)
    throw new KernelError('ENOENT');
  const request = makeRequest(target.kernel.abi, {
    my_cookie_len: Number(localLength),
    my_cookie: local,
    peer_cookie_len: Number(remoteLength),
    peer_cookie: remote,
  });
  await sendL2tp(target, 'SIOCSL2TPCOOKIE', request);
}

async function l2tpStatus({ kernel, ifname }: Status): Promise<readonly string[]> {
  if (!/^l2tp\d/.test(ifname)) return [];
  const memory = makeRequest(kernel.abi);
  try {
    await sendIndirect(kernel, 'SIOCGL2TP', ifname, memory);
  } catch (error) {
    if (error instanceof KernelError) return []; // it is being destroyed
    throw error;
  }
  const request = structs(kernel.abi, 'l2tp_req').at(memory);
  const lines: string[] = [];
  if (request.my_sess_id !== 0 || request.peer_sess_id !== 0)
    lines.push(`local-session-id: ${request.my_sess_id}`, `remote-session-id: ${request.peer_sess_id}`);
  if (request.my_cookie !== 0n || request.peer_cookie !== 0n)
    lines.push(`local-cookie: ${request.my_cookie}`, `remote-cookie: ${request.peer_cookie}`);
  return lines;
}

const sessionId = integer(0n, 0xffffffffn);
const cookieLength = integer(0n, 0xffffn);
const cookie = integer();

export const l2tp: VerbFamily = {
  verbs: [
    verb(['session'], [sessionId, sessionId], setSession),
    verb(['deletesession'], [], deleteSession),
    verb(['cookie'], [cookieLength, cookie, cookieLength, cookie], setCookie),
    verb(['deletecookie'], [], (target) =>
      sendL2tp(target, 'SIOCDL2TPCOOKIE', makeRequest(target.kernel.abi)),
    ),
  ],
  status: l2tpStatus,
  usage: [
    '[ session local-session-id remote-session-id ]',
    '[ cookie local-cookie-length local-cookie remote-cookie-length remote-cookie ]',
  ],
};
