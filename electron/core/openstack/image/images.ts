import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { listAll } from '../paging.ts';

const imageSchema = z.looseObject({ id: z.string(), name: z.string().nullish(), status: z.string().nullish() });
export type Image = z.infer<typeof imageSchema>;

/** `GET /v2/images` of every visibility: own, public, shared and community. */
export async function listImages(cloud: Cloud, signal: AbortSignal): Promise<Image[]> {
  const query = { visibility: 'all', limit: '1000' };
  return (await listAll(cloud, { service: 'image', path: '/v2/images', key: 'images', query, signal }, imageSchema))
    .items;
}

/** `GET /v2/images/{id}`. Throws NOT_FOUND for an image that is gone. */
export async function getImage(cloud: Cloud, id: string, signal: AbortSignal): Promise<Image> {
  const path = `/v2/images/${encodeURIComponent(id)}`;
  return (await cloud.call({ service: 'image', method: 'GET', path, schema: imageSchema, signal })).body;
}
