import {
  pendingNetworkFacts,
  type NetworkDetails,
  type NetworkEntry,
  type PendingNetworkFact,
} from '../../../../../shared/contract/networks.ts';
import { fieldsEqual, type NetworkEntryInit } from '../../../../../shared/model/network-entries.ts';
import { NetworkEntries } from '../../../libvirt/xml/network-entries.ts';
import { readNetworkSettings } from '../../../libvirt/xml/network-settings.ts';
import { readNetworkXml } from '../../../libvirt/xml/network-xml.ts';

/** The XML of a network: of what runs, null while it does not, and of what is defined, null for a transient one. */
export interface NetworkDocuments {
  now: string | null;
  next: string | null;
}

/** All entries with where they are, and what else differs between what runs and what is defined. */
export function compareNetworks({ now, next }: NetworkDocuments): Pick<NetworkDetails, 'entries' | 'pending'> {
  if (now === null || next === null) {
    const xml = now ?? next;
    const entries = xml === null ? [] : new NetworkEntries(xml).all();
    // What is not running, or not defined, differs from nothing.
    return { entries: entries.map((entry) => ({ ...entry, presence: 'both' })), pending: [] };
  }
  const running = new NetworkEntries(now).all();
  const entries: NetworkEntry[] = [];
  for (const entry of new NetworkEntries(next).all()) {
    const at = running.findIndex((each) => isSame(each, entry));
    if (at !== -1) running.splice(at, 1);
    entries.push({ ...entry, presence: at === -1 ? 'next' : 'both' });
  }
  entries.push(...running.map((entry): NetworkEntry => ({ ...entry, presence: 'now' })));
  return { entries, pending: differences(now, next) };
}

function isSame(one: NetworkEntryInit, other: NetworkEntryInit): boolean {
  return (
    one.section === other.section && one.subnet === other.subnet && fieldsEqual(one.section, one.values, other.values)
  );
}

function differences(now: string, next: string): PendingNetworkFact[] {
  const facts = [now, next].map((text) => {
    const { mode, bridge, forwardDevices, subnets, domainName } = readNetworkXml(text);
    const addresses = subnets.map(({ address }) => address).join(' ');
    const settings = readNetworkSettings(text);
    return {
      mode,
      bridge,
      forwardDevices: forwardDevices.join(' '),
      addresses,
      domainName,
      dns: settings?.dns,
      mtu: settings?.mtu,
      rates: JSON.stringify(settings?.rates),
      routes: JSON.stringify(settings?.routes),
    };
  });
  const [running, defined] = facts;
  return pendingNetworkFacts.filter((fact) => running?.[fact] !== defined?.[fact]);
}
