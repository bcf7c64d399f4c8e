/** Leaves what the process that started the daemon gave it: directory and standard descriptors. */
import { closeSync, openSync } from 'node:fs';
import { check } from '../linux/libc';
import { dup2 } from './system-calls';

const standardDescriptors = [0, 1, 2];

/** Node has made every other inherited descriptor close-on-exec already when the command started the daemon. */
export function detach(): void {
  process.chdir('/');
  const nowhere = openSync('/dev/null', 'r+');
  for (const fd of standardDescriptors) check('dup2', dup2(nowhere, fd));
  closeSync(nowhere);
}
