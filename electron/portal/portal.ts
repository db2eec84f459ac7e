import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { Duplex } from 'node:stream';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { WebSocketServer } from 'ws';
import { CHUNK_BYTES } from '../../shared/contract/byte-channel.ts';
import { contentSecurityPolicy } from '../../shared/model/content-policy.ts';
import type { CoreHost } from '../core/app/create-core.ts';
import { AppError } from '../core/kernel/app-error.ts';
import type { Logger } from '../core/kernel/logger.ts';
import { socketCarrier } from '../core/rpc/carriers/byte-carriers.ts';
import { createRpcServer } from '../core/rpc/carriers/serve.ts';

export interface PortalOptions {
  core: CoreHost;
  /** The built renderer (build/renderer). */
  rendererDir: string;
  /** 0 takes a free port. */
  port: number;
  token: string;
  log: Logger;
}

export interface Portal {
  /** Address with the token. */
  url: string;
  port: number;
  /** An address good for one visit: other users of this computer can see the arguments of a browser's process. */
  oneTimeUrl(): string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Longest call; lists of ten thousand machines fit. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const MAX_SOCKETS = 256;

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/**
 * Serves the app to browsers of this computer. The token of the printed address is exchanged for a session cookie; every
 * request and WebSocket is checked for the session, a loopback Host (DNS rebinding) and its own Origin. The session is
 * made from the token, so that pages go on after a restart with the same `--port` and `--token`.
 */
export async function startPortal(options: PortalOptions): Promise<Portal> {
  const { core, rendererDir, token, log } = options;
  const session = derive(token, 'session');
  // Cookies know no port: several portals must not overwrite each other's.
  const cookieName = `virtdeck-${derive(token, 'cookie').slice(0, 8)}`;
  const oneTimeTokens = new Set<string>();
  const hasSession = (value: string | undefined): boolean => value !== undefined && isSame(value, session);
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.use(async (c, next) => {
    if (!isLoopback(c.req.header('host'))) return c.text('Virtdeck answers to loopback names only.', 403);
    await next();
    c.header('Content-Security-Policy', contentSecurityPolicy);
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Referrer-Policy', 'no-referrer');
    c.header('Cross-Origin-Opener-Policy', 'same-origin');
    c.header('Cross-Origin-Resource-Policy', 'same-origin');
    return undefined;
  });
  // A file as the body of a request: the browser reads and sends it without a script.
  app.put('/bytes', async (c) => {
    const { incoming } = c.env;
    if (!isAllowed(incoming, cookieName, hasSession)) return c.text('No session.', 403);
    const end = await core.bytes.receive(c.req.query('ticket') ?? '', incoming);
    if (end === 'refused') return c.text('This ticket is not good.', 404);
    return end === 'finished' ? c.body(null, 204) : c.text('Not all was taken.', 409, { Connection: 'close' });
  });
  app.get('*', async (c) => {
    const given = c.req.query('token');
    if (given !== undefined) {
      if (!isSame(given, token) && !oneTimeTokens.delete(given)) {
        deleteCookie(c, cookieName);
        return c.text('This token is not the right one. Use the address that Virtdeck printed.', 403);
      }
      setCookie(c, cookieName, session, { httpOnly: true, sameSite: 'Strict', path: '/' });
      return c.redirect('/', 302);
    }
    if (!hasSession(getCookie(c, cookieName))) {
      return c.text('No session. Open the address that Virtdeck printed when it started.', 401);
    }
    const file = fileOf(rendererDir, new URL(c.req.url).pathname);
    const type = file === null ? undefined : contentTypes[extname(file)];
    if (file === null || type === undefined || !existsSync(file)) {
      const hint = existsSync(join(rendererDir, 'index.html')) ? '' : ' The app is not built: run npm run build.';
      return c.text(`Not found.${hint}`, 404);
    }
    const isHashed = file.includes('/assets/');
    const caching = isHashed ? 'public, max-age=31536000, immutable' : 'no-store';
    return c.body(await readFile(file), 200, { 'Content-Type': type, 'Cache-Control': caching });
  });

  // The adaptor makes a plain HTTP server unless told otherwise.
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  // A file may take hours.
  server.requestTimeout = 0;
  const closeSockets = attachSockets(server, core, log, (request) => isAllowed(request, cookieName, hasSession));
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  const urlWith = (given: string): string => `http://${HOST}:${port}/?token=${encodeURIComponent(given)}`;
  return {
    url: urlWith(token),
    port,
    oneTimeUrl: () => {
      const once = randomBytes(24).toString('base64url');
      oneTimeTokens.add(once);
      return urlWith(once);
    },
    close: async () => {
      closeSockets();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function attachSockets(
  server: Server,
  core: CoreHost,
  log: Logger,
  isAllowedRequest: (request: IncomingMessage) => boolean,
): () => void {
  const rpc = createRpcServer(core.router, log);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const byteSockets = new WebSocketServer({ noServer: true, maxPayload: 2 * CHUNK_BYTES, perMessageDeflate: false });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', (error) => log.debug('upgrade failed', { error: error.message }));
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (!isAllowedRequest(request) || sockets.clients.size + byteSockets.clients.size >= MAX_SOCKETS) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
    } else if (pathname === '/rpc') {
      sockets.handleUpgrade(request, socket, head, (opened) => rpc.serveSocket(opened, request));
    } else if (pathname === '/bytes') {
      byteSockets.handleUpgrade(request, socket, head, (opened) => {
        core.bytes.redeem(searchParams.get('ticket') ?? '', socketCarrier(opened));
      });
    } else {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
    }
  });
  return () => {
    for (const client of [...sockets.clients, ...byteSockets.clients]) client.terminate();
  };
}

/** The file for a path of the app, or null for a path that would leave the folder. */
function fileOf(rendererDir: string, pathname: string): string | null {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (path.includes('\0') || path.includes('\\')) return null;
  const file = normalize(join(rendererDir, path === '/' ? 'index.html' : path));
  return file.startsWith(normalize(`${rendererDir}/`)) ? file : null;
}

function isAllowed(
  request: IncomingMessage,
  cookieName: string,
  hasSession: (value: string | undefined) => boolean,
): boolean {
  const { host, origin, cookie } = request.headers;
  if (!isLoopback(host) || origin !== `http://${host ?? ''}`) return false;
  const values = (cookie ?? '').split(';').map((part) => part.trim().split('='));
  return values.some(([name, value]) => name === cookieName && hasSession(value));
}

function isLoopback(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host ?? '');
}

function derive(token: string, purpose: string): string {
  return createHmac('sha256', token).update(`virtdeck ${purpose}`).digest('hex');
}

function isSame(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      const isTaken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      const detail = `port ${port} cannot be used (${error.message}): choose another with --port`;
      reject(isTaken ? new AppError('CONFLICT', { params: { port }, detail, cause: error }) : error);
    };
    server.once('error', onError);
    server.listen(port, HOST, () => {
      server.off('error', onError);
      resolve();
    });
  });
}
