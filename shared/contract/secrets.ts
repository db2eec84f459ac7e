import { z } from 'zod';

/** What a secret of a host is for, as libvirt counts it. */
export const secretUsages = ['none', 'volume', 'ceph', 'iscsi', 'tls', 'vtpm'] as const;
export type SecretUsage = (typeof secretUsages)[number];

/** A secret that libvirt keeps for a host. Its value is never read. JSON-safe. */
export interface HostSecret {
  /** UUID. */
  id: string;
  connectionId: string;
  usage: SecretUsage;
  /** By what disks and pools name it; null where it is for nothing in particular. */
  usageName: string | null;
  /** Null where there is none, or it could not be read. */
  description: string | null;
  /** Kept in memory only: gone with the host's next start. */
  isEphemeral: boolean;
  /** Nobody, not even who has set it, can read it from libvirt. */
  isPrivate: boolean;
}

/** libvirt takes no more (REMOTE_SECRET_VALUE_MAX). */
export const MAX_SECRET_BYTES = 65_536;

/** A text as it is, or bytes in base64. */
export const secretEncodings = ['text', 'base64'] as const;
export type SecretEncoding = (typeof secretEncodings)[number];

/** What is wrong with a value; null where nothing is. Names a text (hosts:secretFaults.<fault>). */
export function secretValueFault(value: string, encoding: SecretEncoding): 'empty' | 'notBase64' | 'tooLong' | null {
  if (value === '') return 'empty';
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value.replace(/\s/g, ''));
  if (encoding === 'base64' && !isBase64) return 'notBase64';
  const bytes = encoding === 'text' ? new TextEncoder().encode(value).length : (value.length * 3) / 4;
  return bytes > MAX_SECRET_BYTES ? 'tooLong' : null;
}

/** What is wrong with the name that a new secret is for; null where nothing is. */
export function secretNameFault(
  usage: SecretUsage,
  name: string,
  taken: readonly Pick<HostSecret, 'usage' | 'usageName'>[],
): 'needed' | 'notAPath' | 'taken' | null {
  if (usage === 'none') return null;
  if (name === '') return 'needed';
  if (usage === 'volume' && !name.startsWith('/')) return 'notAPath';
  return taken.some((secret) => secret.usage === usage && secret.usageName === name) ? 'taken' : null;
}

const value = z.object({ secretValue: z.string().max(100_000), encoding: z.enum(secretEncodings) });

export const newSecretInput = value
  .extend({
    connectionId: z.string().max(64),
    usage: z.enum(secretUsages),
    usageName: z.string().max(1_024),
    description: z.string().max(1_024),
    isEphemeral: z.boolean(),
    isPrivate: z.boolean(),
  })
  .refine(({ secretValue, encoding }) => secretValueFault(secretValue, encoding) === null)
  .refine(({ usage, usageName }) => secretNameFault(usage, usageName, []) === null);
export type NewSecretInput = z.infer<typeof newSecretInput>;

export const secretValueInput = value
  .extend({ connectionId: z.string().max(64), secretId: z.string().max(64) })
  .refine(({ secretValue, encoding }) => secretValueFault(secretValue, encoding) === null);
export type SecretValueInput = z.infer<typeof secretValueInput>;

export const deleteSecretsInput = z.object({
  connectionId: z.string().max(64),
  secretIds: z.array(z.string().max(64)).min(1).max(100),
});
export type DeleteSecretsInput = z.infer<typeof deleteSecretsInput>;
