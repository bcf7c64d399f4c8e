/** The part of ffi-napi and ref-napi that reaching NetBSD's C library takes; both are optional packages. */
declare module 'ffi-napi' {
  namespace ffi {
    /** A loaded library; `get` throws if the symbol is absent. */
    class DynamicLibrary {
      constructor(path: string | null, mode?: number);
      static readonly FLAGS: { readonly RTLD_NOW: number };
      get(symbol: string): Buffer;
    }
    type Callable = (...args: readonly (number | string | Buffer)[]) => number;
    function ForeignFunction(symbol: Buffer, result: 'int', parameters: readonly string[]): Callable;
    function VariadicForeignFunction(
      symbol: Buffer,
      result: 'int',
      fixedParameters: readonly string[],
    ): (...variadicParameters: readonly string[]) => Callable;
    function errno(): number;
  }
  export = ffi;
}
declare module '@2060.io/ref-napi' {
  namespace ref {
    const NULL: Buffer;
    function hexAddress(memory: Buffer): string;
    /** The memory that the pointer at `offset` of `buffer` leads to. */
    function readPointer(buffer: Buffer, offset: number, length: number): Buffer;
  }
  export = ref;
}
