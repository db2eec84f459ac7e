import { useCallback, useSyncExternalStore } from 'react';
import type { z } from 'zod';
import type { AppErrorData } from '../../shared/contract/errors.ts';
import type { Settings, UpdateSettingsInput } from '../../shared/contract/settings.ts';
import { useCore } from '../core-client/core.tsx';
import { settingsOf } from './settings-store.ts';

type Json = z.infer<ReturnType<typeof z.json>>;

interface UseSettings {
  settings: Settings;
  /** Effective at once; saved a moment later. */
  update: (change: UpdateSettingsInput) => void;
  /** Why the last change could not be saved. */
  error: AppErrorData | null;
}

/** The settings of the app. */
export function useSettings(): UseSettings {
  const store = settingsOf(useCore());
  const { settings, error } = useSyncExternalStore(store.watch, store.read);
  return { settings, update: store.update, error };
}

/**
 * A piece of how the app is shown (columns, sizes, sorting), kept in the settings under `key`. What is saved may come
 * from another version: a value of another kind than `fallback` is ignored, finer checks are the caller's.
 */
export function useViewState<T>(key: string, fallback: T): readonly [T, (value: T) => void] {
  const store = settingsOf(useCore());
  const saved = useSyncExternalStore(store.watch, () => store.read().settings.view[key]);
  const set = useCallback((value: T) => store.update({ view: { [key]: value as Json } }), [store, key]);
  return [kindOf(saved) === kindOf(fallback) ? (saved as T) : fallback, set];
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}
