/** The layouts that a compiler computed for each of NetBSD's ports, and the headers' constants: test/data/abi.json. */
import json from '../data/abi.json';

export interface KnownField {
  readonly offset: number;
  readonly size: number;
}

export interface KnownStruct {
  readonly size: number;
  readonly align: number;
  /** By name; a member of an inner struct or union by its dotted path. */
  readonly fields: Readonly<Record<string, KnownField>>;
}

export interface KnownLayout {
  /** Request numbers, unsigned 32 bits. */
  readonly ioctls: Readonly<Record<string, number>>;
  readonly structs: Readonly<Record<string, KnownStruct>>;
}

export interface KnownAbi {
  readonly name: string;
  readonly endian: string;
  readonly pointer_size: number;
  readonly u64_align: number;
  readonly layout: KnownLayout;
}

// Ports whose layouts agree in every number share one.
const layouts: Readonly<Record<string, KnownLayout>> = json.layouts;

export const knownAbis: readonly KnownAbi[] = Object.entries(json.abis).map(([name, port]) => {
  const layout = layouts[port.layout];
  if (!layout) throw new Error(`abi.json: ${name} has the layout ${port.layout}, which is not there`);
  return { ...port, name, layout };
});

export const knownConstants = json.constants;
