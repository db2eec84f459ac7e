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
  hostName: 'cloudInit',
  userName: 'cloudInit',
  otherKeys: 'cloudInit',
  packages: 'cloudInit',
  userData: 'cloudInit',
  networkConfig: 'cloudInit',
  nics: 'network',
} as const satisfies Record<string, Step>;
type SingleField = keyof typeof fieldSteps;
/** Fields of one disk or card, by its key. */
type DiskField = `disk:${string}:${'pool' | 'name' | 'size' | 'volume'}`;
type NicField = `nic:${string}:${'network' | 'bridge' | 'mac'}`;
export type Field = SingleField | DiskField | NicField;

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
  return new Set((Object.keys(faults) as Field[]).map(stepOf));
}

function stepOf(field: Field): Step {
  if (field.startsWith('disk:')) return 'size';
  if (field.startsWith('nic:')) return 'network';
  return fieldSteps[field as SingleField];
}

/** Notes what is wrong with a field; null is nothing, and the first thing counts. */
export type AddFault = (field: Field, code: string | null, params?: Fault['params']) => void;
