import { describe, expect, it } from 'vitest';
import { settingsSchema, type AppInfo, type Settings } from '../../../../shared/contract/settings.ts';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { SettingsService } from './settings-service.ts';

const info: AppInfo = { version: '1', shell: 'portal', profileDir: '/p', secretStorage: 'vault' };

function setUp(stored: Partial<Settings> = {}) {
  const disk = { settings: settingsSchema.parse(stored), failure: null as AppError | null };
  const file = {
    load: () => Promise.resolve(disk.settings),
    save: (settings: Settings) => {
      if (disk.failure !== null) return Promise.reject(disk.failure);
      disk.settings = settings;
      return Promise.resolve();
    },
  };
  return { disk, service: new SettingsService(file, info, new FakeClock()) };
}

async function noticesOf(service: SettingsService): Promise<readonly unknown[]> {
  const watching = new AbortController();
  try {
    for await (const event of service.watchNotices({ signal: watching.signal, ready: () => Promise.resolve() })) {
      return event.type === 'snapshot' ? event.items : [];
    }
    return [];
  } finally {
    watching.abort();
  }
}

describe('SettingsService', () => {
  it('has good settings before and after loading', async () => {
    const { service } = setUp({ theme: 'dark', refreshSeconds: 10 });
    expect(service.get()).toMatchObject({ theme: 'system', language: 'system', refreshSeconds: 2 });
    await service.load();
    expect(service.get()).toMatchObject({ theme: 'dark', refreshSeconds: 10 });
    expect(service.info()).toEqual(info);
  });

  it('changes and keeps only what is given; keys of the view are merged, null removes one', async () => {
    const { disk, service } = setUp({ theme: 'dark', view: { 'machines.columns': ['name'], sidebar: true } });
    await service.load();
    await service.update({ view: { sidebar: null, 'machines.sort': { by: 'name' } } });
    expect(await service.update({ language: 'zh-CN' })).toEqual({
      theme: 'dark',
      language: 'zh-CN',
      refreshSeconds: 2,
      syncGuestClock: true,
      view: { 'machines.columns': ['name'], 'machines.sort': { by: 'name' } },
    });
    expect(disk.settings).toEqual(service.get());
  });

  it('says that the disk is full; the change holds for this run and is saved with the next', async () => {
    const { disk, service } = setUp();
    disk.failure = new AppError('DISK_FULL', { retryable: true });
    await expect(service.update({ theme: 'dark' })).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect([service.get().theme, disk.settings.theme]).toEqual(['dark', 'system']);
    disk.failure = null;
    await service.update({ refreshSeconds: 5 });
    expect(disk.settings).toMatchObject({ theme: 'dark', refreshSeconds: 5 });
  });

  it('has one notice while changes are not on the disk, however many there are', async () => {
    const { disk, service } = setUp();
    disk.failure = new AppError('DISK_FULL', { params: { path: '/p/settings.json' } });
    for (const theme of ['dark', 'light'] as const)
      await expect(service.update({ theme })).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await noticesOf(service)).toMatchObject([{ kind: 'saveFailed', params: { file: '/p/settings.json' } }]);
    disk.failure = null;
    await service.update({ theme: 'dark' });
    expect(await noticesOf(service)).toEqual([]);
  });

  it('tells notices to whoever looks later, too', async () => {
    const { service } = setUp();
    service.notify('fileDamaged', { file: 'settings.json', keptAs: '/p/x' });
    expect(await noticesOf(service)).toMatchObject([
      { kind: 'fileDamaged', params: { file: 'settings.json', keptAs: '/p/x' } },
    ]);
  });

  it('knows the pace: what the window says, and the seconds the person chose', async () => {
    const { service } = setUp();
    service.setFocus('hidden');
    await service.update({ refreshSeconds: 7 });
    expect(service.pace()).toEqual({ focus: 'hidden', refreshSeconds: 7 });
  });
});
