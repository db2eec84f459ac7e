import { domainNameFault } from '../../../shared/model/domain-name.ts';
import { sizeBytesOf } from '../../ui/size-input.ts';
import { addCloudFaults } from './cloud-form.ts';
import { addExistingDiskFaults, addNewDiskFaults } from './disk-form.ts';
import type { AddFault, Fault, Faults, Field, Step } from './faults.ts';
import { addNicFaults } from './nic-form.ts';
import { countOf, MAX_COUNT, numbered } from './numbered.ts';
import type { CompleteForm, FormContext, FormSizes, Source } from './machine-form.ts';

/** The steps of the wizard, in their order. */
export function stepsOf(source: Source): readonly Step[] {
  // The rest is as in the template, and asked on the page that clones.
  if (source === 'template') return ['source', 'copies'];
  const cloudInit = source === 'cloud' ? (['cloudInit'] as const) : [];
  return ['source', 'system', 'size', ...cloudInit, 'network', 'review'];
}

/** The numbers in the form; NaN where they are none. */
export function sizesOf(form: CompleteForm): FormSizes {
  return {
    vcpus: /^\d{1,5}$/.test(form.vcpus.trim()) ? Number(form.vcpus) : Number.NaN,
    memoryBytes: sizeBytesOf(form.memory) ?? Number.NaN,
  };
}

/** Everything that can be known to be wrong before libvirt is asked. */
export function faultsOf(form: CompleteForm, context: FormContext): Faults {
  const found: Faults = {};
  const add = (field: Field, code: string | null, params: Fault['params'] = {}): void => {
    if (code !== null) found[field] ??= { code, params, isMissing: code.endsWith('Missing') };
  };
  addSourceFaults(form, add);
  if (form.source === 'template') return found;
  addNameFaults(form, context, add);
  addSizeFaults(form, context, add);
  addDiskFaults(form, context, add);
  if (form.source === 'cloud')
    addCloudFaults(
      form.cloud,
      numbered(form.hostName, form.cloud.hostName === null ? 1 : form.names.length)[0] ?? '',
      add,
    );
  addNetworkFaults(form, context, add);
  return found;
}

function addNameFaults(
  { name, names, count, source }: CompleteForm,
  { machineNames }: FormContext,
  add: AddFault,
): void {
  if (countOf(count) === null) add('count', 'count', { max: MAX_COUNT });
  // A disk that is there is of one machine.
  else if (names.length > 1 && source === 'import') add('count', 'countOfImport');
  const fault = domainNameFault(name) ?? domainNameFault(names.at(-1) ?? name);
  add('name', fault === 'nameEmpty' ? 'nameMissing' : fault);
  const taken = names.filter((each) => machineNames.has(each));
  if (taken.length > 0) add('name', names.length === 1 ? 'nameTaken' : 'namesTaken', { names: taken.join(', ') });
}

function addSourceFaults({ source, cdrom, templateId, image, cloudImage }: CompleteForm, add: AddFault): void {
  if (source === 'cdrom' && cdrom === null) add('cdrom', 'volumeMissing');
  if (source === 'template' && templateId === null) add('template', 'templateMissing');
  if (source === 'cloud' && cloudImage === null) add('cloudImage', 'volumeMissing');
  if (source === 'import' && image === null) add('image', 'volumeMissing');
  const users = source === 'import' ? (image?.usedBy?.map(({ name }) => name) ?? []) : [];
  if (users.length > 0) add('image', 'volumeUsed', { machines: users.join(', ') });
}

function addSizeFaults(form: CompleteForm, { offer }: FormContext, add: AddFault): void {
  const { vcpus, memoryBytes } = sizesOf(form);
  const maxVcpus = form.offeredType?.maxVcpus ?? null;
  if (!(vcpus >= 1)) add('vcpus', 'vcpus');
  if (maxVcpus !== null && vcpus > maxVcpus) add('vcpus', 'vcpusMany', { max: maxVcpus });
  if (Number.isNaN(memoryBytes)) add('memory', 'size');
  if (memoryBytes > offer.memoryBytes) add('memory', 'memoryMuch', { bytes: offer.memoryBytes });
}

function addDiskFaults(form: CompleteForm, { volumeNames }: FormContext, add: AddFault): void {
  const hasNew = form.source !== 'import' && form.needsDisk;
  const disks = hasNew ? [form.disk, ...form.moreDisks] : form.moreDisks;
  const count = form.names.length;
  const image = form.source === 'cloud' ? form.cloudImage : form.source === 'import' ? form.image : null;
  for (const disk of disks) {
    const others = disks.filter((other) => other !== disk);
    if (disk.kind === 'new') {
      const imageBytes = disk === form.disk ? (image?.capacityBytes ?? 0) : 0;
      addNewDiskFaults(disk, { count, volumeNames, others, imageBytes }, add);
    } else {
      const beside = [image, form.source === 'cdrom' ? form.cdrom : null, ...others.map(({ volume }) => volume)];
      addExistingDiskFaults(disk, { count, beside }, add);
    }
  }
}

function addNetworkFaults({ nics, start, source }: CompleteForm, { offer }: FormContext, add: AddFault): void {
  if (source === 'network' && nics.length === 0) add('nics', 'nicNeeded');
  for (const nic of nics) {
    const others = nics.filter((other) => other !== nic);
    addNicFaults(nic, { offer, start, others }, add);
  }
}
