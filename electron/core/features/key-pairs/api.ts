import type {
  CreateKeyPairInput,
  CreatedKeyPair,
  DeleteKeyPairsInput,
  ImportKeyPairInput,
  KeyPair,
} from '../../../../shared/contract/key-pairs.ts';

/** Key pairs, as the router offers them. All throw NOT_FOUND, DISCONNECTED, and UNSUPPORTED for a host. */
export interface KeyPairsApi {
  list(connectionId: string): Promise<KeyPair[]>;
  /** Throws CONFLICT for a name that is taken, OPENSTACK_ERROR for what is no key, QUOTA_EXCEEDED. */
  import(input: ImportKeyPairInput): Promise<void>;
  /** Makes the key on this computer: no cloud sees its private half. Throws as import does. */
  create(input: CreateKeyPairInput): Promise<CreatedKeyPair>;
  delete(input: DeleteKeyPairsInput): { taskIds: string[] };
}
