/** The part of ref-struct-di that this project uses: it lays out fields and makes views of a Buffer. */
declare module 'ref-struct-di' {
  function structs(
    ref: structs.Ref,
  ): (fields: Readonly<Record<string, structs.RefType>>) => structs.StructType;
  namespace structs {
    interface RefType {
      readonly size: number;
      readonly alignment: number;
      readonly indirection: number;
      get(buffer: Buffer, offset: number): unknown;
      set(buffer: Buffer, offset: number, value: unknown): void;
    }
    interface Ref {
      readonly NULL: Buffer;
      readonly alignof: { readonly pointer: number };
      readonly sizeof: { readonly pointer: number };
      coerceType(type: RefType): RefType;
      get(buffer: Buffer, offset: number, type: RefType): unknown;
      set(buffer: Buffer, offset: number, value: unknown, type: RefType): void;
    }
    interface StructType extends RefType {
      readonly fields: Readonly<Record<string, { readonly offset: number; readonly type: RefType }>>;
      new (buffer: Buffer): object;
    }
  }
  export = structs;
}
