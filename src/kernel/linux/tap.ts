/** TAP devices: /dev/net/tun and TUNSETIFF (Linux Documentation/networking/tuntap.rst). */
import { writeFileSync } from 'node:fs';
import koffi from 'koffi';
import { SystemCallError } from '../../linux/libc';
import type { Tap } from '../host';
import { HostError } from './errors';
import { writeU16 } from '../../linux/netlink/host-order';
import * as system from './system-calls';
import {
  IFF_NO_PI,
  IFF_TAP,
  IFF_TUN_EXCL,
  IFF_VNET_HDR,
  IFNAMSIZ,
  O_CLOEXEC,
  O_NONBLOCK,
  O_RDWR,
  TUNSETIFF,
} from '../../linux/uapi';

const device = '/dev/net/tun';

/** What an administrator can do about a failing open(2). */
const advice: Readonly<Record<string, string>> = {
  ENOENT: 'modprobe tun, or in a container give it the device',
  ENODEV: 'modprobe tun',
  ENXIO: 'modprobe tun',
  EACCES: 'may not be opened by this user',
  EPERM: 'may not be opened here',
};

/** Linux's errors where they say something else than elsewhere. */
const tapErrors: Readonly<Record<string, string>> = {
  // without the device file there is no driver
  ENOENT: 'ENXIO',
  // IFF_TUN_EXCL found a link of that name
  EBUSY: 'EEXIST',
};

/** Bytes of struct virtio_net_hdr, as the kernel has it unless it is told otherwise. */
const vnetHeader = 10;

/**
 * A new TAP device's descriptor, with virtio_net headers if the host's driver has them; never one of a device that
 * exists already. Throws HostError, EEXIST for one.
 */
export function openTap(name: string): Omit<Tap, 'index'> {
  try {
    return { fd: openWith(name, IFF_VNET_HDR), vnetHeader };
  } catch (error) {
    if (!(error instanceof HostError) || error.linuxCode !== 'EINVAL') throw error;
    return { fd: openWith(name, 0), vnetHeader: 0 };
  }
}

function openWith(name: string, flags: number): number {
  const fd = system.open(device, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) throw failed(`open ${device}`);
  const request = interfaceRequest(name, IFF_TAP | IFF_NO_PI | IFF_TUN_EXCL | flags);
  if (system.ioctl(fd, TUNSETIFF, 'void *', request) < 0) {
    const error = failed(`TUNSETIFF ${name}`);
    system.close(fd);
    throw error;
  }
  return fd;
}

/** So that the device has no packets of its own to send, even if it is given an address; best effort. */
export function disableIpv6(name: string): void {
  try {
    writeFileSync(`/proc/sys/net/ipv6/conf/${name}/disable_ipv6`, '1');
  } catch {
    // /proc/sys is read-only, or there is no IPv6: without a link-local address it is quiet as well
  }
}

/** struct ifreq: 16 bytes of name and 24 of a union. */
function interfaceRequest(name: string, flags: number): Uint8Array {
  const bytes = Buffer.alloc(40);
  bytes.write(name, 0, IFNAMSIZ - 1);
  writeU16(bytes, IFNAMSIZ, flags);
  return bytes;
}

function failed(operation: string): HostError {
  const { code } = new SystemCallError(operation, koffi.errno());
  const hint = operation.startsWith('open') ? advice[code] : undefined;
  return new HostError(tapErrors[code] ?? code, `${operation}: ${code}${hint ? ` (${hint})` : ''}`);
}
