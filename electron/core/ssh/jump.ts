import { AppError } from '../kernel/app-error.ts';

/** One hop of a ProxyJump. */
export interface JumpHop {
  host: string;
  user?: string;
  port?: number;
}

const MAX_HOPS = 8;

/**
 * The hops of a ProxyJump value (ssh_config(5)): comma separated `[user@]host[:port]` or `ssh://` URIs, outermost first;
 * empty for `none`. Throws BAD_INPUT.
 */
export function parseJumps(text: string): JumpHop[] {
  const value = text.trim();
  if (value === '' || value.toLowerCase() === 'none') return [];
  const hops = value.split(',').map((part) => parseHop(part.trim()));
  if (hops.length > MAX_HOPS) throw badHop(text);
  return hops;
}

function parseHop(text: string): JumpHop {
  const bare = text.replace(/^ssh:\/\//i, '').replace(/\/$/, '');
  const at = bare.lastIndexOf('@');
  const user = at < 0 ? '' : bare.slice(0, at);
  const rest = bare.slice(at + 1);
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(rest);
  const host = match?.[1] ?? match?.[2] ?? '';
  const port = match?.[3] === undefined ? undefined : Number(match[3]);
  const isBad = host === '' || host.startsWith('-') || user.startsWith('-') || /[\s/\0]/.test(bare);
  if (isBad || (port !== undefined && (port < 1 || port > 65_535))) throw badHop(text);
  return { host, ...(user !== '' && { user }), ...(port !== undefined && { port }) };
}

function badHop(text: string): AppError {
  return new AppError('BAD_INPUT', { params: { what: 'ProxyJump' }, detail: `not a jump host: ${text.slice(0, 200)}` });
}
