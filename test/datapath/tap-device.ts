/** A TAP device for tests, opened the way whoever owns pseudowires does. */
import { closeSync, constants, openSync } from 'node:fs';
import type { Pseudowire } from '../../src/datapath/datapath';
import { check, libc } from '../../src/linux/libc';

const TUNSETIFF = 0x400454ca;
const IFF_TAP = 0x0002;
const IFF_NO_PI = 0x1000;
const IFF_VNET_HDR = 0x4000;
const TUNSETVNETHDRSZ = 0x400454d8;

const ioctl: (fd: number, request: number, type: 'void *', argument: Uint8Array) => number = libc.func(
  'int ioctl(int fd, unsigned long request, ...)',
);

/** Bytes of the virtio_net header that a device puts before frames. */
export type VnetHeader = Pseudowire['vnetHeader'];

/** Creates the device in this process's network namespace; it lives as long as the descriptor. */
export function openTap(name: string, vnetHeader: VnetHeader): number {
  const fd = openSync('/dev/net/tun', constants.O_RDWR);
  const request = Buffer.alloc(40);
  request.write(name);
  request.writeUInt16LE(IFF_TAP | IFF_NO_PI | (vnetHeader === 0 ? 0 : IFF_VNET_HDR), 16);
  try {
    check('TUNSETIFF', ioctl(fd, TUNSETIFF, 'void *', request));
    if (vnetHeader === 12) {
      check(
        'TUNSETVNETHDRSZ',
        ioctl(fd, TUNSETVNETHDRSZ, 'void *', new Uint8Array(Int32Array.of(12).buffer)),
      );
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return fd;
}
