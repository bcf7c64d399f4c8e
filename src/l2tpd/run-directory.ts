/**
 * The daemon's hold on its run directory. A lock is held while a daemon begins or ends, never in between: whoever has
 * it finds either a daemon that listens or none at all.
 */
import { closeSync, fstatSync, mkdirSync, openSync, rmdirSync, statSync, unlinkSync } from 'node:fs';
import { DaemonError } from '../ioctl/daemon-error';
import { examine, type RunDirectory } from '../ioctl/run-directory';
import { flock } from './system-calls';

const LOCK_EX = 2;
/** sun_path of unix(7), less its NUL. */
const longestSocketPath = 107;
/** Ending daemons may remove the directory from under our feet, but not this often. */
const mostAttempts = 100;

export interface Lock {
  readonly directory: RunDirectory;
  /** Lets the next one in. */
  release(): void;
  /** Removes the directory, the socket in it and, if nothing else is there, its base; then lets the next one in. */
  removeAndRelease(): void;
}

/** Makes the first directory of `candidates` that can be made and trusted, and waits for its lock. */
export async function lockRunDirectory(candidates: readonly RunDirectory[]): Promise<Lock> {
  const reasons: string[] = [];
  for (const directory of candidates) {
    const reason = await makeAndLock(directory);
    if (typeof reason !== 'string') return reason;
    reasons.push(reason);
  }
  throw new DaemonError('directory', reasons.join('; '));
}

/** The lock, or why the directory cannot be used. */
async function makeAndLock(directory: RunDirectory): Promise<Lock | string> {
  if (Buffer.byteLength(directory.socket) > longestSocketPath) return `${directory.socket}: path too long`;
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    try {
      const outcome = make(directory.base) ?? make(directory.path) ?? (await lockInside(directory));
      if (outcome !== undefined) return outcome;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') return `${directory.path}: ${reasonOf(error)}`;
    }
  }
  return `${directory.path}: cannot be made`;
}

/** Makes the directory unless it is there; the reason why it must not be used, if there is one. */
function make(path: string): string | undefined {
  try {
    mkdirSync(path, 0o755);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const found = examine(path);
  return found.kind === 'distrusted' ? found.reason : undefined;
}

/** undefined if its last holder has removed the file meanwhile. */
async function lockInside(directory: RunDirectory): Promise<Lock | undefined> {
  const fd = openSync(directory.lock, 'w', 0o600);
  await lockFile(fd, directory.lock);
  if (isStill(fd, directory.lock)) return new HeldLock(directory, fd);
  closeSync(fd);
  return undefined;
}

function lockFile(fd: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    flock(fd, LOCK_EX, (error, result) => {
      if (!error && result === 0) resolve();
      else reject(new DaemonError('directory', `${path}: cannot be locked (${reasonOf(error)})`));
    });
  });
}

/** Whether `path` is the file that `fd` has open. */
function isStill(fd: number, path: string): boolean {
  const held = fstatSync(fd);
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.ino === held.ino && found.dev === held.dev;
}

class HeldLock implements Lock {
  readonly directory: RunDirectory;
  readonly #fd: number;

  constructor(directory: RunDirectory, fd: number) {
    this.directory = directory;
    this.#fd = fd;
  }

  release(): void {
    closeSync(this.#fd);
  }

  removeAndRelease(): void {
    const { base, path, socket, lock, ownBase } = this.directory;
    attempt(() => unlinkSync(socket));
    attempt(() => unlinkSync(lock));
    attempt(() => rmdirSync(path));
    if (ownBase) attempt(() => rmdirSync(base));
    this.release();
  }
}

/** What is gone already, or still in use by another namespace, is left as it is. */
function attempt(remove: () => void): void {
  try {
    remove();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}

function reasonOf(error: unknown): string {
  return codeOf(error) ?? (error instanceof Error ? error.message : String(error));
}

/** The name of a system call's error. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
