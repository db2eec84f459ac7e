import { z } from 'zod';
import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';

const endpoint = z.looseObject({
  url: z.string(),
  interface: z.string(),
  region_id: z.string().nullish(),
  region: z.string().nullish(),
});
const catalogEntry = z.looseObject({
  type: z.string(),
  name: z.string().default(''),
  endpoints: z.array(endpoint).max(1_000).default([]),
});
export type CatalogEntry = z.infer<typeof catalogEntry>;

const named = z.looseObject({ id: z.string(), name: z.string().default('') });

const tokenReply = z.looseObject({
  token: z.looseObject({
    expires_at: z.string().nullable(),
    issued_at: z.string().nullish(),
    user: named,
    project: named.nullish(),
    roles: z.array(named).max(1_000).default([]),
    catalog: z.array(catalogEntry).max(1_000).default([]),
  }),
});

/** A Keystone token and what came with it. */
export interface Token {
  /** The secret itself. */
  id: string;
  /** By our clock, in epoch ms; Infinity for a token that does not expire. */
  expiresAt: number;
  /** From when on it should be renewed. */
  renewAt: number;
  user: { id: string; name: string };
  /** Null for an unscoped token. */
  project: { id: string; name: string } | null;
  roles: string[];
  catalog: CatalogEntry[];
}

const RENEW_BEFORE_MS = 120_000;

/** Reads the reply of `POST /v3/auth/tokens`. Throws AUTH_URL_WRONG where it is none. */
export function readToken(id: string | undefined, body: unknown, url: string, clock: Clock): Token {
  const parsed = tokenReply.safeParse(body);
  if (!parsed.success || id === undefined) {
    throw new AppError('AUTH_URL_WRONG', { params: { url }, detail: `${url} does not answer as Keystone does` });
  }
  const { token } = parsed.data;
  // The life is measured by the server's own clock, so that a wrong clock here does no harm.
  const end = token.expires_at === null ? Infinity : Date.parse(token.expires_at);
  const start = typeof token.issued_at === 'string' ? Date.parse(token.issued_at) : clock.now();
  const life = Number.isNaN(end - start) ? 3_600_000 : end - start;
  const expiresAt = clock.now() + life;
  return {
    id,
    expiresAt,
    renewAt: expiresAt - Math.min(RENEW_BEFORE_MS, life / 4),
    user: { id: token.user.id, name: token.user.name },
    project: token.project ? { id: token.project.id, name: token.project.name } : null,
    roles: token.roles.map((role) => role.name),
    catalog: token.catalog,
  };
}
