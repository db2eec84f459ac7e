import { domainNameFault } from '../../../shared/model/domain-name.ts';
import { macFault } from '../../../shared/model/mac-address.ts';
import { sizeBytesOf } from '../../ui/size-input.ts';
import { newNameFault } from '../storage/volume-form.ts';
import { addCloudFaults } from './cloud-form.ts';
import type { AddFault, Fault, Faults, Field, Step } from './faults.ts';
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
    diskBytes: sizeBytesOf(form.diskSize) ?? Number.NaN,
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
  if (source !== 'import') return;
  if (image === null) add('image', 'volumeMissing');
  const users = image?.usedBy?.map(({ name }) => name) ?? [];
  if (users.length > 0) add('image', 'volumeUsed', { machines: users.join(', ') });
}

function addSizeFaults(form: CompleteForm, { offer, volumeNames }: FormContext, add: AddFault): void {
  const { vcpus, memoryBytes, diskBytes } = sizesOf(form);
  const maxVcpus = form.offeredType?.maxVcpus ?? null;
  if (!(vcpus >= 1)) add('vcpus', 'vcpus');
  if (maxVcpus !== null && vcpus > maxVcpus) add('vcpus', 'vcpusMany', { max: maxVcpus });
  if (Number.isNaN(memoryBytes)) add('memory', 'size');
  if (memoryBytes > offer.memoryBytes) add('memory', 'memoryMuch', { bytes: offer.memoryBytes });
  if (form.source === 'import' || !form.needsDisk) return;
  if (form.pool === null) {
    add('pool', 'poolMissing');
    return;
  }
  for (const name of form.diskName === '' ? [''] : numbered(form.diskName, form.names.length)) {
    const fault = newNameFault(name, volumeNames);
    add('diskName', fault === 'nameEmpty' ? 'nameMissing' : fault === 'nameTaken' ? 'volumeTaken' : fault);
  }
  if (Number.isNaN(diskBytes)) add('diskSize', 'size');
  const imageBytes = form.source === 'cloud' ? (form.cloudImage?.capacityBytes ?? 0) : 0;
  if (diskBytes < imageBytes) add('diskSize', 'belowImage', { bytes: imageBytes });
  const { availableBytes } = form.pool;
  // A file grows when it is written; a part of a device is given as a whole.
  const neededBytes = form.formats.length === 0 ? diskBytes * form.names.length : 1;
  if (availableBytes !== null && neededBytes > availableBytes) add('diskSize', 'noSpace', { bytes: availableBytes });
}

function addNetworkFaults(form: CompleteForm, { offer }: FormContext, add: AddFault): void {
  if (form.networkKind === 'none') return;
  if (form.networkKind === 'network') {
    const network = offer.networks.find(({ name }) => name === form.network);
    if (network === undefined) add('network', 'networkMissing');
    else if (form.start && !network.isActive) add('network', 'networkInactive');
  } else if (form.bridge === '') add('bridge', 'bridgeMissing');
  // As Linux names interfaces.
  else if (!/^[^\s/]{1,15}$/.test(form.bridge)) add('bridge', 'bridgeName');
  add('mac', macFault(form.mac));
}
