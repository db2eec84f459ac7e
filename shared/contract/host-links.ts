import type { NetworkMachine } from './networks.ts';

export const hostLinkKinds = ['ethernet', 'bridge', 'bond', 'vlan', 'other'] as const;
export type HostLinkKind = (typeof hostLinkKinds)[number];

/** A network interface of a host, without those that libvirt makes for the cards of machines. JSON-safe. */
export interface HostLink {
  /** Its name on the host, e.g. `eth0`. */
  id: string;
  connectionId: string;
  kind: HostLinkKind;
  /** Null where the host does not tell, as for bridges. */
  isUp: boolean | null;
  mac: string | null;
  mtu: number | null;
  speedMbps: number | null;
  /** With the length of their prefixes; hosts without netcf tell none. */
  addresses: string[];
  /** Names of the interfaces that it is made of: ports of a bridge, cards of a bond, what a VLAN lies on. */
  parts: string[];
  vlanTag: number | null;
  /** The machines with cards plugged into it directly, not by a network. Null where it could not be found out. */
  usedBy: NetworkMachine[] | null;
  /** `device`: libvirt has no driver for interfaces here, so that its list of devices tells less. */
  toldBy: 'interface' | 'device';
}
