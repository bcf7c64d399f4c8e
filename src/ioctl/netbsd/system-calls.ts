/**
 * NetBSD's system calls over FFI: those of libc, or with a rump server those of librumpclient(3).
 *
 * libc renames symbols: what a C program calls socket() is `__socket30`; plain `socket` is a compatibility version
 * with other errors. ioctl() is variadic in C and has to be called as such.
 */
import { join } from 'node:path';
import { getSystemErrorName } from 'node:util';
import { isErrno, KernelError, strerror, type Abi } from '../../../native-structs';
import { ctypes } from '../../../native-structs/ctypes';
import { packageRoot } from '../../package-root';

/** File descriptors, requests and addresses as C has them. Errors are KernelError with the C library's errno. */
export interface SystemCalls {
  socket(domain: number, type: number, protocol: number): number;
  ioctl(descriptor: number, request: number, argument: Buffer): void;
  close(descriptor: number): void;
  /** sysctl(3) of a node whose value is text, by its numbers (<sys/sysctl.h>). */
  sysctlText(name: readonly number[]): string;
  /** Where a Buffer's bytes are. */
  addressOf(memory: Buffer): bigint;
  /** The `length` bytes at an address; valid as long as C keeps them. */
  memoryAt(address: bigint, length: number): Buffer;
  /** getifaddrs(3) and freeifaddrs(3), which only libc has. The list is freed when `use` returns. */
  readonly withInterfaceList: (<T>(use: (first: bigint) => T) => T) | null;
}

/** Names of the calls in each library; the first that exists is taken. */
const symbols = {
  libc: { socket: ['__socket30', 'socket'], ioctl: ['ioctl'], close: ['close'], sysctl: ['__sysctl'] },
  librumpclient: {
    socket: ['rump___sysimpl_socket30'],
    ioctl: ['rump___sysimpl_ioctl'],
    close: ['rump___sysimpl_close'],
    sysctl: ['rump___sysimpl___sysctl'],
  },
} as const;

export interface LibraryChoice {
  readonly kind: keyof typeof symbols;
  /** File of the shared library; null for what the process itself is linked with. */
  readonly path: string | null;
}

/** RUMP_SERVER decides, as for NetBSD's rump.ifconfig(8). */
export function chooseLibrary(environment: NodeJS.ProcessEnv): LibraryChoice {
  return environment.RUMP_SERVER
    ? { kind: 'librumpclient', path: 'librumpclient.so' }
    : { kind: 'libc', path: null };
}

/** The package or library that FFI needs is not there. */
export class FfiUnavailableError extends Error {
  override readonly name = 'FfiUnavailableError';
  readonly code = 'FFI_UNAVAILABLE';
}

/** No rump server answers at RUMP_SERVER: NetBSD's words for the host's error number. */
export class RumpServerError extends Error {
  override readonly name = 'RumpServerError';
  readonly code = 'RUMP_SERVER';

  constructor(hostErrno: number) {
    const name = hostErrno > 0 ? getSystemErrorName(-hostErrno) : '';
    super(`rump client init: ${strerror(isErrno(name) ? name : hostErrno)}`);
  }
}

/** Bytes, more than the text of any node that is asked. */
const longestText = 256;

async function importFfi() {
  try {
    const [ffi, ref] = await Promise.all([import('ffi-napi'), import('@2060.io/ref-napi')]);
    return { ffi: ffi.default, ref: ref.default };
  } catch (cause) {
    const script = join(packageRoot(), 'src', 'install', 'ffi.cjs');
    throw new FfiUnavailableError(`the package ffi-napi is not built; to try again: node ${script}`, {
      cause,
    });
  }
}

/** Loads the library and its calls for a process of data model `abi`. Throws FfiUnavailableError, RumpServerError. */
export async function loadSystemCalls({ kind, path }: LibraryChoice, abi: Abi): Promise<SystemCalls> {
  const { ffi, ref } = await importFfi();
  let library: InstanceType<typeof ffi.DynamicLibrary>;
  try {
    library = new ffi.DynamicLibrary(path, ffi.DynamicLibrary.FLAGS.RTLD_NOW);
  } catch (cause) {
    throw new FfiUnavailableError(`cannot load ${path ?? 'libc'}`, { cause });
  }
  const find = (names: readonly string[]): Buffer => {
    for (const name of names) {
      try {
        return library.get(name);
      } catch {
        // the next name
      }
    }
    throw new FfiUnavailableError(`${path ?? kind} has no ${names.join(' or ')}`);
  };
  const names = symbols[kind];
  const socket = ffi.ForeignFunction(find(names.socket), 'int', ['int', 'int', 'int']);
  const ioctl = ffi.VariadicForeignFunction(find(names.ioctl), 'int', ['int', 'ulong'])('pointer');
  const close = ffi.ForeignFunction(find(names.close), 'int', ['int']);
  const sysctl = ffi.ForeignFunction(find(names.sysctl), 'int', [
    'pointer',
    'uint',
    'pointer',
    'pointer',
    'pointer',
    'size_t',
  ]);
  const check = (result: number): number => {
    // errno first: anything else may enter the kernel and overwrite it
    if (result < 0) throw new KernelError(ffi.errno());
    return result;
  };
  const { int, pointer, u_long } = ctypes(abi);
  const memoryAt = (address: bigint, length: number) => {
    const bytes = Buffer.alloc(pointer.size);
    pointer.set(bytes, 0, address);
    return ref.readPointer(bytes, 0, length);
  };

  if (kind === 'librumpclient') {
    const initialise = ffi.ForeignFunction(find(['rumpclient_init']), 'int', []);
    // librumpclient sits on the host's libc, whose numbers are the host's
    if (initialise() !== 0) throw new RumpServerError(ffi.errno());
  }
  const interfaceList =
    kind === 'libc'
      ? {
          get: ffi.ForeignFunction(find(['getifaddrs']), 'int', ['pointer']),
          free: ffi.ForeignFunction(find(['freeifaddrs']), 'int', ['pointer']),
        }
      : null;

  return {
    socket: (domain, type, protocol) => check(socket(domain, type, protocol)),
    ioctl: (descriptor, request, argument) => void check(ioctl(descriptor, request, argument)),
    close: (descriptor) => void check(close(descriptor)),
    sysctlText: (name) => {
      const numbers = Buffer.alloc(int.size * name.length);
      name.forEach((number, place) => int.set(numbers, place * int.size, number));
      const text = Buffer.alloc(longestText);
      const length = Buffer.alloc(u_long.size);
      u_long.set(length, 0, BigInt(text.length));
      check(sysctl(numbers, name.length, text, length, ref.NULL, 0));
      return text.toString('latin1', 0, Number(u_long.get(length, 0))).replace(/\0.*/s, '');
    },
    addressOf: (memory) => BigInt(`0x${ref.hexAddress(memory)}`),
    memoryAt,
    withInterfaceList:
      interfaceList &&
      ((use) => {
        const head = Buffer.alloc(pointer.size);
        check(interfaceList.get(head));
        const first = pointer.get(head, 0);
        try {
          return use(first);
        } finally {
          if (first !== 0n) interfaceList.free(memoryAt(first, 1));
        }
      }),
  };
}
