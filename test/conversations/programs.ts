/** Commands run as processes, each with what it printed and returned. */
import { spawn } from 'node:child_process';
import type { Caller, Exchange } from './conversation';
import type { Result } from './result';

export type ProgramName = Exchange['program'];

/** Runs a command to its end. */
export type Run = (words: readonly string[], caller: Caller) => Promise<Result>;

/** One implementation of the commands; null for one that it does not have. */
export type Programs = Readonly<Record<ProgramName, Run | null>>;

/** User and group of a caller who is not root. */
export interface Ids {
  readonly uid: number;
  readonly gid: number;
}

export interface SpawnOptions {
  /** Added to this process's own. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Null where a process of another user is still root to the kernel that it asks. */
  readonly user: Ids | null;
}

/** The program `file`, its first arguments `first`. Rejects if it cannot be started, or ends by a signal. */
export function spawned(file: string, first: readonly string[], { environment, user }: SpawnOptions): Run {
  return (words, caller) =>
    new Promise((resolve, reject) => {
      if (caller === 'user' && !user) throw new Error('no other user to be');
      const child = spawn(file, [...first, ...words], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, LC_ALL: 'C', ...environment },
        ...(caller === 'user' ? user : {}),
      });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('error', reject);
      child.on('close', (status, signal) => {
        if (status === null) reject(new Error(`${file} ${words.join(' ')}: ended by ${String(signal)}`));
        else resolve({ stdout, stderr, status });
      });
    });
}
