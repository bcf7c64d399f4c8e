/**
 * Where the daemon of a network namespace has its socket: <base>/<inode of the namespace>/socket, with the first base
 * that can be used of a fixed list, the same for daemon and commands.
 */
import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { join, resolve } from 'node:path';
import { DaemonError } from './daemon-error';

export interface RunDirectory {
  /** Shared by all namespaces. */
  readonly base: string;
  /** Of this namespace alone. */
  readonly path: string;
  readonly socket: string;
  readonly lock: string;
  /** Whether the base was made for this, and goes when it is empty. */
  readonly ownBase: boolean;
}

/** The candidates in the order in which they are tried. */
export function runDirectories(environment: NodeJS.ProcessEnv = process.env): readonly RunDirectory[] {
  const namespace = networkNamespace();
  const chosen = environment.IFCONFIG_L2TP_RUNDIR;
  const bases = chosen ? [resolve(chosen)] : usualBases(environment);
  return bases.map((base) => {
    const path = join(base, namespace);
    return { base, path, socket: join(path, 'socket'), lock: join(path, 'lock'), ownBase: !chosen };
  });
}

function usualBases(environment: NodeJS.ProcessEnv): readonly string[] {
  const session = environment.XDG_RUNTIME_DIR;
  return [
    '/run/ifconfig-l2tp',
    ...(session ? [resolve(session, 'ifconfig-l2tp')] : []),
    `/tmp/ifconfig-l2tp-${effectiveUser()}`,
  ];
}

/** Inode number of this process's network namespace, in decimal. */
function networkNamespace(): string {
  const link = readlinkSync('/proc/self/ns/net');
  const inode = /^net:\[(\d+)\]$/.exec(link)?.[1];
  if (inode === undefined) throw new DaemonError('directory', `/proc/self/ns/net: ${link}`);
  return inode;
}

/** geteuid(2). */
export function effectiveUser(): number {
  if (!process.geteuid) throw new DaemonError('directory', 'this system has no users');
  return process.geteuid();
}

export type Trust =
  | { readonly kind: 'trusted' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'distrusted'; readonly reason: string };

/** Whether what is at `path` is a directory in which nobody but root and this user can have put our socket. */
export function examine(path: string): Trust {
  let found: Stats | undefined;
  try {
    found = lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return { kind: 'distrusted', reason: `${path}: cannot be looked at` };
  }
  if (!found) return { kind: 'absent' };
  if (!found.isDirectory()) return { kind: 'distrusted', reason: `${path}: not a directory` };
  if (found.uid !== 0 && found.uid !== effectiveUser())
    return { kind: 'distrusted', reason: `${path}: belongs to user ${found.uid}` };
  if ((found.mode & 0o022) !== 0) return { kind: 'distrusted', reason: `${path}: others may write to it` };
  return { kind: 'trusted' };
}
