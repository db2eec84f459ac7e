import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { listAll } from '../paging.ts';

const flavorSchema = z.looseObject({ id: z.string(), name: z.string(), vcpus: z.number(), ram: z.number() });

/** A size of machine; `ram` in MiB. */
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
