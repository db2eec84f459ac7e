import type {
  DevicePermissionHandlerHandlerDetails,
  HandlerDetails,
  OnBeforeRequestListenerDetails,
  Session,
  WebContents,
} from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../core/kernel/logger.ts';
import { asElectron, StandInContents, StandInSession } from './electron-stand-in.ts';
import { guardContents, guardSession, isAppUrl, isOpenableLink } from './guards.ts';

describe('session', () => {
  const session = new StandInSession();
  guardSession(asElectron<Session>(session), silentLogger);
  const contents = asElectron<WebContents>(new StandInContents());
  const { permissionRequest, permissionCheck, device, displayMedia, beforeRequest } = session.handlers;

  const ask = (permission: string, requestingUrl = 'app://virtdeck/', isMainFrame = true): boolean | undefined => {
    let answer: boolean | undefined;
    const details = { requestingUrl, isMainFrame };
    permissionRequest?.(contents, permission as 'media', (granted) => (answer = granted), details);
    return answer;
  };

  it('grants what consoles need, and only to the app itself', () => {
    for (const permission of ['fullscreen', 'pointerLock', 'clipboard-sanitized-write']) {
      expect(ask(permission)).toBe(true);
      expect(ask(permission, 'https://evil.example/')).toBe(false);
      expect(ask(permission, 'app://virtdeck.evil/')).toBe(false);
      expect(ask(permission, 'app://virtdeck/', false)).toBe(false);
      const details = { isMainFrame: true } as Parameters<NonNullable<typeof permissionCheck>>[3];
      expect(permissionCheck?.(contents, permission as 'fullscreen', 'app://virtdeck', details)).toBe(true);
      expect(permissionCheck?.(contents, permission as 'fullscreen', 'null', details)).toBe(false);
    }
  });

  it('refuses every other permission, device and capture', () => {
    for (const permission of ['media', 'geolocation', 'clipboard-read', 'openExternal', 'notifications', 'usb']) {
      expect(ask(permission)).toBe(false);
    }
    expect(device?.(asElectron<DevicePermissionHandlerHandlerDetails>({ deviceType: 'usb' }))).toBe(false);
    const streams = vi.fn();
    displayMedia?.(asElectron({}), streams);
    expect(streams).toHaveBeenCalledExactlyOnceWith(null);
    expect(session.isSpellCheckerEnabled).toBe(false);
  });

  it.each([
    ['app://virtdeck/index.html', false],
    ['data:image/png;base64,AA', false],
    ['blob:app://virtdeck/1', false],
    ['https://example.com/x.js', true],
    ['http://127.0.0.1/', true],
    ['ws://127.0.0.1/', true],
    ['file:///etc/passwd', true],
    ['chrome://gpu', true],
    ['nonsense', true],
  ])('request to %s: cancelled = %s', (url, isCancelled) => {
    const callback = vi.fn();
    beforeRequest?.(asElectron<OnBeforeRequestListenerDetails>({ url, resourceType: 'xhr' }), callback);
    expect(callback).toHaveBeenCalledExactlyOnceWith({ cancel: isCancelled });
  });

  it('lets only files of the page itself be saved', () => {
    for (const [url, isPrevented] of [
      ['blob:app://virtdeck/1-2', false],
      ['blob:app://virtdeck.evil/1-2', true],
      ['https://example.com/a.exe', true],
    ] as const) {
      const preventDefault = vi.fn();
      session.emit('will-download', { preventDefault }, { getURL: () => url });
      expect(preventDefault.mock.calls.length === 1).toBe(isPrevented);
    }
  });
});

describe('page', () => {
  const contents = new StandInContents();
  const opened: string[] = [];
  const openExternal = (url: string): Promise<void> => {
    opened.push(url);
    return Promise.resolve();
  };
  guardContents(asElectron<WebContents>(contents), { openExternal }, silentLogger);

  const navigate = (url: string, isMainFrame = true): boolean => {
    const preventDefault = vi.fn();
    contents.emit('will-frame-navigate', { url, isMainFrame, preventDefault });
    return preventDefault.mock.calls.length === 0;
  };

  it('stays in the app; known links open outside', () => {
    opened.length = 0;
    expect(navigate('app://virtdeck/#/machines')).toBe(true);
    expect(navigate('https://libvirt.org/uri.html')).toBe(false);
    expect(navigate('https://evil.example/')).toBe(false);
    expect(navigate('file:///etc/passwd')).toBe(false);
    expect(navigate('app://virtdeck/', false)).toBe(false);
    expect(navigate('https://libvirt.org/', false)).toBe(false);
    expect(opened).toEqual(['https://libvirt.org/uri.html']);
  });

  it('opens no window, follows no redirect, embeds nothing', () => {
    opened.length = 0;
    const open = (url: string) => contents.openHandler?.(asElectron<HandlerDetails>({ url }));
    expect(open('https://docs.openstack.org/nova/')).toEqual({ action: 'deny' });
    expect(open('javascript:alert(1)')).toEqual({ action: 'deny' });
    expect(open('app://virtdeck/')).toEqual({ action: 'deny' });
    expect(opened).toEqual(['https://docs.openstack.org/nova/']);
    for (const event of ['will-redirect', 'will-attach-webview']) {
      const preventDefault = vi.fn();
      contents.emit(event, { preventDefault });
      expect(preventDefault).toHaveBeenCalledOnce();
    }
  });
});

it.each([
  ['https://libvirt.org/', true],
  ['http://libvirt.org/', false],
  ['https://libvirt.org.evil.example/', false],
  ['https://libvirt.org@evil.example/', false],
  ['https://user:pw@libvirt.org/', false],
  ['https://libvirt.org:8443/', false],
  ['smb://libvirt.org/share', false],
  ['', false],
])('link %s opens outside: %s', (url, isOpenable) => {
  expect(isOpenableLink(url)).toBe(isOpenable);
});

it('the app is its own origin only', () => {
  expect(isAppUrl('app://virtdeck')).toBe(true);
  expect(isAppUrl('app://virtdeck/#/x')).toBe(true);
  expect(isAppUrl('app://virtdeckx/')).toBe(false);
  expect(isAppUrl('xapp://virtdeck/')).toBe(false);
});
