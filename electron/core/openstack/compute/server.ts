import { z } from 'zod';

const address = z.looseObject({
  addr: z.string(),
  version: z.number().nullish(),
  'OS-EXT-IPS:type': z.string().nullish(),
  'OS-EXT-IPS-MAC:mac_addr': z.string().nullish(),
});

/** From 2.47 on the flavor itself without its id, before that its id only. */
const flavor = z.looseObject({
  id: z.string().nullish(),
  original_name: z.string().nullish(),
  vcpus: z.number().nullish(),
  ram: z.number().nullish(),
  disk: z.number().nullish(),
});

/**
 * A server as `GET /servers/detail` tells it. Only the id is sure: with a cell down the rest is missing (2.69), and
 * what a tenant may see depends on the cloud's policy.
 */
export const serverSchema = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  status: z.string().default('UNKNOWN'),
  'OS-EXT-STS:task_state': z.string().nullish(),
  'OS-EXT-STS:vm_state': z.string().nullish(),
  'OS-EXT-STS:power_state': z.number().nullish(),
  flavor: flavor.nullish(),
  // Nova gives '' for a server that boots from a volume.
  image: z.union([z.looseObject({ id: z.string() }), z.literal('')]).nullish(),
  addresses: z.record(z.string(), z.array(address).max(1_000)).nullish(),
  created: z.string().nullish(),
  updated: z.string().nullish(),
  'OS-SRV-USG:launched_at': z.string().nullish(),
  'OS-EXT-AZ:availability_zone': z.string().nullish(),
  'OS-EXT-SRV-ATTR:host': z.string().nullish(),
  'OS-EXT-SRV-ATTR:hypervisor_hostname': z.string().nullish(),
  'OS-EXT-SRV-ATTR:instance_name': z.string().nullish(),
  'os-extended-volumes:volumes_attached': z.array(z.looseObject({ id: z.string() })).nullish(),
  key_name: z.string().nullish(),
  user_id: z.string().nullish(),
  tenant_id: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  security_groups: z.array(z.looseObject({ name: z.string() })).nullish(),
  description: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  locked: z.boolean().nullish(),
  locked_reason: z.string().nullish(),
  fault: z
    .looseObject({ message: z.string().default(''), code: z.number().nullish(), details: z.string().nullish() })
    .nullish(),
});
export type Server = z.infer<typeof serverSchema>;

/** True for a row of `changes-since` that stands for a server that is gone. */
export function isDeleted({ status }: Server): boolean {
  return status === 'DELETED' || status === 'SOFT_DELETED';
}
