/** QEMU's l2tpv3 back end, joined to a TAP device. */
import type { ChildProcess } from 'node:child_process';
import { noQemu, startQemu, type QemuOptions } from '../../datapath/qemu';
import { endProcess } from '../children';
import type { Contestant, Ends, Running } from '../contestant';
import { tunnelDevice } from '../topology';

/** UDP port of L2TP (RFC 3931, section 4.1.2). */
const port = 1701;

async function start(ends: Ends, rest: Pick<QemuOptions, 'udp'> = {}): Promise<Running> {
  const children: ChildProcess[] = [];
  for (const { host, ...options } of ends) {
    children.push(await startQemu(host, tunnelDevice, { ...options, ...rest }));
  }
  return {
    pids: children.map(({ pid }) => pid ?? 0),
    async stop() {
      for (const child of children) await endProcess(child);
    },
  };
}

export const qemu: Contestant = {
  name: 'qemu',
  label: 'QEMU l2tpv3',
  reference: 'qemu',
  unavailable: noQemu,
  start: (ends) => start(ends),
};

export const qemuUdp: Contestant = {
  name: 'qemu-udp',
  label: 'QEMU l2tpv3, UDP',
  reference: 'qemu-udp',
  unavailable: noQemu,
  start: (ends) => start(ends, { udp: { local: port, remote: port } }),
};
