import type { StatsRecord } from './libvirt-rows.ts';

/** A virTypedParameter as the codec gives it. */
export interface TypedParameter {
  field: string;
  value: { value: number | string | boolean };
}

/** Typed parameters by field name. Made for every domain at every tick and asked a few fields each: no map is built. */
export function statsOf(params: readonly TypedParameter[]): StatsRecord {
  return new ParameterList(params);
}

class ParameterList implements StatsRecord {
  readonly #params: readonly TypedParameter[];

  constructor(params: readonly TypedParameter[]) {
    this.#params = params;
  }

  get(wanted: string): number | string | boolean | undefined {
    for (const { field, value } of this.#params) if (field === wanted) return value.value;
    return undefined;
  }
}
