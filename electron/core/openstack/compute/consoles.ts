import { z } from 'zod';
import { compareVersions } from '../auth/microversions.ts';
import type { Cloud } from '../cloud.ts';

const remoteConsole = z.looseObject({ remote_console: z.looseObject({ url: z.string() }) });
const oldConsole = z.looseObject({ console: z.looseObject({ url: z.string() }) });
const consoleOutput = z.looseObject({ output: z.string().nullable() });

/**
 * The page of the noVNC proxy for a server, good for one connection within about ten minutes:
 * `POST /servers/{id}/remote-consoles` (2.6), before that the action `os-getVNCConsole`.
 */
export async function getVncPage(
  cloud: Cloud,
  server: { id: string; name: string },
  signal: AbortSignal,
): Promise<string> {
  const path = `/servers/${encodeURIComponent(server.id)}`;
  const about = {
    service: 'compute',
    notFound: 'MACHINE_GONE',
    params: { machine: server.name },
    priority: 10,
  } as const;
  if (compareVersions(await cloud.microversion('compute', signal), '2.6') >= 0) {
    const { body } = await cloud.call({
      ...about,
      method: 'POST',
      path: `${path}/remote-consoles`,
      body: { remote_console: { protocol: 'vnc', type: 'novnc' } },
      schema: remoteConsole,
      signal,
    });
    return body.remote_console.url;
  }
  const { body } = await cloud.call({
    ...about,
    method: 'POST',
    path: `${path}/action`,
    body: { 'os-getVNCConsole': { type: 'novnc' } },
    schema: oldConsole,
    signal,
  });
  return body.console.url;
}

/** The end of the console log that Nova keeps (libvirt: 100 KiB at most), by the action `os-getConsoleOutput`. */
export async function getConsoleOutput(
  cloud: Cloud,
  server: { id: string; name: string },
  signal: AbortSignal,
): Promise<string> {
  const { body } = await cloud.call({
    service: 'compute',
    method: 'POST',
    path: `/servers/${encodeURIComponent(server.id)}/action`,
    body: { 'os-getConsoleOutput': {} },
    schema: consoleOutput,
    notFound: 'MACHINE_GONE',
    params: { machine: server.name },
    signal,
  });
  return body.output ?? '';
}
