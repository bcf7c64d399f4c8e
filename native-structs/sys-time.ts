/** <sys/time.h>: struct timespec. */
import { header } from './ctypes';

export const sysTime = header((c) => ({
  timespec: c.struct('timespec', { tv_sec: c.time_t, tv_nsec: c.long }),
}));
