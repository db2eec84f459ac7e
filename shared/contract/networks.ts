import { z } from 'zod';
import { entryFaults, networkSections, type NetworkEntryInit } from '../model/network-entries.ts';
import { networkRates, type NetworkSettings } from '../model/network-settings.ts';
import { networkActions, type NetworkMode, type NetworkState } from '../model/networks.ts';
import { newNetworkFaults, newNetworkFields, newNetworkKinds } from '../model/new-network.ts';

/** An address of the host on a network, and the part of its subnet that DHCP gives away. */
export interface NetworkSubnet {
  /** With the length of its prefix, e.g. `192.168.122.1/24`. */
  address: string;
  dhcpRanges: { start: string; end: string }[];
}

/** A machine with a network card on a network. */
export interface NetworkMachine {
  /** UUID of the domain. */
  id: string;
  name: string;
  isRunning: boolean;
  /** Lower-case MAC addresses of its cards on the network. */
  macs: string[];
}

/** A virtual network of a libvirt host, as one row of the Networks table. JSON-safe. */
export interface VirtualNetwork {
  /** UUID. */
  id: string;
  connectionId: string;
  name: string;
  state: NetworkState;
  mode: NetworkMode;
  /** The bridge that the host makes for it or has already; null where there is none or the network never ran. */
  bridge: string | null;
  /** The host's devices by which it reaches the outside, where it names any. */
  forwardDevices: string[];
  subnets: NetworkSubnet[];
  /** The DNS domain of its machines. */
  domainName: string | null;
  autostart: boolean;
  /** False for a transient network, which vanishes when it stops. */
  persistent: boolean;
  /** Null where it could not be found out. */
  usedBy: NetworkMachine[] | null;
}

/** An address that the DHCP server of a network has given away. */
export interface DhcpLease {
  /** Empty where the host does not tell, as for some IPv6 leases. */
  mac: string;
  /** With the length of its prefix. */
  address: string;
  hostName: string | null;
  /** Milliseconds since 1970; null for one that does not end. */
  expiresAt: number | null;
}

/** What the page of a network shows besides its row. */
export interface NetworkDetails {
  /** As it runs, or as it is defined while it does not. */
  xml: string;
  /** Null where the host does not tell. */
  leases: DhcpLease[] | null;
  /** What runs and what is defined, one by one. */
  entries: NetworkEntry[];
  /** What the definition has otherwise than the running network: it takes over when the network starts next. */
  pending: PendingNetworkFact[];
}

/** An entry of one of the lists of a network, e.g. a DHCP reservation. */
export interface NetworkEntry extends NetworkEntryInit {
  /** `now`: only as long as the network runs; `next`: only from its next start on. */
  presence: 'both' | 'now' | 'next';
}

export const pendingNetworkFacts = [
  'mode',
  'bridge',
  'forwardDevices',
  'addresses',
  'domainName',
  'dns',
  'mtu',
  'rates',
  'routes',
] as const;
export type PendingNetworkFact = (typeof pendingNetworkFacts)[number];

export const networkRef = z.object({ connectionId: z.string().max(64), networkId: z.string().max(64) });
export type NetworkRef = z.infer<typeof networkRef>;

export const runNetworkActionInput = z.object({
  action: z.enum(networkActions),
  networks: z.array(networkRef).min(1).max(1_000),
});

/** A network interface of a host. */
export interface HostInterface {
  name: string;
  isBridge: boolean;
  /** With the length of their prefixes; empty also where the host does not tell. */
  addresses: string[];
}

export const newNetworkInput = z
  .object({
    connectionId: z.string().max(64),
    /** The UUID that it gets. */
    id: z.uuid(),
    kind: z.enum(newNetworkKinds),
    values: z.record(z.enum(newNetworkFields), z.string().max(255)),
    /** Whether the host answers DNS queries of its machines. */
    dns: z.boolean(),
    start: z.boolean(),
    autostart: z.boolean(),
  })
  .refine(
    ({ kind, values }) => Object.keys(newNetworkFaults(kind, values, { networks: [], interfaces: null })).length === 0,
  );
export type NewNetworkInput = z.infer<typeof newNetworkInput>;

/** What will be made, before it is. */
export interface NewNetworkPreview {
  xml: string;
  /** The virsh commands that do the same, for a POSIX shell. */
  commands: string;
}

/** What a form shows of a network's definition. */
export interface NetworkSettingsView {
  /** The definition, as it is sent with a change of it. */
  base: string;
  /** Null where its mode is one that the form does not know. */
  settings: NetworkSettings | null;
}

const settingText = z.string().max(255);

/** Settings put into a definition; nothing is written yet. */
export const editNetworkInput = networkRef.extend({
  /** libvirt itself refuses strings over 4 MiB. */
  base: z.string().max(4 * 1024 * 1024),
  settings: z.object({
    kind: z.enum(newNetworkKinds),
    values: z.record(z.enum(newNetworkFields), settingText),
    dns: z.boolean(),
    mtu: settingText,
    rates: z.record(z.enum(networkRates), settingText),
    routes: z.array(z.object({ subnet: settingText, gateway: settingText, metric: settingText })).max(200),
  }),
});
export type EditNetworkInput = z.infer<typeof editNetworkInput>;

/** A definition before and after a change, laid out alike. */
export interface EditedNetwork {
  before: string;
  after: string;
}

const entryValues = z.record(z.string().max(32), z.string().max(1_024));

/** Adds an entry (`before` null), takes one away (`after` null), or puts one in the place of another. */
export const changeNetworkInput = networkRef
  .extend({
    section: z.enum(networkSections),
    subnet: z.string().max(64).nullable(),
    before: entryValues.nullable(),
    after: entryValues.nullable(),
  })
  .refine(({ before, after }) => before !== null || after !== null)
  .refine(
    ({ section, subnet, after }) =>
      after === null || Object.keys(entryFaults({ section, subnet, values: after }, [])).length === 0,
  );
export type ChangeNetworkInput = z.infer<typeof changeNetworkInput>;
