/** NetBSD's own ifconfig(8) and brconfig(8): whether they are here, and running one of them in this command's place. */
import { spawn } from 'node:child_process';
import { accessSync, constants as access, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { join, sep } from 'node:path';
import { KernelError } from '../../native-structs/kernel-error';
import { packageRoot } from '../package-root';
import { CommandError } from './errors';

/** Another program that does what this one does not. */
export interface NativeCommand {
  /**
   * Runs it with this process's standard streams and resolves to its exit status. Does not return if a signal ended it:
   * then the same one ends this process. Rejects with CommandError if it cannot be run.
   */
  run(argv: readonly string[]): Promise<number>;
}

/** Where the other programs are looked for. */
export interface Host {
  readonly platform: NodeJS.Platform;
  readonly environment: NodeJS.ProcessEnv;
  /** The directory of ifconfig(8) and brconfig(8). */
  readonly directory: string;
}

/** Set for the program that is run, lest it be this one under another name and hand over to itself without end. */
const handedOver = 'IFCONFIG_L2TP_HANDED_OVER';

/**
 * The command for `name`, or null where there is none: away from NetBSD a program of that name is another one. With
 * RUMP_SERVER set it is the rump kernel's, never the one that would configure the host.
 */
export function nativeCommand(name: 'ifconfig' | 'brconfig', host: Host): NativeCommand | null {
  const { platform, environment, directory } = host;
  const isRump = Boolean(environment.RUMP_SERVER);
  if ((platform !== 'netbsd' && !isRump) || environment[handedOver]) return null;
  const path = join(directory, isRump ? `rump.${name}` : name);
  if (!isOther(path)) return null;
  return { run: (argv) => runInPlace(path, argv, { ...environment, [handedOver]: '1' }) };
}

/** Whether there is a program at `path` that does not belong to this package. */
function isOther(path: string): boolean {
  try {
    accessSync(path, access.X_OK);
    return !realpathSync(path).startsWith(realpathSync(packageRoot()) + sep);
  } catch {
    return false;
  }
}

/** Signals for this process that are meant for the program in its place. */
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

function runInPlace(path: string, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, argv, { stdio: 'inherit', env });
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
    for (const signal of forwarded) process.on(signal, forward);
    const stopForwarding = (): void => {
      for (const signal of forwarded) process.off(signal, forward);
    };
    child.once('error', (error) => {
      stopForwarding();
      reject(new CommandError(`${path}: ${reason(error)}`));
    });
    child.once('exit', (status, signal) => {
      stopForwarding();
      resolve(signal === null ? (status ?? 1) : dieBy(signal));
    });
  });
}

/** Why spawn(2) failed, in strerror(3)'s words for what can happen to a file that was executable a moment ago. */
function reason(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'EACCES') return new KernelError(code).message;
  return error.message;
}

/** Ends this process as the program ended; returns a shell's status for it where the signal is ignored. */
function dieBy(signal: NodeJS.Signals): number {
  process.kill(process.pid, signal);
  return 128 + constants.signals[signal];
}
