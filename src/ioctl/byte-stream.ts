/** What a connection to l2tpd stands on: bytes both ways. */

export interface ByteStreamEvents {
  readonly data: (chunk: Buffer) => void;
  /** Whoever closed it, and for whatever reason; nothing comes after it. */
  readonly closed: () => void;
}

export interface ByteStream {
  /** False once either end has closed it or it broke. */
  readonly writable: boolean;
  /** Begins to read; to be called once, before write(). */
  open(events: ByteStreamEvents): void;
  /** Texts go out in their order; `failed` is called if not all of this one did. */
  write(text: string, failed: () => void): void;
  destroy(): void;
}

/** How connecting ended; `code` is the error's name, such as ENOENT. */
export type Connected =
  | { readonly kind: 'connected'; readonly stream: ByteStream }
  | { readonly kind: 'failed'; readonly code: string };
