import type { MachineAddress, MachineDetails, MachineFact } from '../../../../../shared/contract/machines.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { getVolume } from '../../../openstack/block/volumes.ts';
import type { Cloud } from '../../../openstack/cloud.ts';
import type { Server } from '../../../openstack/compute/server.ts';
import { getImage } from '../../../openstack/image/images.ts';
import { listFloatingIpsOf, listNetworks, listPortsOf } from '../../../openstack/network/networks.ts';
import { embeddedFlavor, timeOf, type RowFlavor } from './openstack-rows.ts';

const MIB = 1024 * 1024;
const MAX_VOLUMES = 8;

/** What the overview says of a server. Names that a service does not tell are left out, not an error. */
export async function serverDetails(
  cloud: Cloud,
  server: Server,
  knownFlavor: RowFlavor | undefined,
  signal: AbortSignal,
): Promise<MachineDetails> {
  const [image, volumes, addresses] = await Promise.all([
    imageName(cloud, server, signal),
    volumeTexts(cloud, server, signal),
    addressesOf(cloud, server, signal),
  ]);
  return {
    facts: [...factsOf(server, embeddedFlavor(server) ?? knownFlavor, image), ...volumes],
    addresses,
    document: { language: 'json', text: JSON.stringify(server, null, 2) },
    hasUsage: false,
  };
}

function factsOf(server: Server, flavor: RowFlavor | undefined, image: string | null): MachineFact[] {
  const groups = [...new Set((server.security_groups ?? []).map(({ name }) => name))];
  const facts: (MachineFact | null)[] = [
    text('uuid', server.id),
    text('name', server.name),
    text('description', server.description),
    text('status', server.status),
    text('flavor', flavor?.name),
    number('vcpus', flavor?.vcpus, 'count'),
    number('memory', flavor?.ram ? flavor.ram * MIB : null, 'bytes'),
    text('image', image),
    text('keyPair', server.key_name),
    text('availabilityZone', server['OS-EXT-AZ:availability_zone']),
    text('host', server['OS-EXT-SRV-ATTR:hypervisor_hostname'] ?? server['OS-EXT-SRV-ATTR:host']),
    text('instanceName', server['OS-EXT-SRV-ATTR:instance_name']),
    number('created', timeOf(server.created), 'time'),
    number('launched', timeOf(server['OS-SRV-USG:launched_at']), 'time'),
    text('securityGroups', groups.join(', ')),
    text('tags', (server.tags ?? []).join(', ')),
    text('locked', server.locked === true ? (server.locked_reason ?? 'true') : null),
    text('fault', server.fault?.message),
    ...Object.entries(server.metadata ?? {}).map(([key, value]) => text('metadata', `${key}=${value}`)),
  ];
  return facts.filter((fact) => fact !== null);
}

async function imageName(cloud: Cloud, { image }: Server, signal: AbortSignal): Promise<string | null> {
  if (!image) return null;
  const found = await optional(cloud, signal, () => getImage(cloud, image.id, signal));
  return found?.name ?? image.id;
}

async function volumeTexts(cloud: Cloud, server: Server, signal: AbortSignal): Promise<MachineFact[]> {
  const attached = (server['os-extended-volumes:volumes_attached'] ?? []).slice(0, MAX_VOLUMES);
  const volumes = await Promise.all(
    attached.map(({ id }) => optional(cloud, signal, () => getVolume(cloud, id, signal))),
  );
  return attached.map(({ id }, index) => {
    const volume = volumes[index];
    const size = volume?.size ? ` (${volume.size} GiB)` : '';
    return { key: 'volume', value: `${volume?.name ? volume.name : id}${size}` };
  });
}

/** Neutron knows best; where it does not answer, what Nova has cached of it. */
async function addressesOf(cloud: Cloud, server: Server, signal: AbortSignal): Promise<MachineAddress[]> {
  const found = await optional(cloud, signal, async () => {
    const [ports, networks] = await Promise.all([listPortsOf(cloud, server.id, signal), listNetworks(cloud, signal)]);
    const names = new Map(networks.map(({ id, name }) => [id, name]));
    const floating = await listFloatingIpsOf(
      cloud,
      ports.map(({ id }) => id),
      signal,
    );
    return ports.flatMap((port): MachineAddress[] => {
      const about = { mac: port.mac_address ?? null, network: names.get(port.network_id) ?? null };
      const fixed = port.fixed_ips.map(({ ip_address: address }) => ({ address, source: 'fixed', ...about }) as const);
      const own = floating.filter(({ port_id: id }) => id === port.id);
      return [
        ...fixed,
        ...own.map((ip) => ({ address: ip.floating_ip_address, source: 'floating', ...about }) as const),
      ];
    });
  });
  if (found !== null && found.length > 0) return found;
  return Object.entries(server.addresses ?? {}).flatMap(([network, list]) =>
    list.map((address) => ({
      address: address.addr,
      mac: address['OS-EXT-IPS-MAC:mac_addr'] ?? null,
      network,
      source: address['OS-EXT-IPS:type'] === 'floating' ? ('floating' as const) : ('fixed' as const),
    })),
  );
}

/** Null where a service other than Nova fails: the page shows what is known without it. */
async function optional<T>(cloud: Cloud, signal: AbortSignal, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (signal.aborted) throw error;
    cloud.log.debug('a detail could not be read', { code: error.code, detail: error.detail });
    return null;
  }
}

function text(key: string, value: string | null | undefined): MachineFact | null {
  return value === null || value === undefined || value === '' ? null : { key, value };
}

function number(key: string, value: number | null | undefined, unit: 'bytes' | 'time' | 'count'): MachineFact | null {
  return value === null || value === undefined ? null : { key, value, unit };
}
