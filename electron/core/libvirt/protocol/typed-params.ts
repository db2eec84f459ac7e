import { bool, double, hyper, int, quick, string, struct, uhyper, uint, union, type ValueOf } from './xdr-types.ts';

const typedValue = union({
  1: ['int', int],
  2: ['uint', uint],
  3: ['llong', hyper],
  4: ['ullong', uhyper],
  5: ['double', double],
  6: ['boolean', bool],
  7: ['string', string],
});

/** libvirt's named value (virTypedParameter): statistics, tuning and migration parameters. */
export const typedParam = quick(struct({ field: string, value: typedValue }), (reader) => {
  return { field: reader.string(), value: typedValue.read(reader) };
});

export type TypedParam = ValueOf<typeof typedParam>;
type TypedValue = ValueOf<typeof typedValue>;

/** Names a value with the type that the server expects for it: it refuses a right number of a wrong type. */
export function param<T extends TypedValue['type']>(
  type: T,
  field: string,
  value: Extract<TypedValue, { type: T }>['value'],
): TypedParam {
  // Type and value belong together by the signature, which the compiler cannot see through the union.
  return { field, value: { type, value } as TypedValue };
}

/**
 * The values by field. 64-bit values beyond 2^53 are the nearest double. A field that occurs several times (a
 * migration's disks) keeps its last value: read the list itself for those.
 */
export function paramValues(params: readonly TypedParam[]): Map<string, number | string | boolean> {
  const values = new Map<string, number | string | boolean>();
  for (const { field, value } of params) values.set(field, value.value);
  return values;
}
