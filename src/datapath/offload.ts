/** Asks a TAP device for super-frames: TUNSETOFFLOAD (linux/if_tun.h). */
import * as system from './system-calls';

/** _IOW('T', 208, unsigned int). */
const TUNSETOFFLOAD = 0x400454d0;

const TUN_F_CSUM = 0x01;
const TUN_F_TSO4 = 0x02;
const TUN_F_TSO6 = 0x04;
const TUN_F_TSO_ECN = 0x08;
const TUN_F_USO4 = 0x20;
const TUN_F_USO6 = 0x40;

const tcpOffload = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
const udpOffload = TUN_F_USO4 | TUN_F_USO6;

/** TCP, and UDP where the kernel takes it (Linux 6.2). 0, or the errno of a host that has neither. */
export function enableOffload(tap: number): number {
  for (const offload of [tcpOffload | udpOffload, tcpOffload]) {
    if (system.ioctl(tap, TUNSETOFFLOAD, 'unsigned long', offload) >= 0) return 0;
  }
  return system.errno();
}
