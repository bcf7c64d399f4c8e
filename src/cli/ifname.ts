/**
 * Interface names: bytes in the kernel, text on the command line. The structs' `char[]` fields hold one character
 * per byte (latin1), so that any name that the kernel has can be read, sent back and printed.
 */
import { IFNAMSIZ } from '../../native-structs/net-if';
import { CommandError } from './errors';

/** Length in bytes, as strlen(3) counts. */
export const ifnameLength = (name: string): number => Buffer.byteLength(name);

/** `name` for a struct's name field. Throws CommandError with estrlcpy's words if there is no room for the NUL. */
export function toKernelName(name: string): string {
  const length = ifnameLength(name);
  if (length >= IFNAMSIZ)
    throw new CommandError(
      `Cannot copy string; ${length} chars needed ${IFNAMSIZ} provided: File name too long`,
    );
  return Buffer.from(name).toString('latin1');
}

/** The text of a struct's name field. */
export const fromKernelName = (name: string): string => Buffer.from(name, 'latin1').toString();
