/** The process around a command: its streams, exit status, and the options with two dashes. */
import { writeSync } from 'node:fs';
import { openKernel } from '../ioctl/open';
import type { Context, Output } from './command';

/**
 * Writes to a descriptor at once, so that nothing is left to flush at exit. What cannot be written (a closed pipe,
 * a full disk) is dropped, as stdio(3) does: the command goes on with what it was told to do.
 */
function descriptorOutput(descriptor: 1 | 2): Output {
  let broken = false;
  return {
    write(text) {
      if (broken) return;
      let bytes: Uint8Array = Buffer.from(text);
      try {
        while (bytes.length > 0) bytes = bytes.subarray(writeSync(descriptor, bytes));
      } catch (error) {
        if (isBusy(error)) {
          // a non-blocking pipe whose reader is slow: only the event loop can wait for it
          const stream = descriptor === 1 ? process.stdout : process.stderr;
          stream.on('error', () => (broken = true));
          stream.write(bytes);
        } else {
          broken = true;
        }
      }
    },
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}

/** A command as this file runs it. */
export interface Program {
  readonly name: 'ifconfig' | 'brconfig';
  readonly summary: string;
  run(argv: readonly string[], context: Context): Promise<number>;
}

/** Runs `program` with the process's own arguments and leaves its exit status to the process. */
export async function main(program: Program): Promise<void> {
  const argv = process.argv.slice(2);
  const context: Context = {
    kernel: openKernel,
    stdout: descriptorOutput(1),
    stderr: descriptorOutput(2),
  };
  if (argv.some((word) => word.startsWith('--') && word !== '--')) {
    const { packageOptions } = await import('./package-options.js');
    const status = packageOptions(program, argv, context);
    if (status !== null) {
      process.exitCode = status;
      return;
    }
  }
  process.exitCode = await program.run(argv, context);
}
