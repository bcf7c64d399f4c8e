/** All contestants, in the order of tables and charts. */
import type { Contestant } from '../contestant';
import { naive, offload } from './c';
import { kernelL2tp, vxlanSegmented, vxlanWhole } from './kernel';
import { ours, oursPlain, oursUdp } from './ours';
import { qemu, qemuUdp } from './qemu';

export const contestants: readonly Contestant[] = [
  qemu,
  naive,
  offload,
  oursPlain,
  ours,
  qemuUdp,
  oursUdp,
  vxlanSegmented,
  vxlanWhole,
  kernelL2tp,
];
