import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { listAll } from '../paging.ts';

const networkSchema = z.looseObject({ id: z.string(), name: z.string().default('') });
export type Network = z.infer<typeof networkSchema>;

const portSchema = z.looseObject({
  id: z.string(),
  network_id: z.string(),
  mac_address: z.string().nullish(),
  fixed_ips: z.array(z.looseObject({ ip_address: z.string() })).default([]),
});
export type Port = z.infer<typeof portSchema>;

const floatingIpSchema = z.looseObject({ floating_ip_address: z.string(), port_id: z.string().nullish() });
export type FloatingIp = z.infer<typeof floatingIpSchema>;

/** `GET /v2.0/networks`: names only. */
export async function listNetworks(cloud: Cloud, signal: AbortSignal): Promise<Network[]> {
  const query = { fields: ['id', 'name'] };
  const call = { service: 'network', path: '/v2.0/networks', key: 'networks', query, signal } as const;
  return (await listAll(cloud, call, networkSchema)).items;
}

/** `GET /v2.0/ports` of one server. */
export async function listPortsOf(cloud: Cloud, serverId: string, signal: AbortSignal): Promise<Port[]> {
  const query = { device_id: serverId, fields: ['id', 'network_id', 'mac_address', 'fixed_ips'] };
  return (await listAll(cloud, { service: 'network', path: '/v2.0/ports', key: 'ports', query, signal }, portSchema))
    .items;
}

/** `GET /v2.0/floatingips` of some ports; at most 50, so that the URL stays short. */
export async function listFloatingIpsOf(cloud: Cloud, portIds: string[], signal: AbortSignal): Promise<FloatingIp[]> {
  if (portIds.length === 0) return [];
  const query = { port_id: portIds.slice(0, 50), fields: ['floating_ip_address', 'port_id'] };
  const call = { service: 'network', path: '/v2.0/floatingips', key: 'floatingips', query, signal } as const;
  return (await listAll(cloud, call, floatingIpSchema)).items;
}
