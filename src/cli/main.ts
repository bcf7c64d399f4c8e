/** The process around a command: its streams, exit status, and the options with two dashes. */
import { writeSync } from 'node:fs';
import { kernelRelease, openKernel } from '../ioctl/open';
import type { Context, Output } from './command';
import { CommandError } from './errors';
import { findNativeCommand } from './find-native';
import type { Host } from './native-command';

/**
 * Writes to a descriptor at once, so that nothing is left to flush at exit. What cannot be written (a closed pipe,
 * a full disk) is dropped, as stdio(3) does: the command goes on with what it was told to do.
 */
function descriptorOutput(descriptor: 1 | 2): Output {
  let write = (bytes: Uint8Array): void => {
    let left = bytes;
    try {
      while (left.length > 0) left = left.subarray(writeSync(descriptor, left));
    } catch (error) {
      write = isBusy(error) ? streamWriter(descriptor) : drop;
      write(left);
    }
  };
  return { write: (text) => write(Buffer.from(text)) };
}

const drop = (): void => undefined;

/** For a non-blocking pipe whose reader is slow: only the event loop can wait for it. */
function streamWriter(descriptor: 1 | 2): (bytes: Uint8Array) => void {
  const stream = descriptor === 1 ? process.stdout : process.stderr;
  stream.on('error', drop);
  return (bytes) => void stream.write(bytes);
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
export async function main(program: Program, host: Partial<Host> = {}): Promise<void> {
  const argv = process.argv.slice(2);
  const context: Context = {
    kernel: openKernel,
    stdout: descriptorOutput(1),
    stderr: descriptorOutput(2),
    native: () => findNativeCommand(program.name, host),
  };
  if (argv.some((word) => word.startsWith('--') && word !== '--')) {
    const { packageOptions } = await import('./package-options.js');
    const status = packageOptions(program, argv, context);
    if (status !== null) {
      process.exitCode = status;
      return;
    }
  }
  process.exitCode =
    argv[0] === '-n'
      ? await runDry(program, argv, context)
      : await program.run(argv, { ...context, release: await kernelRelease() });
}

async function runDry(program: Program, argv: readonly string[], context: Context): Promise<number> {
  const { dryRun } = await import('./dry-run-options.js');
  try {
    const { kernel, release, words } = dryRun(argv, (text) => context.stdout.write(text));
    return await program.run(words, {
      ...context,
      // what the command would show of answers that are all zero is no line of an ioctl
      stdout: { write: () => undefined },
      release,
      kernel: () => Promise.resolve(kernel),
      native: () => Promise.resolve(null),
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    context.stderr.write(`${program.name}: ${error.message}\n`);
    return 1;
  }
}
