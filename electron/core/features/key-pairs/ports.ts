import type {
  CreateKeyPairInput,
  CreatedKeyPair,
  ImportKeyPairInput,
  KeyPair,
} from '../../../../shared/contract/key-pairs.ts';

/** Key pairs of the person at one cloud, while it is online. */
export interface KeyPairBackend {
  list(): Promise<KeyPair[]>;
  /** Throws CONFLICT for a name that is taken, OPENSTACK_ERROR for what is no key, QUOTA_EXCEEDED. */
  import(input: ImportKeyPairInput): Promise<void>;
  /** Makes the key here and imports its public half. Throws as import does. */
  create(input: CreateKeyPairInput): Promise<CreatedKeyPair>;
  /** One that is gone already is no error. */
  delete(name: string, signal: AbortSignal): Promise<void>;
}
