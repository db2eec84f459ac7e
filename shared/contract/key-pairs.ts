import { z } from 'zod';

export const keyPairTypes = ['ssh', 'x509'] as const;
export type KeyPairType = (typeof keyPairTypes)[number];

/** How new keys are made: small and fast, or for systems that know nothing newer. */
export const keyAlgorithms = ['ed25519', 'rsa'] as const;
export type KeyAlgorithm = (typeof keyAlgorithms)[number];

/** A public key that the person has at Nova. */
export interface KeyPair {
  /** Its name, which is the person's own in the cloud. */
  id: string;
  connectionId: string;
  name: string;
  type: KeyPairType;
  fingerprint: string;
  /** A line of OpenSSH, or a certificate in PEM. */
  publicKey: string;
}

const connectionId = z.string().max(64);

/** Whether Nova takes it as a name of a key pair (since 2.92 of its API; older ones take no `@` and no dot). */
export function isKeyPairName(name: string): boolean {
  return name.length <= 255 && /^[\w@.-]([\w @.-]*[\w@.-])?$/.test(name);
}

const keyPairName = z.string().refine(isKeyPairName);

export const listKeyPairsInput = z.object({ connectionId });

export const importKeyPairInput = z.object({
  connectionId,
  name: keyPairName,
  type: z.enum(keyPairTypes),
  publicKey: z
    .string()
    .trim()
    .min(1)
    .max(64 * 1024),
});
export type ImportKeyPairInput = z.infer<typeof importKeyPairInput>;

export const createKeyPairInput = z.object({
  connectionId,
  name: keyPairName,
  algorithm: z.enum(keyAlgorithms),
});
export type CreateKeyPairInput = z.infer<typeof createKeyPairInput>;

/** A key that was just made. The private one is told this once and kept nowhere. */
export interface CreatedKeyPair {
  privateKey: string;
}

export const deleteKeyPairsInput = z.object({
  keyPairs: z
    .array(z.object({ connectionId, name: z.string().max(255) }))
    .min(1)
    .max(1_000),
});
export type DeleteKeyPairsInput = z.infer<typeof deleteKeyPairsInput>;
