/** QEMU's l2tpv3 back end, joined to a TAP device. */
import { noQemu, startQemu, type QemuOptions } from '../../datapath/qemu';
import { endProcess } from '../children';
import type { Contestant, RunningEnd } from '../contestant';
import { tunnelDevice, type TunnelEnd } from '../topology';

/** UDP port of L2TP (RFC 3931, section 4.1.2). */
const port = 1701;

async function start(end: TunnelEnd, rest: Pick<QemuOptions, 'udp'> = {}): Promise<RunningEnd> {
  const child = await startQemu(end.host, tunnelDevice, { ...end, ...rest });
  return { pid: child.pid, stop: () => endProcess(child) };
}

export const qemu: Contestant = {
  name: 'qemu',
  label: 'QEMU l2tpv3',
  reference: 'qemu',
  unavailable: noQemu,
  start: (end) => start(end),
};

export const qemuUdp: Contestant = {
  name: 'qemu-udp',
  label: 'QEMU l2tpv3, UDP',
  reference: 'qemu-udp',
  unavailable: noQemu,
  start: (end) => start(end, { udp: { local: port, remote: port } }),
};
