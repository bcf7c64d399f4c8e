/** The bench's own programs in C, compiled for one run into a directory that goes with it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root';
import { missingTool, must } from '../system/lab';

/** Each program's files in test/bench/c. */
const sources = {
  naive: ['naive.c', 'endpoint.c'],
  offload: ['offload.c', 'endpoint.c', 'segment.c', 'coalesce.c'],
  packets: ['packets.c'],
} as const;

export type ProgramName = keyof typeof sources;

export interface Programs {
  path(name: ProgramName): string;
  remove(): void;
}

/** Why they cannot be compiled, as a skip reason, or false. */
export function cannotCompilePrograms(): string | false {
  return missingTool('cc') ? 'needs a C compiler: apt-get install gcc libc6-dev' : false;
}

const flags = ['-std=gnu11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-Werror'];

/** Throws with the compiler's words if one does not compile. */
export function compilePrograms(parent = tmpdir()): Programs {
  const directory = mkdtempSync(join(parent, 'l2tp-bench-'));
  const source = join(packageRoot(), 'test/bench/c');
  const remove = (): void => rmSync(directory, { recursive: true });
  try {
    for (const [name, files] of Object.entries(sources)) {
      must(['cc', ...flags, '-o', join(directory, name), ...files.map((file) => join(source, file))]);
    }
  } catch (error) {
    remove();
    throw error;
  }
  return { path: (name) => join(directory, name), remove };
}
