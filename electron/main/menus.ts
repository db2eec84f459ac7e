import type { MenuItemConstructorOptions } from 'electron';
import type { MenuTexts } from './menu-texts.ts';

export interface MenuOptions {
  texts: MenuTexts;
  platform: NodeJS.Platform;
  /** Developer tools are for builds that are not packaged. */
  isPackaged: boolean;
}

/**
 * The application menu. Roles bring the system's own accelerators; close (Ctrl-W) and reload (Ctrl-R) have none on
 * Linux and Windows, because in a console those keys belong to the machine.
 */
export function menuTemplate({ texts, platform, isPackaged }: MenuOptions): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  /** An item of a role without the role's own accelerator on Linux and Windows. */
  const keyless = (item: MenuItemConstructorOptions): MenuItemConstructorOptions =>
    isMac ? item : { ...item, accelerator: '', registerAccelerator: false };
  const quit: MenuItemConstructorOptions = { role: 'quit', label: texts.quit, accelerator: 'CommandOrControl+Q' };
  const developerTools: MenuItemConstructorOptions[] = isPackaged
    ? []
    : [separator, { role: 'toggleDevTools', label: texts.developerTools }];

  return [
    ...(isMac
      ? [
          {
            role: 'appMenu' as const,
            submenu: [
              { role: 'about' as const, label: texts.about },
              separator,
              { role: 'hide' as const, label: texts.hide },
              separator,
              quit,
            ],
          },
        ]
      : [{ label: texts.file, submenu: [quit] }]),
    {
      label: texts.edit,
      submenu: [
        { role: 'undo', label: texts.undo },
        { role: 'redo', label: texts.redo },
        separator,
        { role: 'cut', label: texts.cut },
        { role: 'copy', label: texts.copy },
        { role: 'paste', label: texts.paste },
        { role: 'selectAll', label: texts.selectAll },
      ],
    },
    {
      label: texts.view,
      submenu: [
        keyless({ role: 'reload', label: texts.reload }),
        separator,
        { role: 'resetZoom', label: texts.actualSize, accelerator: 'CommandOrControl+0' },
        { role: 'zoomIn', label: texts.zoomIn, accelerator: 'CommandOrControl+Plus' },
        { role: 'zoomOut', label: texts.zoomOut, accelerator: 'CommandOrControl+-' },
        separator,
        { role: 'togglefullscreen', label: texts.fullScreen, accelerator: isMac ? 'Control+Command+F' : 'F11' },
        ...developerTools,
      ],
    },
    {
      label: texts.window,
      submenu: [
        { role: 'minimize', label: texts.minimize, accelerator: isMac ? 'Command+M' : '' },
        keyless({ role: 'close', label: texts.close }),
      ],
    },
    {
      label: texts.help,
      submenu: [{ role: 'about', label: texts.about }],
    },
  ];
}
