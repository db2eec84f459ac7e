import type { EditedNetwork, EditNetworkInput } from '../../../../../shared/contract/networks.ts';
import { networkSettingFaults } from '../../../../../shared/model/network-settings.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { editNetworkXml, layOutNetworkXml, readNetworkSettings } from '../../../libvirt/xml/network-settings.ts';

/** A definition with other settings. Throws BAD_INPUT for settings that cannot be, PROTOCOL for what is no network. */
export function editedNetwork({ base, settings }: EditNetworkInput): EditedNetwork {
  const present = readNetworkSettings(base);
  const nothing = { networks: [], interfaces: null };
  const faults = present === null ? null : networkSettingFaults(settings, present, nothing);
  const wrong = faults === null ? ['kind'] : [...Object.keys(faults.fields), ...Object.keys(faults.others)];
  if (wrong.length > 0) {
    const field = wrong.join(', ');
    throw new AppError('BAD_INPUT', { params: { field }, detail: `not valid: ${field}` });
  }
  return { before: layOutNetworkXml(base), after: editNetworkXml(base, settings) };
}
