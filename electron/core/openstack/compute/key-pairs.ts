import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { listAll } from '../paging.ts';

const keyPairSchema = z.object({
  keypair: z.looseObject({
    name: z.string(),
    // Before 2.2 all were for SSH.
    type: z.enum(['ssh', 'x509']).default('ssh'),
    fingerprint: z.string().default(''),
    public_key: z.string().default(''),
  }),
});
export type NovaKeyPair = z.infer<typeof keyPairSchema>['keypair'];

/** `GET /os-keypairs`: the person's own, whatever the project. */
export async function listKeyPairs(cloud: Cloud, signal: AbortSignal): Promise<NovaKeyPair[]> {
  const call = { service: 'compute', path: '/os-keypairs', key: 'keypairs', query: { limit: '1000' }, signal } as const;
  return (await listAll(cloud, call, keyPairSchema)).items.map(({ keypair }) => keypair);
}

/** `POST /os-keypairs` with a key that is there. Throws CONFLICT for a name that is taken, OPENSTACK_ERROR for a bad key. */
export async function importKeyPair(
  cloud: Cloud,
  { name, type, publicKey }: { name: string; type: 'ssh' | 'x509'; publicKey: string },
  signal: AbortSignal,
): Promise<void> {
  await cloud.call({
    service: 'compute',
    method: 'POST',
    path: '/os-keypairs',
    body: { keypair: { name, type, public_key: publicKey } },
    params: { name },
    signal,
  });
}

/** `DELETE /os-keypairs/{name}`. Throws NOT_FOUND. */
export async function deleteKeyPair(cloud: Cloud, name: string, signal: AbortSignal): Promise<void> {
  await cloud.call({
    service: 'compute',
    method: 'DELETE',
    path: `/os-keypairs/${encodeURIComponent(name)}`,
    params: { name },
    signal,
  });
}
