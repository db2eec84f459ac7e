import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import { MAX_PRESETS, type CloudFlavor, type SizePreset } from '../../../../shared/contract/flavors.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { KeyedMutex } from '../../kernel/keyed-mutex.ts';
import { LiveList, type Watcher } from '../../kernel/live-list.ts';
import type { FlavorsApi } from './api.ts';
import type { FlavorBackend } from './ports.ts';
import { usualPresets } from './usual-presets.ts';

/** The flavors of a connection, none for a host. Throws NOT_FOUND, and DISCONNECTED while it is not online. */
type FlavorSource = (connectionId: string) => FlavorBackend | undefined;

/** Where presets are kept; see JsonFile. */
export interface PresetFile {
  /** Null where none were kept yet. */
  load(): Promise<SizePreset[] | null>;
  save(presets: readonly SizePreset[]): Promise<void>;
}

/** The presets of the profile, and the flavors of clouds. */
export class FlavorsService implements FlavorsApi {
  readonly #source: FlavorSource;
  readonly #file: PresetFile;
  readonly #presets: LiveList<SizePreset>;
  /** Changes come one after the other: each writes the whole file. */
  readonly #changing = new KeyedMutex();

  constructor(source: FlavorSource, file: PresetFile, clock: Clock) {
    this.#source = source;
    this.#file = file;
    this.#presets = new LiveList(clock);
  }

  /** Throws FILE_UNREADABLE. */
  async load(): Promise<void> {
    this.#presets.reset((await this.#file.load()) ?? usualPresets(), 'live');
  }

  watchPresets(watcher: Watcher): AsyncIterable<FeedEvent<SizePreset>> {
    return this.#presets.watch(watcher);
  }

  savePreset(preset: SizePreset): Promise<void> {
    return this.#change((presets) => presets.set(preset.id, preset));
  }

  deletePresets(ids: readonly string[]): Promise<void> {
    return this.#change((presets) => {
      for (const id of ids) presets.delete(id);
    });
  }

  addUsualPresets(): Promise<void> {
    return this.#change((presets) => {
      const names = new Set([...presets.values()].map(({ name }) => name));
      for (const preset of usualPresets()) {
        if (names.has(preset.name)) continue;
        // One that was renamed keeps what it became.
        const id = presets.has(preset.id) ? crypto.randomUUID() : preset.id;
        presets.set(id, { ...preset, id });
      }
    });
  }

  async listFlavors(connectionId: string): Promise<CloudFlavor[]> {
    const backend = this.#source(connectionId);
    if (backend === undefined) {
      throw new AppError('UNSUPPORTED', { params: { action: 'flavors' }, detail: 'this connection has no flavors' });
    }
    return backend.list();
  }

  /** What cannot be kept does not happen. */
  #change(edit: (presets: Map<string, SizePreset>) => void): Promise<void> {
    return this.#changing.run('presets', async () => {
      const next = new Map(this.#presets.items);
      edit(next);
      if (next.size > MAX_PRESETS) {
        throw new AppError('LIMIT_EXCEEDED', { detail: `more than ${MAX_PRESETS} presets` });
      }
      await this.#file.save([...next.values()]);
      this.#presets.reset(next.values(), 'live');
    });
  }
}
