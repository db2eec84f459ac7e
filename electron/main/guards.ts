import type { App, Session, Shell, WebContents } from 'electron';
import type { Logger } from '../core/kernel/logger.ts';
import { appOrigin } from './app-protocol.ts';

/** What the page may ask Chromium for: consoles need the whole screen, the pointer and a way to copy out. */
const grantedPermissions: ReadonlySet<string> = new Set(['fullscreen', 'clipboard-sanitized-write', 'pointerLock']);

/** Hosts whose https pages open in the system's browser: the documentation of what Virtdeck manages. */
const linkHosts: ReadonlySet<string> = new Set(['libvirt.org', 'docs.openstack.org', 'www.qemu.org']);

/** Schemes a page may load from. Console pictures are data: and blob:; everything else is the app itself. */
const loadableSchemes: ReadonlySet<string> = new Set(['app:', 'data:', 'blob:', 'devtools:']);

/** Whether a link of the page may be given to the system's browser. */
export function isOpenableLink(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password, port } = new URL(url);
  return protocol === 'https:' && linkHosts.has(hostname) && username === '' && password === '' && port === '';
}

/** Whether a URL is a page of the app itself. */
export function isAppUrl(url: string): boolean {
  return url === appOrigin || url.startsWith(`${appOrigin}/`);
}

/** Denies what the page does not need: permissions, devices, screen capture, downloads and every remote request. */
export function guardSession(session: Session, log: Logger): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    const isGranted = grantedPermissions.has(permission) && isAppUrl(details.requestingUrl) && details.isMainFrame;
    if (!isGranted) log.warn('A permission was refused', { permission });
    callback(isGranted);
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => grantedPermissions.has(permission) && isAppUrl(origin),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null));
  session.on('will-download', (event, item) => {
    // The page saves screenshots and files as blobs of its own; anything else would be a fetch from elsewhere.
    if (item.getURL().startsWith(`blob:${appOrigin}/`)) return;
    log.warn('A download was refused');
    event.preventDefault();
  });
  session.webRequest.onBeforeRequest((details, callback) => {
    const cancel = !URL.canParse(details.url) || !loadableSchemes.has(new URL(details.url).protocol);
    if (cancel) log.warn('A request that leaves the app was refused', { type: details.resourceType });
    callback({ cancel });
  });
  // The spell checker would fetch its dictionaries from the network.
  session.setSpellCheckerEnabled(false);
}

/** Keeps a page where it is: no navigation, no new windows, no embedded pages; known links open outside. */
export function guardContents(contents: WebContents, shell: Pick<Shell, 'openExternal'>, log: Logger): void {
  const openOutside = (url: string): void => {
    if (!isOpenableLink(url)) {
      log.warn('A link was refused', { url: url.slice(0, 200) });
      return;
    }
    shell.openExternal(url).catch((error: unknown) => log.warn('No browser opened', { error: String(error) }));
  };
  contents.on('will-frame-navigate', (details) => {
    if (details.isMainFrame && isAppUrl(details.url)) return;
    details.preventDefault();
    if (details.isMainFrame) openOutside(details.url);
  });
  contents.on('will-redirect', (details) => details.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url);
    return { action: 'deny' };
  });
}

/** Guards every page that ever comes to be, so that none can be forgotten. */
export function guardAllContents(app: Pick<App, 'on'>, shell: Pick<Shell, 'openExternal'>, log: Logger): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents, shell, log));
}
