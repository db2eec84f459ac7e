import type { AppErrorData } from '../../shared/contract/errors.ts';
import { settingsSchema, type Settings, type UpdateSettingsInput } from '../../shared/contract/settings.ts';
import { toAppError } from '../core-client/core.tsx';
import type { CoreLink } from '../core-client/link.ts';

export interface SettingsState {
  settings: Settings;
  /** False until the core has said what is saved. */
  isLoaded: boolean;
  /** Why the last change could not be saved; it holds for this run all the same. */
  error: AppErrorData | null;
}

/** Changes of the view within this time are saved together: widths and sizes change with every pixel. */
const SAVE_DELAY_MS = 300;

/** The settings of one core: effective at once; what a person chose is saved at once, the view a little later. */
export class SettingsStore {
  #client: CoreLink['client'];
  #state: SettingsState = { settings: settingsSchema.parse({}), isLoaded: false, error: null };
  #listeners = new Set<() => void>();
  #unsaved: UpdateSettingsInput = {};
  #timer: number | null = null;

  constructor(link: CoreLink) {
    this.#client = link.client;
    link.onStatus((status) => status === 'connected' && this.#load());
    this.#load();
    // What was changed just before the window is closed.
    window.addEventListener('pagehide', () => this.#save());
  }

  read = (): SettingsState => this.#state;

  watch = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Resolves when the saved settings are there, or could not be read. */
  loaded(): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!this.#state.isLoaded && this.#state.error === null) return;
        stop();
        resolve();
      };
      const stop = this.watch(check);
      check();
    });
  }

  update = (change: UpdateSettingsInput): void => {
    this.#unsaved = merged(this.#unsaved, change);
    this.#set({ settings: { ...this.#state.settings, ...merged(this.#state.settings, change) } });
    this.#timer ??= window.setTimeout(() => this.#save(), SAVE_DELAY_MS);
    if (change.view === undefined) this.#save();
  };

  #load(): void {
    this.#client.settings.get.query().then(
      (settings) => this.#set({ settings: { ...settings, ...merged(settings, this.#unsaved) }, isLoaded: true }),
      (error: unknown) => this.#set({ error: toAppError(error) }),
    );
  }

  #save(): void {
    if (this.#timer === null) return;
    window.clearTimeout(this.#timer);
    this.#timer = null;
    const change = this.#unsaved;
    this.#unsaved = {};
    this.#client.settings.update.mutate(change).then(
      () => this.#set({ error: null }),
      (error: unknown) => this.#set({ error: toAppError(error) }),
    );
  }

  #set(change: Partial<SettingsState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** As the core does it: keys of `view` are merged. */
function merged<S extends UpdateSettingsInput>(present: S, change: UpdateSettingsInput): S {
  const view = change.view === undefined ? present.view : { ...present.view, ...change.view };
  return { ...present, ...change, ...(view !== undefined && { view }) };
}

const stores = new WeakMap<CoreLink, SettingsStore>();

/** The one settings store of a core. */
export function settingsOf(link: CoreLink): SettingsStore {
  const known = stores.get(link);
  if (known !== undefined) return known;
  const created = new SettingsStore(link);
  stores.set(link, created);
  return created;
}
