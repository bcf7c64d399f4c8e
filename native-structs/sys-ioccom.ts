/** <sys/ioccom.h>: how an ioctl request number is put together. */

export const IOC_OUT = 0x40000000;
export const IOC_IN = 0x80000000;
const IOCPARM_MASK = 0x1fff;

/** Direction as seen from the caller: `in` is copied to the kernel, `out` back from it. */
export type Direction = 'in' | 'inout';

/** `_IOW(group, num, t)` or `_IOWR(group, num, t)` with `size` = sizeof(t) in bytes. Unsigned 32 bits. */
export function request(direction: Direction, group: string, num: number, size: number): number {
  const inout = direction === 'in' ? IOC_IN : IOC_IN | IOC_OUT;
  return (inout | ((size & IOCPARM_MASK) << 16) | (group.charCodeAt(0) << 8) | num) >>> 0;
}

/** Size in bytes of the argument that `request` carries. */
export const parameterLength = (request: number): number => (request >>> 16) & IOCPARM_MASK;
