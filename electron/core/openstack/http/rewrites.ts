import type { EndpointRewrite } from '../../../../shared/contract/connections.ts';

const DEFAULT_PORTS: Record<string, string> = { 'http:': '80', 'https:': '443' };

/**
 * Where a request for `url` (http or https) really goes. The first rule that fits wins; `from` and `to` are `host`,
 * `host:port` or a URL prefix. A rule that makes no valid URL is passed over.
 */
export function rewriteUrl(url: string, rewrites: readonly EndpointRewrite[]): string {
  for (const { from, to } of rewrites) {
    const rewritten = from.includes('://') ? rewritePrefix(url, from, to) : rewriteHost(url, from, to);
    if (rewritten !== null && URL.canParse(rewritten)) return rewritten;
  }
  return url;
}

/** The names that rules send to `host`: its certificate may be issued for any of them. */
export function namesSentTo(host: string, rewrites: readonly EndpointRewrite[]): string[] {
  return rewrites.filter(({ to }) => hostOf(to) === host.toLowerCase()).map(({ from }) => hostOf(from));
}

function rewritePrefix(url: string, from: string, to: string): string | null {
  const prefix = from.replace(/\/+$/, '');
  const rest = url.slice(prefix.length);
  if (!url.toLowerCase().startsWith(prefix.toLowerCase()) || (rest !== '' && !/^[/?#]/.test(rest))) return null;
  return to.includes('://') ? to.replace(/\/+$/, '') + rest : withHost(url, to);
}

function rewriteHost(url: string, from: string, to: string): string | null {
  const parsed = new URL(url);
  const port = parsed.port === '' ? DEFAULT_PORTS[parsed.protocol] : parsed.port;
  const wanted = from.toLowerCase();
  if (wanted !== parsed.hostname && wanted !== `${parsed.hostname}:${port}`) return null;
  if (!to.includes('://')) return withHost(url, to);
  return to.replace(/\/+$/, '') + parsed.pathname + parsed.search;
}

/** Keeps the port unless `to` names one. */
function withHost(url: string, to: string): string {
  const parsed = new URL(url);
  const target = URL.canParse(`${parsed.protocol}//${to}`) ? new URL(`${parsed.protocol}//${to}`) : null;
  if (target === null) return '';
  parsed.hostname = target.hostname;
  if (/:\d+$/.test(to)) parsed.port = /:(\d+)$/.exec(to)?.[1] ?? '';
  return parsed.href;
}

function hostOf(place: string): string {
  const url = place.includes('://') ? place : `http://${place}`;
  return URL.canParse(url) ? new URL(url).hostname : '';
}
