import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import {
  settingsSchema,
  type AppInfo,
  type Notice,
  type Settings,
  type UpdateSettingsInput,
} from '../../../../shared/contract/settings.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { LiveList, type Watcher } from '../../kernel/live-list.ts';
import type { Focus, SettingsApi } from './router.ts';

/** Where settings are kept; see JsonFile. */
export interface SettingsFile {
  load(): Promise<Settings>;
  save(settings: Settings): Promise<void>;
}

/** Settings, notices and how visible the app is. */
export class SettingsService implements SettingsApi {
  readonly #file: SettingsFile;
  readonly #info: AppInfo;
  readonly #notices: LiveList<Notice>;
  #settings: Settings = settingsSchema.parse({});
  /** The newest report wins: one window of several in front keeps the figures fresh. */
  #focus: Focus = 'focused';
  /** The notice that what was changed last is not on the disk. */
  #unsavedNotice: string | null = null;

  constructor(file: SettingsFile, info: AppInfo, clock: Clock) {
    this.#file = file;
    this.#info = info;
    this.#notices = new LiveList<Notice>(clock);
    this.#notices.setFreshness('live');
  }

  async load(): Promise<void> {
    this.#settings = await this.#file.load();
  }

  info(): AppInfo {
    return this.#info;
  }

  get(): Settings {
    return this.#settings;
  }

  async update(change: UpdateSettingsInput): Promise<Settings> {
    const view = { ...this.#settings.view, ...change.view };
    for (const [key, value] of Object.entries(view)) if (value === null) Reflect.deleteProperty(view, key);
    const next = settingsSchema.parse({ ...this.#settings, ...change, view });
    // Effective at once; what cannot be saved is reported to the caller, and holds for this run.
    this.#settings = next;
    try {
      await this.#file.save(next);
    } catch (error) {
      // Once, however many changes fail: a column that is dragged makes many.
      this.#unsavedNotice ??= this.notify('saveFailed', { file: String(AppError.from(error).params['path'] ?? '') });
      throw error;
    }
    if (this.#unsavedNotice !== null) this.#notices.patch([], [this.#unsavedNotice]);
    this.#unsavedNotice = null;
    return next;
  }

  watchNotices(watcher: Watcher): AsyncIterable<FeedEvent<Notice>> {
    return this.#notices.watch(watcher);
  }

  /** Shows a notice; gives its id. */
  notify(kind: Notice['kind'], params: Notice['params']): string {
    const id = crypto.randomUUID();
    this.#notices.patch([{ id, kind, params }]);
    return id;
  }

  setFocus(focus: Focus): void {
    this.#focus = focus;
  }

  pace(): { focus: Focus; refreshSeconds: number } {
    return { focus: this.#focus, refreshSeconds: this.#settings.refreshSeconds };
  }
}
