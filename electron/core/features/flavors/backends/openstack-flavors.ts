import type { CloudFlavor, SizePreset } from '../../../../../shared/contract/flavors.ts';
import type { Cloud } from '../../../openstack/cloud.ts';
import { listFlavors, type Flavor } from '../../../openstack/compute/flavors.ts';
import type { FlavorBackend } from '../ports.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Nova's flavors, by one call per 1,000. */
export class OpenStackFlavors implements FlavorBackend {
  readonly #cloud: Cloud;
  readonly #connectionId: string;
  readonly #signal: AbortSignal;

  constructor(cloud: Cloud, connectionId: string, signal: AbortSignal) {
    this.#cloud = cloud;
    this.#connectionId = connectionId;
    this.#signal = signal;
  }

  async list(): Promise<CloudFlavor[]> {
    const flavors = await listFlavors(this.#cloud, this.#signal);
    return flavors.map((flavor) => flavorOf(flavor, this.#connectionId));
  }
}

function flavorOf(flavor: Flavor, connectionId: string): CloudFlavor {
  return {
    id: flavor.id,
    connectionId,
    name: flavor.name,
    vcpus: flavor.vcpus,
    topology: topologyOf(flavor),
    memoryBytes: flavor.ram * MIB,
    diskBytes: flavor.disk * GIB,
    ephemeralBytes: flavor['OS-FLV-EXT-DATA:ephemeral'] * GIB,
    // No swap is an empty string before 2.75.
    swapBytes: flavor.swap === '' ? 0 : flavor.swap * MIB,
    isPublic: flavor['os-flavor-access:is_public'],
    description: flavor.description ?? '',
  };
}

/** From the extra specs, where they fix it; what they leave open is Nova's choice, and none of ours. */
function topologyOf({ vcpus, extra_specs: specs }: Flavor): SizePreset['topology'] {
  const [sockets, cores, threads] = ['sockets', 'cores', 'threads'].map((part) => Number(specs?.[`hw:cpu_${part}`]));
  if (sockets === undefined || cores === undefined || threads === undefined) return null;
  return sockets * cores * threads === vcpus ? { sockets, cores, threads } : null;
}
