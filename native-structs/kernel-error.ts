/** The error of a kernel's answer: an errno by NetBSD's number. */
import { errnoName, errnoNumber, strerror, type Errno } from './sys-errno';

export class KernelError extends Error {
  override readonly name = 'KernelError';
  /** NetBSD's number. */
  readonly errno: number;
  /** Its name, such as ENXIO; `E<number>` if unknown. */
  readonly code: string;

  constructor(error: Errno | number) {
    const errno = typeof error === 'number' ? error : errnoNumber(error);
    super(strerror(errno));
    this.errno = errno;
    this.code = errnoName(errno) ?? `E${errno}`;
  }
}
