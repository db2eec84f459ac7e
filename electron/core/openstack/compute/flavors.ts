import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { listAll } from '../paging.ts';

const flavorSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  vcpus: z.number(),
  ram: z.number(),
  disk: z.number().default(0),
  'OS-FLV-EXT-DATA:ephemeral': z.number().default(0),
  swap: z.union([z.number(), z.literal('')]).default(0),
  'os-flavor-access:is_public': z.boolean().default(true),
  /** Since 2.55. */
  description: z.string().nullish(),
  /** Since 2.61, where the policy lets one see them. */
  extra_specs: z.record(z.string(), z.string()).optional(),
});

/** A size of machine; `ram` and `swap` in MiB, `disk` and ephemeral disk in GiB. */
export type Flavor = z.infer<typeof flavorSchema>;

/** `GET /flavors/detail`: all that the project may use. */
export async function listFlavors(cloud: Cloud, signal: AbortSignal): Promise<Flavor[]> {
  const call = {
    service: 'compute',
    path: '/flavors/detail',
    key: 'flavors',
    query: { limit: '1000' },
    signal,
  } as const;
  return (await listAll(cloud, call, flavorSchema)).items;
}

/** `GET /flavors/{id}`: also finds one that was made private meanwhile. Throws NOT_FOUND. */
export async function getFlavor(cloud: Cloud, id: string, signal: AbortSignal): Promise<Flavor> {
  const { body } = await cloud.call({
    service: 'compute',
    method: 'GET',
    path: `/flavors/${encodeURIComponent(id)}`,
    schema: z.looseObject({ flavor: flavorSchema }),
    signal,
  });
  return body.flavor;
}
