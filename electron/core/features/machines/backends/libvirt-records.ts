import type { Machine } from '../../../../../shared/contract/machines.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import type { StatsRecord } from './libvirt-rows.ts';

/** A virTypedParameter as the codec gives it. */
export interface TypedParameter {
  field: string;
  value: { value: number | string | boolean };
}

/** What a call needs to name a domain: the server finds it by its UUID. */
export function remoteDomain(machine: Pick<Machine, 'id' | 'name'>): DomainRef {
  return { name: machine.name, uuid: machine.id, id: -1 };
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
