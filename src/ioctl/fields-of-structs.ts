/** A struct's fields as text: offset, name, value; a line each. */
import { structs, type Abi, type CType, type IoctlName, type StructName } from '../../native-structs';

interface Composite {
  readonly kind: 'struct' | 'union';
  readonly fields: Readonly<Record<string, { readonly offset: number; readonly type: CType<unknown> }>>;
}

function isComposite(type: object): type is Composite {
  return 'kind' in type && 'fields' in type;
}

/** Which member of struct ifreq's union a request uses; the others would only repeat its bytes. */
const unionMembers: readonly (readonly [RegExp, string])[] = [
  [/FLAGS$/, 'ifru_flags'],
  [/MTU$/, 'ifru_mtu'],
  [/METRIC$/, 'ifru_metric'],
  [/INDEX$/, 'ifru_value'],
  [/AFLAG_IN$/, 'ifru_addrflags'],
  [/AFLAG_IN6$/, 'ifru_flags6'],
  [/LIFETIME_IN6$/, 'ifru_lifetime'],
  [/DESCR$/, 'ifru_b'],
  [/L2TP|GENERIC|CREATE|DESTROY/, 'ifru_data'],
  [/ADDR|MASK/, 'ifru_addr'],
];

function valueText(value: unknown): string {
  if (Buffer.isBuffer(value)) return value.length === 0 ? '-' : value.toString('hex');
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function* lines(
  type: Composite,
  memory: Buffer,
  base: number,
  prefix: string,
  request: IoctlName,
): Generator<string> {
  const wanted =
    type.kind === 'union' ? unionMembers.find(([pattern]) => pattern.test(request))?.[1] : undefined;
  for (const [name, field] of Object.entries(type.fields)) {
    if (type.kind === 'union' && wanted !== undefined && wanted in type.fields && name !== wanted) continue;
    const at = base + field.offset;
    if (isComposite(field.type)) yield* lines(field.type, memory, at, `${prefix}${name}.`, request);
    else yield `\t${at} ${prefix}${name} ${valueText(field.type.get(memory, at))}\n`;
  }
}

/** The fields of `struct` in `memory`, as `request` uses them. Offsets in bytes. */
export function describeFields(abi: Abi, struct: StructName, memory: Buffer, request: IoctlName): string {
  const type: object = structs(abi, struct);
  return isComposite(type) ? [...lines(type, memory, 0, '', request)].join('') : '';
}
