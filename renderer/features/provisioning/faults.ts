export type Step = 'source' | 'copies' | 'system' | 'size' | 'cloudInit' | 'network' | 'review';

/** Fields that can be wrong, with the step on which they are. */
const fieldSteps = {
  cdrom: 'source',
  template: 'source',
  image: 'source',
  cloudImage: 'source',
  name: 'system',
  count: 'system',
  vcpus: 'size',
  memory: 'size',
  pool: 'size',
  diskName: 'size',
  diskSize: 'size',
  hostName: 'cloudInit',
  userName: 'cloudInit',
  otherKeys: 'cloudInit',
  packages: 'cloudInit',
  userData: 'cloudInit',
  networkConfig: 'cloudInit',
  network: 'network',
  bridge: 'network',
  mac: 'network',
} as const satisfies Record<string, Step>;
export type Field = keyof typeof fieldSteps;

/** What is wrong with a field: names its text (provisioning:faults.<code>). */
export interface Fault {
  code: string;
  /** Values of the text; sizes in bytes. */
  params: Record<string, string | number>;
  /** Nothing was entered yet: told only when the person wants to go on. */
  isMissing: boolean;
}

export type Faults = Partial<Record<Field, Fault>>;

/** The steps of those fields. */
export function faultySteps(faults: Faults): ReadonlySet<Step> {
  return new Set((Object.keys(faults) as Field[]).map((field) => fieldSteps[field]));
}

/** Notes what is wrong with a field; null is nothing, and the first thing counts. */
export type AddFault = (field: Field, code: string | null, params?: Fault['params']) => void;
