/**
 * A connected Unix socket straight on libuv's handle. node:net brings the whole of node:stream with it, and loading and
 * using the two is half of what a command costs beyond node itself. The handle is node's inner interface (DEP0111), which
 * may change or go: whoever asks for a pipe must be able to do without.
 */
import { getSystemErrorName } from 'node:util';
import type { ByteStream, ByteStreamEvents, Connected } from './byte-stream';

/** Negative: the error as libuv numbers it. */
type Status = number;

interface Handle {
  onread: (this: unknown, chunk: ArrayBuffer | undefined) => void;
  connect(request: object, path: string): Status;
  readStart(): Status;
  writeUtf8String(request: object, text: string): Status;
  close(closed: () => void): void;
}

interface Binding {
  readonly Pipe: new (type: number) => Handle;
  readonly PipeConnectWrap: new () => object;
  readonly WriteWrap: new () => object;
  /** Node's constant SOCKET: a pipe as opposed to a server. */
  readonly socketType: number;
  /** What the last call on any stream left, at these places. */
  readonly state: Int32Array;
  readonly bytesRead: number;
  readonly offset: number;
}

/** Connects to the Unix socket at `path`; null where this node has no such handles for us. Never rejects. */
export function connectPipe(path: string): Promise<Connected> | null {
  const binding = pipeBinding();
  if (!binding) return null;
  const handle = new binding.Pipe(binding.socketType);
  return new Promise((resolve) => {
    const failed = (status: Status) => {
      handle.close(() => undefined);
      resolve({ kind: 'failed', code: getSystemErrorName(status) });
    };
    const oncomplete = (status: Status) => {
      if (status < 0) failed(status);
      else resolve({ kind: 'connected', stream: new Pipe(binding, handle) });
    };
    const status = handle.connect(Object.assign(new binding.PipeConnectWrap(), { oncomplete }), path);
    if (status < 0) failed(status);
  });
}

class Pipe implements ByteStream {
  readonly #binding: Binding;
  readonly #handle: Handle;
  #closed: (() => void) | undefined;
  #open = true;

  constructor(binding: Binding, handle: Handle) {
    this.#binding = binding;
    this.#handle = handle;
  }

  get writable(): boolean {
    return this.#open;
  }

  open({ data, closed }: ByteStreamEvents): void {
    const { state, bytesRead, offset } = this.#binding;
    this.#closed = closed;
    this.#handle.onread = (chunk) => {
      const length = state[bytesRead] ?? 0;
      if (length > 0 && chunk) data(Buffer.from(chunk, state[offset], length));
      else if (length < 0) this.destroy();
    };
    if (this.#handle.readStart() < 0) this.destroy();
  }

  write(text: string, failed: () => void): void {
    const { WriteWrap } = this.#binding;
    // what does not fit now is written later, and completed then
    const request = Object.assign(new WriteWrap(), {
      oncomplete: (status: Status) => {
        if (status < 0) failed();
      },
    });
    if (this.#handle.writeUtf8String(request, text) < 0) failed();
  }

  destroy(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#handle.close(() => this.#closed?.());
  }
}

/** null where this process may not have it, or would be told that it should not. */
function pipeBinding(): Binding | null {
  const { NODE_PENDING_DEPRECATION, NODE_OPTIONS = '' } = process.env;
  if (NODE_PENDING_DEPRECATION || [NODE_OPTIONS, ...process.execArgv].some(isAboutDeprecation)) return null;
  const binding: unknown = Reflect.get(process, 'binding');
  if (typeof binding !== 'function') return null;
  try {
    const pipe: unknown = Reflect.apply(binding, process, ['pipe_wrap']);
    const stream: unknown = Reflect.apply(binding, process, ['stream_wrap']);
    if (!isPipeBinding(pipe) || !isStreamBinding(stream)) return null;
    return {
      Pipe: pipe.Pipe,
      PipeConnectWrap: pipe.PipeConnectWrap,
      WriteWrap: stream.WriteWrap,
      socketType: pipe.constants.SOCKET,
      state: stream.streamBaseState,
      bytesRead: stream.kReadBytesOrError,
      offset: stream.kArrayBufferOffset,
    };
  } catch {
    return null; // the permission model
  }
}

const isAboutDeprecation = (option: string): boolean => option.includes('pending-deprecation');

interface PipeBinding extends Pick<Binding, 'Pipe' | 'PipeConnectWrap'> {
  readonly constants: { readonly SOCKET: number };
}

interface StreamBinding extends Pick<Binding, 'WriteWrap'> {
  readonly streamBaseState: Int32Array;
  readonly kReadBytesOrError: number;
  readonly kArrayBufferOffset: number;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const field = (value: object, name: string): unknown => Reflect.get(value, name);
const hasFields = (value: object, type: string, ...names: readonly string[]): boolean =>
  names.every((name) => typeof field(value, name) === type);

function isPipeBinding(value: unknown): value is PipeBinding {
  if (!isObject(value) || !hasFields(value, 'function', 'Pipe', 'PipeConnectWrap')) return false;
  const constants = field(value, 'constants');
  if (!isObject(constants) || !hasFields(constants, 'number', 'SOCKET')) return false;
  const pipe = field(value, 'Pipe');
  const prototype = typeof pipe === 'function' ? field(pipe, 'prototype') : null;
  return (
    isObject(prototype) &&
    hasFields(prototype, 'function', 'connect', 'readStart', 'writeUtf8String', 'close')
  );
}

function isStreamBinding(value: unknown): value is StreamBinding {
  return (
    isObject(value) &&
    hasFields(value, 'function', 'WriteWrap') &&
    hasFields(value, 'number', 'kReadBytesOrError', 'kArrayBufferOffset') &&
    field(value, 'streamBaseState') instanceof Int32Array
  );
}
