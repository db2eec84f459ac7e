import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { menuTexts } from './menu-texts.ts';
import { menuTemplate } from './menus.ts';

const build = (platform: NodeJS.Platform, isPackaged = true, language: 'en' | 'zh-CN' = 'en') =>
  menuTemplate({ texts: menuTexts(language, 'en'), platform, isPackaged });

/** Every item with a role or a text, depth first. */
function flatten(items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flatten(item.submenu) : [])]);
}
const find = (items: MenuItemConstructorOptions[], role: string) => flatten(items).find((item) => item.role === role);

describe('menus', () => {
  it('have a text for everything, in both languages', () => {
    for (const platform of ['linux', 'win32', 'darwin'] as const) {
      const english = flatten(build(platform, false)).filter((item) => item.type !== 'separator');
      const chinese = flatten(build(platform, false, 'zh-CN')).filter((item) => item.type !== 'separator');
      expect(chinese.length).toBe(english.length);
      english.forEach((item, index) => {
        if (item.role === 'appMenu') return; // Named by the system after the app.
        expect(item.label, item.role).toMatch(/\S/);
        expect(chinese[index]?.label).toMatch(/[\u4e00-\u9fff]/);
      });
    }
  });

  it('leave the keys of consoles to the machine on Linux and Windows', () => {
    expect(find(build('linux'), 'close')).toMatchObject({ accelerator: '', registerAccelerator: false });
    expect(find(build('win32'), 'reload')).toMatchObject({ accelerator: '', registerAccelerator: false });
    expect(find(build('darwin'), 'close')).not.toHaveProperty('accelerator');
    expect(find(build('linux'), 'togglefullscreen')?.accelerator).toBe('F11');
    expect(find(build('linux'), 'quit')?.accelerator).toBe('CommandOrControl+Q');
  });

  it('have no accelerator twice', () => {
    for (const platform of ['linux', 'darwin'] as const) {
      const keys = flatten(build(platform, false)).flatMap((item) => (item.accelerator ? [item.accelerator] : []));
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  it('offer developer tools only where the app is not packaged', () => {
    expect(find(build('linux', true), 'toggleDevTools')).toBeUndefined();
    expect(find(build('linux', false), 'toggleDevTools')).toBeDefined();
  });
});

describe('language', () => {
  it.each([
    ['system', 'zh-CN', '退出 Virtdeck'],
    ['system', 'zh-Hans-SG', '退出 Virtdeck'],
    ['system', 'de-DE', 'Quit Virtdeck'],
    ['en', 'zh-CN', 'Quit Virtdeck'],
    ['zh-CN', 'en-US', '退出 Virtdeck'],
  ] as const)('%s on a %s system', (setting, locale, quit) => {
    expect(menuTexts(setting, locale).quit).toBe(quit);
  });
});
