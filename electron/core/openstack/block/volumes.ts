import { z } from 'zod';
import type { Cloud } from '../cloud.ts';

const volumeSchema = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  /** GiB. */
  size: z.number().nullish(),
  status: z.string().nullish(),
});
export type Volume = z.infer<typeof volumeSchema>;

/** `GET /v3/{project}/volumes/{id}`. Throws NOT_FOUND. */
export async function getVolume(cloud: Cloud, id: string, signal: AbortSignal): Promise<Volume> {
  const { body } = await cloud.call({
    service: 'block-storage',
    method: 'GET',
    path: `/volumes/${encodeURIComponent(id)}`,
    schema: z.looseObject({ volume: volumeSchema }),
    signal,
  });
  return body.volume;
}
