import type { SafeStorage } from 'electron';
import { AppError } from '../core/kernel/app-error.ts';

type Storage = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

/**
 * The system's key ring (Keychain, DPAPI, libsecret, KWallet) by Electron's safeStorage, for the core's secret store.
 * It counts as missing where Linux would only scramble secrets with a fixed key (`basic_text`): the passphrase vault is
 * used then. Made after the app is ready. Throws VAULT_LOCKED where the key ring refuses.
 */
export class SafeStorageKeyring {
  readonly #storage: Storage;
  readonly #platform: NodeJS.Platform;

  constructor(storage: Storage, platform: NodeJS.Platform) {
    this.#storage = storage;
    this.#platform = platform;
  }

  async isAvailable(): Promise<boolean> {
    return this.#isBackendReal() && (await this.#storage.isAsyncEncryptionAvailable());
  }

  async encrypt(text: string): Promise<Uint8Array> {
    this.#requireRealBackend();
    return this.#guard(() => this.#storage.encryptStringAsync(text));
  }

  async decrypt(bytes: Uint8Array): Promise<string> {
    this.#requireRealBackend();
    const { result } = await this.#guard(() => this.#storage.decryptStringAsync(Buffer.from(bytes)));
    return result;
  }

  #isBackendReal(): boolean {
    if (this.#platform !== 'linux') return true;
    const backend = this.#storage.getSelectedStorageBackend();
    return backend !== 'basic_text' && backend !== 'unknown';
  }

  /** A second look at the moment of use: nothing may ever be written with the fixed key. */
  #requireRealBackend(): void {
    if (!this.#isBackendReal()) throw new AppError('VAULT_LOCKED', { detail: 'this system has no key ring' });
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new AppError('VAULT_LOCKED', { detail, cause: error, retryable: true });
    }
  }
}
