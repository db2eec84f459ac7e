/** Where secrets live: never in plain text on disk. Keys look like `connection/<id>/password`. */
export interface SecretStore {
  get(key: string): Promise<string | null>;
  /** With `remember` false the secret lives for this run only. */
  set(key: string, value: string, remember: boolean): Promise<void>;
  /** Removes the key, or with a trailing `/` all keys below it. */
  delete(key: string): Promise<void>;
}
