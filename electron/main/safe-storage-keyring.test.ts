import { describe, expect, it } from 'vitest';
import { SafeStorageKeyring } from './safe-storage-keyring.ts';

type Backend = 'basic_text' | 'gnome_libsecret' | 'kwallet6' | 'unknown';

function storageOf(backend: Backend, isAvailable = true) {
  const state = { backend, encrypted: 0 };
  const storage = {
    getSelectedStorageBackend: () => state.backend,
    isAsyncEncryptionAvailable: () => Promise.resolve(isAvailable),
    encryptStringAsync: (text: string) => {
      state.encrypted++;
      return Promise.resolve(Buffer.from(text).reverse());
    },
    decryptStringAsync: (bytes: Buffer) =>
      bytes.length === 0
        ? Promise.reject(new Error('the key ring is locked'))
        : Promise.resolve({ result: Buffer.from(bytes).reverse().toString(), shouldReEncrypt: false }),
  };
  return { state, storage };
}

describe('safeStorage key ring', () => {
  it('encrypts and decrypts with a real backend', async () => {
    const keyring = new SafeStorageKeyring(storageOf('gnome_libsecret').storage, 'linux');
    expect(await keyring.isAvailable()).toBe(true);
    const bytes = await keyring.encrypt('secret');
    expect(await keyring.decrypt(bytes)).toBe('secret');
  });

  it.each(['basic_text', 'unknown'] as const)('is missing with %s, and encrypts nothing', async (backend) => {
    const { state, storage } = storageOf(backend);
    const keyring = new SafeStorageKeyring(storage, 'linux');
    expect(await keyring.isAvailable()).toBe(false);
    await expect(keyring.encrypt('secret')).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
    await expect(keyring.decrypt(new Uint8Array([1]))).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
    expect(state.encrypted).toBe(0);
  });

  it('refuses when the backend turns bad after the first look', async () => {
    const { state, storage } = storageOf('kwallet6');
    const keyring = new SafeStorageKeyring(storage, 'linux');
    expect(await keyring.isAvailable()).toBe(true);
    state.backend = 'basic_text';
    await expect(keyring.encrypt('secret')).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
  });

  it('does not ask for a backend where there is only one', async () => {
    expect(await new SafeStorageKeyring(storageOf('basic_text').storage, 'darwin').isAvailable()).toBe(true);
    expect(await new SafeStorageKeyring(storageOf('basic_text').storage, 'win32').isAvailable()).toBe(true);
    expect(await new SafeStorageKeyring(storageOf('basic_text', false).storage, 'win32').isAvailable()).toBe(false);
  });

  it('tells a refusal of the key ring as a typed error that can be tried again', async () => {
    const keyring = new SafeStorageKeyring(storageOf('gnome_libsecret').storage, 'linux');
    await expect(keyring.decrypt(new Uint8Array())).rejects.toMatchObject({
      code: 'VAULT_LOCKED',
      retryable: true,
      detail: 'the key ring is locked',
    });
  });
});
