/** Leaves what the process that started the daemon gave it: directory and descriptors. */
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { check } from '../linux/libc';
import { dup2 } from './system-calls';

const standardDescriptors = [0, 1, 2];
const O_CLOEXEC = 0o2000000;

/**
 * Closes what was inherited, except the standard descriptors and `kept`. To be called first of all: it knows them from
 * node's own by the lack of O_CLOEXEC (proc_pid_fdinfo(5)), which no descriptor loses unless it is meant for a child.
 */
export function closeInherited(kept: number): void {
  for (const name of readdirSync('/proc/self/fd')) {
    const fd = Number(name);
    if (fd !== kept && !standardDescriptors.includes(fd) && isInherited(fd)) closeSync(fd);
  }
}

function isInherited(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1];
    return flags !== undefined && (parseInt(flags, 8) & O_CLOEXEC) === 0;
  } catch {
    // the descriptor of the directory that was just read
    return false;
  }
}

/** Goes to the root directory and gives up the standard descriptors. */
export function detach(): void {
  process.chdir('/');
  const nowhere = openSync('/dev/null', 'r+');
  for (const fd of standardDescriptors) check('dup2', dup2(nowhere, fd));
  closeSync(nowhere);
}
