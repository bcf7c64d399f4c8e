/** Finding and reading ifconfig.if(5) files: what is in them is run as root, so who could have written them matters. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { effectiveUser } from '../../ioctl/run-directory';

export type BootFileErrorCode = 'unreadable' | 'distrusted' | 'not-a-file' | 'not-a-directory' | 'too-large';

/** A file or directory whose lines are not run; the message begins with its path. */
export class BootFileError extends Error {
  override readonly name = 'BootFileError';
  readonly code: BootFileErrorCode;

  constructor(code: BootFileErrorCode, path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.code = code;
  }
}

const prefix = 'ifconfig.';
/** Far more than any interface needs, in bytes. */
export const longestFile = 1 << 20;

/**
 * Names of the interfaces that have a file in `directory`, in no order, and whatever else follows `ifconfig.` there.
 * Throws BootFileError if the directory cannot be read or others may put files there.
 */
export function namesIn(directory: string): readonly string[] {
  return guarded(directory, () => {
    const found = statSync(directory);
    if (!found.isDirectory()) throw new BootFileError('not-a-directory', directory, 'not a directory');
    checkTrust(directory, found);
    return readdirSync(directory)
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length));
  });
}

export const fileOf = (directory: string, name: string): string =>
  `${directory}${directory.endsWith('/') ? '' : '/'}${prefix}${name}`;

/** A file's bytes, one to a character. Throws BootFileError if it cannot be read or must not be trusted. */
export function readTrusted(path: string): string {
  return guarded(path, () => {
    // Not to wait for the other end of a fifo.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = fstatSync(fd);
      if (!found.isFile()) throw new BootFileError('not-a-file', path, 'not a regular file');
      checkTrust(path, found);
      if (found.size > longestFile) throw new BootFileError('too-large', path, 'larger than 1 MiB');
      return readFileSync(fd, 'latin1');
    } finally {
      closeSync(fd);
    }
  });
}

interface Ownership {
  readonly uid: number;
  readonly gid: number;
  /** As in stat(2). */
  readonly mode: number;
}

/** Nobody but root, root's group and this user may be able to write to it. */
function checkTrust(path: string, { uid, gid, mode }: Ownership): void {
  if (uid !== 0 && uid !== effectiveUser())
    throw new BootFileError('distrusted', path, `belongs to user ${uid}`);
  const groupWrites = (mode & constants.S_IWGRP) !== 0 && gid !== 0;
  if (groupWrites || (mode & constants.S_IWOTH) !== 0)
    throw new BootFileError('distrusted', path, 'others may write to it');
}

/** What `read` returns; a system call's error becomes a BootFileError. */
function guarded<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof BootFileError || !(error instanceof Error && 'code' in error)) throw error;
    throw new BootFileError('unreadable', path, `cannot be read (${String(error.code)})`);
  }
}
