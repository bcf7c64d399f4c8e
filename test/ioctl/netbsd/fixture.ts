/** The C fixture library, compiled for the test that asks; its own controls are called over ffi-napi too. */
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/package-root';
import { missingTool, must } from '../../system/lab';

export interface Fixture {
  readonly path: string;
  /** The last ioctl's fields: `read` as C found them, `written` as C answered, in hexadecimal, by dotted name. */
  trace(): { readonly read: ReadonlyMap<string, string>; readonly written: ReadonlyMap<string, string> };
  /** The next ioctl or rumpclient_init fails with this errno. */
  fail(errno: number): void;
  openSockets(): number;
  openLists(): number;
  initialisations(): number;
  /** ioctls so far, by the library whose symbol was called. */
  calls(): { readonly libc: number; readonly librumpclient: number };
  remove(): void;
}

/** A skip reason where the fixture cannot be made. */
export function cannotCompile(): string | false {
  if (missingTool('cc')) return 'needs a C compiler: apt-get install gcc libc6-dev';
  try {
    createRequire(__filename)('ffi-napi');
    return false;
  } catch {
    return 'needs the optional package ffi-napi, built: apt-get install g++ make python3, then npm ci';
  }
}

export async function compileFixture(): Promise<Fixture> {
  const directory = mkdtempSync(join(tmpdir(), 'l2tp-fixture-'));
  const path = join(directory, 'libfixture.so');
  const source = join(packageRoot(), 'test/ioctl/netbsd/libfixture.c');
  must(['cc', '-std=c11', '-Wall', '-Werror', '-shared', '-fPIC', '-o', path, source]);
  const { default: ffi } = await import('ffi-napi');
  const library = new ffi.DynamicLibrary(path, ffi.DynamicLibrary.FLAGS.RTLD_NOW);
  const number = (name: string) => ffi.ForeignFunction(library.get(name), 'int', []);
  const [sockets, lists, initialised] = [
    number('fixture_sockets'),
    number('fixture_lists'),
    number('fixture_initialised'),
  ];
  const [libc, librumpclient] = [number('fixture_libc_ioctls'), number('fixture_rump_ioctls')];
  const fail = ffi.ForeignFunction(library.get('fixture_fail'), 'int', ['int']);
  const copy = ffi.ForeignFunction(library.get('fixture_copy_trace'), 'int', ['pointer']);
  return {
    path,
    trace() {
      const text = Buffer.alloc(1 << 16);
      const length = copy(text);
      const read = new Map<string, string>();
      const written = new Map<string, string>();
      for (const line of text.toString('latin1', 0, length).split('\n')) {
        const [kind, name = '', bytes = ''] = line.split(' ');
        if (kind === 'r') read.set(name, bytes);
        else if (kind === 'w') written.set(name, bytes);
      }
      return { read, written };
    },
    fail: (errno) => void fail(errno),
    openSockets: () => sockets(),
    openLists: () => lists(),
    initialisations: () => initialised(),
    calls: () => ({ libc: libc(), librumpclient: librumpclient() }),
    remove: () => {
      rmSync(directory, { recursive: true });
    },
  };
}
