import { parseCidr } from '../../../shared/model/ip-address.ts';
import type { NetworkSettings } from '../../../shared/model/network-settings.ts';
import type { NetworkSurroundings } from '../../../shared/model/new-network.ts';
import { emptyNetworkForm, networkValues, type NetworkForm, type SubnetForm } from './new-network-form.ts';

/** What a person has entered for a network that is there. */
export interface SettingsForm {
  network: NetworkForm;
  mtu: string;
  rates: NetworkSettings['rates'];
  routes: NetworkSettings['routes'];
}

/** The form with what a network has. */
export function formOfSettings({ kind, values, dns, mtu, rates, routes }: NetworkSettings): SettingsForm {
  const subnet = (family: 'ipv4' | 'ipv6'): SubnetForm => {
    const [address, start, end] = [values[family], values[`${family}Start`], values[`${family}End`]];
    // Where it has none, one that is switched on is proposed.
    if (address === '') return { ...emptyNetworkForm[family], isOn: false };
    const hasRange = start !== '';
    return { isOn: true, address, dhcp: hasRange, start: hasRange ? start : null, end: hasRange ? end : null };
  };
  const { name, bridge, device, domainName } = values;
  const ends = { ipv4: subnet('ipv4'), ipv6: subnet('ipv6') };
  return { network: { ...emptyNetworkForm, kind, name, bridge, device, ...ends, domainName, dns }, mtu, rates, routes };
}

/** The settings as they will be sent. */
export function settingsOfForm(form: SettingsForm, around: NetworkSurroundings, subnet6: string): NetworkSettings {
  const trim = <T extends Record<string, string>>(texts: T): T =>
    Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, text.trim()])) as T;
  return {
    kind: form.network.kind,
    values: networkValues(form.network, around, subnet6),
    dns: form.network.dns,
    mtu: form.mtu.trim(),
    rates: trim(form.rates),
    routes: form.routes.map((route) => trim({ ...route })),
  };
}

/** How many subnets a network has that the form does not show: of each family it shows the first. */
export function moreSubnets(addresses: readonly string[]): number {
  const families = addresses.flatMap((address) => parseCidr(address)?.family ?? []);
  return families.length - new Set(families).size;
}
