/** How a command ends when it does not succeed: what it prints behind its own name, and with which exit status. */
import { KernelError } from '../../native-structs/kernel-error';

/** The command stops: `<command>: <message>` on stderr, as err(3) prints it, and exit status 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code = 'command';
}

/** The words do not parse: `notice`, if any, behind the command's name, then the usage text on stderr; exit status 1. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/**
 * The line is not for this command: `word` is a verb that it does not have, or names what it does not show. Thrown
 * before the kernel has been asked for anything.
 */
export class ForeignError extends Error {
  override readonly name = 'ForeignError';
  readonly code = 'foreign';
  readonly word: string;

  constructor(word: string) {
    super(`${word}: ${new KernelError('EOPNOTSUPP').message}`);
    this.word = word;
  }
}

/** err(3): `what: strerror` for a kernel's refusal. Any other error stays what it is. */
export function failure(what: string, error: unknown): unknown {
  return error instanceof KernelError ? new CommandError(`${what}: ${error.message}`) : error;
}

/** Runs `request`; a kernel's refusal becomes `what: strerror`. */
export async function orFail<T>(what: string, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw failure(what, error);
  }
}

/** Whether `error` is a kernel's refusal with one of `codes`. */
export function refusedWith(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof KernelError && codes.includes(error.code);
}
