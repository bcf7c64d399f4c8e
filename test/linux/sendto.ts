/** sendto(2), for tests that send packets and frames as they are. */
import { libc } from '../../src/linux/libc';

export const sendto: (
  fd: number,
  data: Uint8Array,
  length: number,
  flags: number,
  to: Uint8Array,
  size: number,
) => number = libc.func(
  'int sendto(int fd, void *data, size_t length, int flags, void *to, unsigned int size)',
);
