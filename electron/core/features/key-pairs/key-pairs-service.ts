import type {
  CreateKeyPairInput,
  CreatedKeyPair,
  DeleteKeyPairsInput,
  ImportKeyPairInput,
  KeyPair,
} from '../../../../shared/contract/key-pairs.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { TaskEngine } from '../../tasks/task-engine.ts';
import type { KeyPairsApi } from './api.ts';
import type { KeyPairBackend } from './ports.ts';

/** The key pairs of a connection, none for a host. Throws NOT_FOUND, and DISCONNECTED while it is not online. */
type KeyPairSource = (connectionId: string) => KeyPairBackend | undefined;

/** Key pairs at all clouds. */
export class KeyPairsService implements KeyPairsApi {
  readonly #source: KeyPairSource;
  readonly #tasks: TaskEngine;

  constructor(source: KeyPairSource, tasks: TaskEngine) {
    this.#source = source;
    this.#tasks = tasks;
  }

  async list(connectionId: string): Promise<KeyPair[]> {
    return this.#backend(connectionId).list();
  }

  async import(input: ImportKeyPairInput): Promise<void> {
    await this.#backend(input.connectionId).import(input);
  }

  async create(input: CreateKeyPairInput): Promise<CreatedKeyPair> {
    return this.#backend(input.connectionId).create(input);
  }

  delete({ keyPairs }: DeleteKeyPairsInput): { taskIds: string[] } {
    const groupId = keyPairs.length > 1 ? crypto.randomUUID() : null;
    const taskIds = keyPairs.map(({ connectionId, name }) => {
      const backend = this.#backend(connectionId);
      return this.#tasks.start({
        kind: 'keyPair.delete',
        target: { connectionId, resource: 'keyPair', id: name, name },
        groupId,
        cancelable: false,
        run: (task) => backend.delete(name, task.signal),
      });
    });
    return { taskIds };
  }

  #backend(connectionId: string): KeyPairBackend {
    const backend = this.#source(connectionId);
    if (backend === undefined) {
      throw new AppError('UNSUPPORTED', { params: { action: 'keyPairs' }, detail: 'this connection has no key pairs' });
    }
    return backend;
  }
}
