import { z } from 'zod';

const fields = {
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['system', 'en', 'zh-CN']),
  /** How often figures are read while the window has the focus. */
  refreshSeconds: z.number().int().min(1).max(300),
  /** Guests that stood still get the right time by their agent when they go on. */
  syncGuestClock: z.boolean(),
  /** Opaque to the core: saved table columns, drawer sizes and the like, one JSON-safe value per key. */
  view: z.record(z.string().max(128), z.json()),
};

export const settingsSchema = z.object({
  theme: fields.theme.default('system'),
  language: fields.language.default('system'),
  refreshSeconds: fields.refreshSeconds.default(2),
  syncGuestClock: fields.syncGuestClock.default(true),
  view: fields.view.default({}),
});
export type Settings = z.infer<typeof settingsSchema>;

/** Only the given fields change; keys of `view` are merged, a null value removes its key. */
export const updateSettingsInput = z.object(fields).partial();
export type UpdateSettingsInput = z.infer<typeof updateSettingsInput>;

/** How visible the app is; decides how often figures are read. */
export const focusInput = z.object({ focus: z.enum(['focused', 'visible', 'hidden']) });

/** Something the person should know once, e.g. that a damaged settings file was put aside. */
export interface Notice {
  id: string;
  /** Names the text (app:notices.<kind>). */
  kind: 'fileDamaged' | 'saveFailed';
  params: Record<string, string>;
}

export interface AppInfo {
  version: string;
  shell: 'electron' | 'portal';
  /** Where all state is kept. */
  profileDir: string;
  /** How secrets are kept: by the system's key ring, or in the passphrase vault. */
  secretStorage: 'keyring' | 'vault';
}
