import { readFile } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';
import type { CustomScheme, Protocol } from 'electron';
import { contentSecurityPolicy } from '../../shared/model/content-policy.ts';
import type { Logger } from '../core/kernel/logger.ts';

/** The origin of the app's own page, the only one that is ever shown or given anything. */
export const appOrigin = 'app://virtdeck';

/** Registered before the app is ready: makes `app:` behave as https: does (origin, CSP, fetch, secure context). */
export const appScheme: CustomScheme = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

const fixedHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** The file below `folder` that a URL path names, or null where it names none or would leave the folder. */
export function fileOfPath(folder: string, pathname: string): string | null {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return null; // A broken percent sequence names no file.
  }
  if (path.includes('\0') || path.includes('\\')) return null;
  const root = resolve(folder);
  const file = resolve(root, `.${path === '/' ? '/index.html' : path}`);
  return file.startsWith(root + sep) ? file : null;
}

/** Answers requests to `app://virtdeck/...` from the built renderer: GET only, known file types only. */
export function createAppHandler(folder: string, log: Logger): (request: Request) => Promise<Response> {
  const refuse = (status: number): Response => new Response(null, { status, headers: fixedHeaders });
  return async (request) => {
    const url = new URL(request.url);
    if (request.method !== 'GET') return refuse(405);
    if (url.host !== 'virtdeck') return refuse(404);
    const file = fileOfPath(folder, url.pathname);
    const contentType = file === null ? undefined : contentTypes[extname(file)];
    if (file === null || contentType === undefined) return refuse(404);
    try {
      return new Response(new Uint8Array(await readFile(file)), {
        headers: { ...fixedHeaders, 'content-type': contentType },
      });
    } catch (error) {
      log.warn('A file of the renderer could not be read', { file, error: String(error) });
      return refuse(404);
    }
  };
}

/** Serves the built renderer as `app://virtdeck/`. */
export function serveApp(protocol: Pick<Protocol, 'handle'>, folder: string, log: Logger): void {
  protocol.handle('app', createAppHandler(folder, log));
}
