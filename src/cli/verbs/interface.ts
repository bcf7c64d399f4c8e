/** mtu, metric, description, linkstr, trailers: what any interface has. */
import { IFDESCRSIZE, KernelError } from '../../../native-structs';
import { CommandError, orFail } from '../errors';
import { integer, string, stringOrHex, toInt } from '../operands';
import { sendBuffer, sendIfdrv, sendIfreq, type Ifreq } from '../request';
import { verb, type Status, type Target, type VerbFamily } from '../verb';

const IFLINKSTR_QUERYLEN = 1;
const IFLINKSTR_UNSET = 2;

/** A refused number is only warned about: the words behind it are still done. */
async function setOrWarn(
  { session, kernel, ifname }: Target,
  request: 'SIOCSIFMTU' | 'SIOCSIFMETRIC',
  fill: (ifreq: Ifreq) => void,
): Promise<void> {
  try {
    await sendIfreq(kernel, request, ifname, fill);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    session.warn(`${request}: ${error.message}`);
  }
}

const withNul = (text: Buffer): Buffer => Buffer.concat([text, Buffer.alloc(1)]);

async function setDescription({ kernel, ifname }: Target, text: Buffer): Promise<void> {
  const memory = withNul(text);
  if (memory.length > IFDESCRSIZE)
    throw new CommandError(`description too long: ${new KernelError('ENAMETOOLONG').message}`);
  await orFail('SIOCSIFDESCR', sendBuffer(kernel, 'SIOCSIFDESCR', ifname, memory));
}

const unsetDescription = ({ kernel, ifname }: Target): Promise<void> =>
  orFail('SIOCSIFDESCR', sendBuffer(kernel, 'SIOCSIFDESCR', ifname, null));

async function setLinkString({ kernel, ifname }: Target, text: Buffer): Promise<void> {
  await orFail('SIOCSLINKSTR', sendIfdrv(kernel, 'SIOCSLINKSTR', ifname, 0, withNul(text)));
}

async function unsetLinkString({ kernel, ifname }: Target): Promise<void> {
  await orFail('SIOCSLINKSTR', sendIfdrv(kernel, 'SIOCSLINKSTR', ifname, IFLINKSTR_UNSET, null));
}

/** The text in `memory` up to its NUL. */
function cString(memory: Buffer): string {
  const end = memory.indexOf(0);
  return memory.toString('utf8', 0, end < 0 ? memory.length : end);
}

export async function descriptionStatus({ session, kernel, ifname }: Status): Promise<readonly string[]> {
  if (!session.traits.descriptions) return [];
  const memory = Buffer.alloc(IFDESCRSIZE);
  try {
    await sendBuffer(kernel, 'SIOCGIFDESCR', ifname, memory);
  } catch (error) {
    if (error instanceof KernelError) return []; // none is set
    throw error;
  }
  return [`description: "${cString(memory)}"`];
}

export async function linkStringStatus({ kernel, ifname }: Status): Promise<readonly string[]> {
  let length: number;
  try {
    length = await sendIfdrv(kernel, 'SIOCGLINKSTR', ifname, IFLINKSTR_QUERYLEN, null);
  } catch (error) {
    if (error instanceof KernelError) return []; // an interface without
    throw error;
  }
  const memory = Buffer.alloc(length);
  await orFail('failed to query linkstr', sendIfdrv(kernel, 'SIOCGLINKSTR', ifname, 0, memory));
  return [`linkstr: ${cString(memory)}`];
}

export const interfaceWide: VerbFamily = {
  verbs: [
    verb(['mtu'], [integer()], (target, mtu) =>
      setOrWarn(target, 'SIOCSIFMTU', (ifreq) => (ifreq.ifr_ifru.ifru_mtu = toInt(mtu))),
    ),
    verb(['metric'], [integer()], (target, metric) =>
      setOrWarn(target, 'SIOCSIFMETRIC', (ifreq) => (ifreq.ifr_ifru.ifru_metric = toInt(metric))),
    ),
    { ...verb(['description', 'descr'], [string], setDescription), needs: 'descriptions' },
    { ...verb(['-description', '-descr'], [], unsetDescription), needs: 'descriptions' },
    verb(['linkstr'], [stringOrHex], setLinkString),
    verb(['-linkstr'], [], unsetLinkString),
    verb(['trailers', '-trailers'], [], ({ session }) =>
      session.print('Note: trailers are no longer sent, but always received\n'),
    ),
  ],
  usage: ({ descriptions }) => [
    '[ metric n ] [ mtu n ]',
    ...(descriptions ? ['[ description str | descr str | -description | -descr ]'] : []),
    '[ linkstr str | -linkstr ]',
  ],
};
