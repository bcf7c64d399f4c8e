/**
 * Drop counters by cause, read through SIOCGDRVSPEC on an l2tp interface. Private to this kernel; NetBSD's l2tp(4) has
 * no driver-specific commands and answers ENOTTY.
 */
import { structs } from '../../native-structs';
import { dropCauses } from '../datapath/drop-causes';
import type { Request } from './driver';
import type { L2tpIfnet } from './l2tp-ifnet';
import { kernelAbi } from './requests';

/**
 * ifd_cmd of the counters: "L2". ifd_data gets one line `cause count` in ASCII for each of dropCauses, counted since
 * the interface was created, or by the host as a whole where the cause tells of no interface; and a line of the same form
 * for packets that were not dropped but sent by a packet socket. ifd_len is the buffer's
 * size in bytes; it is answered as the bytes written, or, if they are more, as the bytes needed with none written.
 */
export const L2TPDROPS = 0x4c32;

/** Name of the line that counts no drop. */
export const packetSocket = 'packet-socket';

const ifdrv = structs(kernelAbi, 'ifdrv');

export function readDrops({ driver, softc }: L2tpIfnet, request: Request): void {
  const { drops: own, odirect } = driver.datapath.counters(softc.id);
  const everybodys = driver.datapath.globalDrops();
  const lines = dropCauses.map(
    ({ name, perInterface }) => `${name} ${(perInterface ? own : everybodys)[name] ?? 0n}\n`,
  );
  lines.push(`${packetSocket} ${odirect}\n`);
  const text = Buffer.from(lines.join(''), 'ascii');
  const drv = ifdrv.at(request.argument);
  if (drv.ifd_len >= BigInt(text.length)) request.copyout(drv.ifd_data, text);
  drv.ifd_len = BigInt(text.length);
}
