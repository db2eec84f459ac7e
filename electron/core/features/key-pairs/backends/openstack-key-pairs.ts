import type {
  CreateKeyPairInput,
  CreatedKeyPair,
  ImportKeyPairInput,
  KeyPair,
} from '../../../../../shared/contract/key-pairs.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Cloud } from '../../../openstack/cloud.ts';
import { deleteKeyPair, importKeyPair, listKeyPairs } from '../../../openstack/compute/key-pairs.ts';
import { makeKey } from '../../../ssh/make-key.ts';
import type { KeyPairBackend } from '../ports.ts';

/** Nova's key pairs, by one call per 1,000. */
export class OpenStackKeyPairs implements KeyPairBackend {
  readonly #cloud: Cloud;
  readonly #connectionId: string;
  readonly #signal: AbortSignal;

  constructor(cloud: Cloud, connectionId: string, signal: AbortSignal) {
    this.#cloud = cloud;
    this.#connectionId = connectionId;
    this.#signal = signal;
  }

  async list(): Promise<KeyPair[]> {
    const keyPairs = await listKeyPairs(this.#cloud, this.#signal);
    return keyPairs.map(({ name, type, fingerprint, public_key }) => {
      return { id: name, connectionId: this.#connectionId, name, type, fingerprint, publicKey: public_key.trim() };
    });
  }

  import(input: ImportKeyPairInput): Promise<void> {
    return importKeyPair(this.#cloud, input, this.#signal);
  }

  async create({ name, algorithm }: CreateKeyPairInput): Promise<CreatedKeyPair> {
    const { publicKey, privateKey } = await makeKey(algorithm, name);
    await importKeyPair(this.#cloud, { name, type: 'ssh', publicKey }, this.#signal);
    return { privateKey };
  }

  async delete(name: string, signal: AbortSignal): Promise<void> {
    try {
      await deleteKeyPair(this.#cloud, name, signal);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'NOT_FOUND')) throw error;
    }
  }
}
