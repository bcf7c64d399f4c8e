/** The host's C library by koffi: loading it, and its errors as exceptions with Linux's names. */
import { constants } from 'node:os';
import koffi from 'koffi';

/** libc itself; each room declares the functions that it calls. */
export const libc = koffi.load(null);

const names = new Map<number, string>(
  Object.entries(constants.errno).map(([name, number]) => [number, name]),
);

/** A system call that failed. */
export class SystemCallError extends Error {
  override readonly name = 'SystemCallError';
  /** Linux's name of the error, such as ENODEV. */
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;

  constructor(syscall: string, errno: number) {
    const code = names.get(errno) ?? `E${errno}`;
    super(`${syscall}: ${code}`);
    this.syscall = syscall;
    this.errno = errno;
    this.code = code;
  }
}

/** Passes a system call's result through, or throws with the errno it left; to be called directly after it. */
export function check(syscall: string, result: number): number {
  if (result < 0) throw new SystemCallError(syscall, koffi.errno());
  return result;
}
