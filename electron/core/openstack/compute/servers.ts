import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { requestIdOf } from '../http/errors.ts';
import { listAll } from '../paging.ts';
import { serverSchema, type Server } from './server.ts';

/** Nova cuts a page at 1000 by default; asked for explicitly so that a next link comes. */
const PAGE = '1000';
/** A change may get its timestamp a moment before it can be read. */
const OVERLAP_MS = 5_000;

/** What a list says, and from when the next one should ask for changes (ISO 8601, by the server's clock). */
export interface ServerList {
  servers: Server[];
  changesSince: string;
}

/**
 * `GET /servers/detail` of the project, all pages: complete, or with `since` only what changed, deleted ones
 * included.
 */
export async function listServers(
  cloud: Cloud,
  options: { since?: string; signal: AbortSignal; timeoutMs?: number },
): Promise<ServerList> {
  const askedAt = cloud.clock.now();
  const { items, headers } = await listAll(
    cloud,
    {
      service: 'compute',
      path: '/servers/detail',
      key: 'servers',
      query: { limit: PAGE, ...(options.since === undefined ? {} : { 'changes-since': options.since }) },
      signal: options.signal,
      priority: 5,
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    },
    serverSchema,
  );
  // With several pages the last reply's Date is later than the first page; our own clock tells how much.
  const answeredAt = Date.parse(headers['date'] ?? '');
  const tookMs = cloud.clock.now() - askedAt;
  const start = (Number.isNaN(answeredAt) ? askedAt - 60_000 : answeredAt - tookMs) - OVERLAP_MS;
  return { servers: items, changesSince: new Date(start).toISOString().replace(/\.\d+Z$/, 'Z') };
}

/** `GET /servers/{id}`. Throws MACHINE_GONE. */
export async function getServer(cloud: Cloud, id: string, signal: AbortSignal): Promise<Server> {
  const { body } = await cloud.call({
    service: 'compute',
    method: 'GET',
    path: `/servers/${encodeURIComponent(id)}`,
    schema: z.looseObject({ server: serverSchema }),
    notFound: 'MACHINE_GONE',
    params: { machine: id },
    signal,
    priority: 10,
  });
  return body.server;
}

/** What may be asked of a server by `POST /servers/{id}/action` with an empty reply. */
export type ServerAction =
  | { 'os-start': null }
  | { 'os-stop': null }
  | { reboot: { type: 'SOFT' | 'HARD' } }
  | { pause: null }
  | { unpause: null }
  | { suspend: null }
  | { resume: null }
  | { lock: null }
  | { unlock: null };

/** Asks for an action; Nova has only accepted it then. Returns the request id, under which it logs the action. */
export async function postAction(
  cloud: Cloud,
  server: { id: string; name: string },
  action: ServerAction,
  signal: AbortSignal,
): Promise<string | null> {
  const { headers } = await cloud.call({
    service: 'compute',
    method: 'POST',
    path: `/servers/${encodeURIComponent(server.id)}/action`,
    body: action,
    notFound: 'MACHINE_GONE',
    params: { machine: server.name },
    signal,
    priority: 10,
  });
  return requestIdOf({ headers });
}

/** `DELETE /servers/{id}`; accepted, not done yet. Throws MACHINE_GONE. */
export async function deleteServer(
  cloud: Cloud,
  server: { id: string; name: string },
  signal: AbortSignal,
): Promise<string | null> {
  const { headers } = await cloud.call({
    service: 'compute',
    method: 'DELETE',
    path: `/servers/${encodeURIComponent(server.id)}`,
    notFound: 'MACHINE_GONE',
    params: { machine: server.name },
    signal,
    priority: 10,
  });
  return requestIdOf({ headers });
}
