import { isInSubnet, parseCidr, parseIp, usableRange } from './ip-address.ts';
import { rateFaults } from './network-entries.ts';
import {
  hasOwnBridge,
  newNetworkFaults,
  type NetworkFault,
  type NetworkSurroundings,
  type NewNetworkField,
  type NewNetworkKind,
  type NewNetworkValues,
} from './new-network.ts';

/** Limits of what all machines of a network send and get, as libvirt counts them: KiB per second, bursts in KiB. */
export const networkRates = [
  'inboundAverage',
  'inboundPeak',
  'inboundBurst',
  'outboundAverage',
  'outboundPeak',
  'outboundBurst',
] as const;
export type NetworkRate = (typeof networkRates)[number];

/** A way of the host to a subnet behind a machine of the network. */
export interface NetworkRoute {
  /** With prefix, e.g. `10.1.0.0/16`. */
  subnet: string;
  gateway: string;
  /** Empty leaves it to the host. */
  metric: string;
}

/**
 * What a form changes of a network that is there. Text as a person types it; empty is not set. Of several subnets of a
 * family, or ranges of a subnet, it is the first.
 */
export interface NetworkSettings {
  kind: NewNetworkKind;
  values: NewNetworkValues;
  /** Whether the host answers DNS queries. */
  dns: boolean;
  mtu: string;
  rates: Record<NetworkRate, string>;
  routes: NetworkRoute[];
}

export type SettingFaultCode =
  'mtuShape' | 'rateShape' | 'needsAverage' | 'routeShape' | 'routeHostBits' | 'gatewayOutside' | 'metricShape';

/** Faults of the fields that new networks have, too, and of the others: `mtu`, rates, `<row>.subnet`, `<row>.gateway`, `<row>.metric`. */
export interface SettingFaults {
  fields: Partial<Record<NewNetworkField, NetworkFault>>;
  others: Record<string, SettingFaultCode>;
}

/** What Linux takes. */
const MTU = { min: 68, max: 65_535 };

const groups: readonly (readonly NewNetworkField[])[] = [
  ['name'],
  ['bridge'],
  ['device'],
  ['ipv4', 'ipv4Start', 'ipv4End'],
  ['ipv6', 'ipv6Start', 'ipv6End'],
  ['domainName'],
];

/**
 * What is wrong with changed settings. What a network has already is taken as it is, even where a new one could not have
 * it. `around` is the host without this network.
 */
export function networkSettingFaults(
  settings: NetworkSettings,
  before: NetworkSettings,
  around: NetworkSurroundings,
): SettingFaults {
  const { kind, values } = settings;
  const fields = newNetworkFaults(kind, values, around);
  if (kind === before.kind) {
    for (const group of groups) {
      if (group.some((field) => values[field] !== before.values[field])) continue;
      for (const field of group) Reflect.deleteProperty(fields, field);
    }
  }
  return { fields, others: hasOwnBridge(kind) ? otherFaults(settings) : {} };
}

function otherFaults({ mtu, rates, routes, values }: NetworkSettings): Record<string, SettingFaultCode> {
  const found: Record<string, SettingFaultCode | null> = rateFaults(rates);
  const isMtu = /^\d{1,5}$/.test(mtu) && Number(mtu) >= MTU.min && Number(mtu) <= MTU.max;
  found['mtu'] = mtu === '' || isMtu ? null : 'mtuShape';
  const subnets = [values.ipv4, values.ipv6].flatMap((text) => parseCidr(text) ?? []);
  routes.forEach(({ subnet, gateway, metric }, row) => {
    const target = parseCidr(subnet);
    const ip = parseIp(gateway);
    found[`${row}.subnet`] = target === null ? 'routeShape' : isWhole(subnet) ? null : 'routeHostBits';
    // libvirt refuses a gateway that the host does not reach over this network.
    const isReached = ip !== null && ip.family === target?.family && subnets.some((each) => isInSubnet(each, ip));
    found[`${row}.gateway`] = isReached ? null : 'gatewayOutside';
    const isMetric = /^\d{1,9}$/.test(metric) && Number(metric) > 0;
    found[`${row}.metric`] = metric === '' || isMetric ? null : 'metricShape';
  });
  return Object.fromEntries(
    Object.entries(found).flatMap(([field, fault]) => (fault === null ? [] : [[field, fault]])),
  );
}

/** True where an address with prefix names a subnet, and no address in it. */
function isWhole(text: string): boolean {
  const subnet = parseCidr(text);
  return subnet !== null && subnet.value + 1n === usableRange(subnet).first.value;
}

/** True where both say the same. */
export function sameNetworkSettings(one: NetworkSettings, other: NetworkSettings): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

function inOrder({ kind, values, dns, mtu, rates, routes }: NetworkSettings): unknown[] {
  return [
    kind,
    Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)),
    dns,
    mtu,
    networkRates.map((rate) => rates[rate]),
    routes.map(({ subnet, gateway, metric }) => [subnet, gateway, metric]),
  ];
}
