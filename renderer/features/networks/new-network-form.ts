import type { NewNetworkInput } from '../../../shared/contract/networks.ts';
import {
  hasOwnBridge,
  networkFieldIsFor,
  newNetworkFields,
  proposedRange,
  proposedSubnet,
  type NetworkFault,
  type NetworkSurroundings,
  type NewNetworkField,
  type NewNetworkKind,
  type NewNetworkValues,
} from '../../../shared/model/new-network.ts';

/** The part of the form for addresses of one family; null is what nobody has touched. */
export interface SubnetForm {
  isOn: boolean;
  address: string | null;
  dhcp: boolean;
  start: string | null;
  end: string | null;
}

/** What a person has entered for a new network. */
export interface NetworkForm {
  kind: NewNetworkKind;
  name: string | null;
  bridge: string | null;
  device: string | null;
  ipv4: SubnetForm;
  ipv6: SubnetForm;
  domainName: string;
  dns: boolean;
  start: boolean;
  autostart: boolean;
}

const untouched: SubnetForm = { isOn: true, address: null, dhcp: true, start: null, end: null };

export const emptyNetworkForm: NetworkForm = {
  kind: 'nat',
  name: null,
  bridge: null,
  device: null,
  ipv4: untouched,
  // Machines find an IPv6 address by themselves.
  ipv6: { ...untouched, isOn: false, dhcp: false },
  domainName: '',
  dns: true,
  start: true,
  autostart: true,
};

/** A private IPv6 subnet that nobody else is likely to have (RFC 4193). */
export function randomSubnet6(): string {
  const [first, second, third] = crypto.getRandomValues(new Uint16Array(3));
  const group = (value = 0): string => value.toString(16);
  return `fd${group((first ?? 0) & 0xff).padStart(2, '0')}:${group(second)}:${group(third)}::1/64`;
}

/** The values as they will be sent: with proposals in place of what nobody has touched. */
export function networkValues(form: NetworkForm, around: NetworkSurroundings, subnet6: string): NewNetworkValues {
  const ipv4 = subnetValues(form.ipv4, proposedSubnet(around));
  const ipv6 = subnetValues(form.ipv6, subnet6);
  const all: NewNetworkValues = {
    name: form.name ?? '',
    bridge: form.bridge ?? '',
    device: form.device ?? '',
    ipv4: ipv4.address,
    ipv4Start: ipv4.start,
    ipv4End: ipv4.end,
    ipv6: ipv6.address,
    ipv6Start: ipv6.start,
    ipv6End: ipv6.end,
    domainName: form.domainName,
  };
  const own = newNetworkFields.map((field) => [field, networkFieldIsFor(form.kind, field) ? all[field].trim() : '']);
  // What is wrong with spaces around a name is told, not mended.
  return { ...(Object.fromEntries(own) as NewNetworkValues), name: all.name };
}

function subnetValues(subnet: SubnetForm, proposed: string): { address: string; start: string; end: string } {
  if (!subnet.isOn) return { address: '', start: '', end: '' };
  const address = subnet.address ?? proposed;
  const range = subnet.dhcp ? proposedRange(address.trim()) : null;
  const value = (entered: string | null, proposal: string | undefined): string =>
    subnet.dhcp ? (entered ?? proposal ?? '') : '';
  return { address, start: value(subnet.start, range?.start), end: value(subnet.end, range?.end) };
}

/** Faults that may be told: of what is still missing only once the person wants to go on. */
export function toldFaults(
  faults: Partial<Record<NewNetworkField, NetworkFault>>,
  form: NetworkForm,
  isAsked: boolean,
): Partial<Record<NewNetworkField, NetworkFault>> {
  if (isAsked) return faults;
  const isUntouched = (field: string): boolean =>
    (field === 'name' || field === 'bridge' || field === 'device') && form[field] === null;
  return Object.fromEntries(Object.entries(faults).filter(([field]) => !isUntouched(field)));
}

/** What is sent to make the network. */
export function networkInput(
  connectionId: string,
  id: string,
  form: NetworkForm,
  values: NewNetworkValues,
): NewNetworkInput {
  const { kind, dns, start, autostart } = form;
  return { connectionId, id, kind, values, dns: dns || !hasOwnBridge(kind), start, autostart };
}
