import { z } from 'zod';
import { AppError } from '../kernel/app-error.ts';
import type { Cloud, CloudCall } from './cloud.ts';

/** Links beside a list: `{ "rel": "next", "href": ... }`. */
const links = z.array(z.looseObject({ rel: z.string(), href: z.string() })).max(100);

const MAX_PAGES = 200;

export interface ListCall extends Omit<CloudCall<z.ZodType>, 'schema' | 'method' | 'body'> {
  /** The name of the list in the body, e.g. `servers`. */
  key: string;
}

export interface Page<T> {
  items: T[];
  headers: Record<string, string>;
}

/**
 * All pages of a list. Follows `<key>_links` (Nova, Neutron, Cinder) and Glance's `next`, taking of them the query
 * only: behind a proxy they name the wrong host. Throws LIMIT_EXCEEDED after 200 pages, PROTOCOL for a page that
 * repeats itself.
 */
export async function listAll<Item extends z.ZodType>(
  cloud: Cloud,
  call: ListCall,
  item: Item,
): Promise<Page<z.output<Item>>> {
  const { key, ...request } = call;
  const schema = z.looseObject({
    [key]: z.array(item),
    [`${key}_links`]: links.optional(),
    next: z.string().optional(),
  });
  const items: z.output<Item>[] = [];
  const seen = new Set<string>();
  let query = request.query ?? {};
  for (let page = 0; page < MAX_PAGES; page++) {
    const { body, headers } = await cloud.call({ ...request, method: 'GET', query, schema });
    items.push(...(body[key] as z.output<Item>[]));
    const next = nextQuery(body, key);
    if (next === null) return { items, headers };
    const fingerprint = JSON.stringify(next);
    if (seen.has(fingerprint)) {
      throw new AppError('PROTOCOL', {
        params: { service: call.service },
        detail: `${key}: the next page is the same`,
      });
    }
    seen.add(fingerprint);
    query = next;
  }
  throw new AppError('LIMIT_EXCEEDED', { detail: `${key}: more than ${MAX_PAGES} pages` });
}

function nextQuery(body: Record<string, unknown>, key: string): Record<string, string[]> | null {
  const listed = links.safeParse(body[`${key}_links`]);
  const linked = listed.success ? listed.data.find(({ rel }) => rel === 'next')?.href : undefined;
  const href = linked ?? (typeof body['next'] === 'string' ? body['next'] : undefined);
  if (href === undefined) return null;
  const query: Record<string, string[]> = {};
  for (const [name, value] of new URL(href, 'http://link').searchParams) (query[name] ??= []).push(value);
  return query;
}
