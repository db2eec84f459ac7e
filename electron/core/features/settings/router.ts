import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import {
  focusInput,
  updateSettingsInput,
  type AppInfo,
  type Notice,
  type Settings,
  type UpdateSettingsInput,
} from '../../../../shared/contract/settings.ts';
import type { Watcher } from '../../kernel/live-list.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';

export type Focus = 'focused' | 'visible' | 'hidden';

export interface SettingsApi {
  info(): AppInfo;
  get(): Settings;
  /** Returns the settings after the change. Throws DISK_FULL or FILE_UNREADABLE where they cannot be saved. */
  update(change: UpdateSettingsInput): Promise<Settings>;
  watchNotices(watcher: Watcher): AsyncIterable<FeedEvent<Notice>>;
  setFocus(focus: Focus): void;
}

export function createSettingsRouter(settings: SettingsApi) {
  return router({
    info: procedure.query(() => settings.info()),
    get: procedure.query(() => settings.get()),
    update: procedure.input(updateSettingsInput).mutation(({ input }) => settings.update(input)),
    watchNotices: procedure.subscription((o) => settings.watchNotices(watcherOf(o))),
    setFocus: procedure.input(focusInput).mutation(({ input }) => settings.setFocus(input.focus)),
  });
}
