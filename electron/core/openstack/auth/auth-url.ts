import { z } from 'zod';
import { AppError } from '../../kernel/app-error.ts';
import { parseJson } from '../http/errors.ts';
import { withoutQuery, type HttpClient } from '../http/http-client.ts';

const versionDocument = z.looseObject({
  versions: z.union([
    z.looseObject({ values: z.array(z.looseObject({ id: z.string() })).max(100) }),
    z.array(z.looseObject({ id: z.string() })).max(100),
  ]),
});

/** What keystone is called in errors and the log. */
export const IDENTITY = 'identity';

/**
 * The base of Keystone's v3 API for what a person gave, with or without `/v3`: a URL that ends in `/v3` is taken as
 * it is, else the version document (300 Multiple Choices) is asked. Links in it are not followed: behind a proxy
 * they name the wrong host. Throws AUTH_URL_WRONG.
 */
export async function findV3(http: HttpClient, authUrl: string, signal: AbortSignal): Promise<string> {
  const base = authUrl.replace(/[?#].*$/, '').replace(/\/+$/, '');
  if (/\/v3$/.test(base)) return base;
  const root = base.replace(/\/v2\.0$/, '');
  const reply = await http.send({ service: IDENTITY, method: 'GET', url: `${root}/`, signal, timeoutMs: 15_000 });
  const parsed = versionDocument.safeParse(parseJson(reply.text));
  if (!parsed.success) throw wrongAuthUrl(authUrl, reply.status);
  const { versions } = parsed.data;
  const ids = (Array.isArray(versions) ? versions : versions.values).map(({ id }) => id);
  if (!ids.some((id) => id.startsWith('v3'))) throw wrongAuthUrl(authUrl, reply.status);
  return `${root}/v3`;
}

/** AUTH_URL_WRONG: something answers there, but not Keystone. */
export function wrongAuthUrl(authUrl: string, status: number): AppError {
  const url = withoutQuery(authUrl);
  return new AppError('AUTH_URL_WRONG', {
    params: { url, status },
    detail: `${url} does not answer as Keystone v3 does (HTTP ${status})`,
  });
}
