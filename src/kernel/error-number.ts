/** NetBSD's errno for errors that come from elsewhere with a system's name in `code`. */
import { errnoName, errnoNumber, type Errno } from '../../native-structs';

const names: ReadonlySet<string> = new Set(
  Array.from({ length: 256 }, (_, number) => errnoName(number)).filter((name) => name !== undefined),
);

const isErrno = (name: unknown): name is Errno => typeof name === 'string' && names.has(name);

/** The number of the error's `code` if NetBSD has an error of that name, else EIO's. */
export function errnoOf(error: unknown): number {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return errnoNumber(isErrno(code) ? code : 'EIO');
}
