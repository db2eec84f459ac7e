import { setMaxListeners } from 'node:events';
import type { EndpointCheck, EndpointRewrite } from '../../../../shared/contract/connections.ts';
import { AppError } from '../../kernel/app-error.ts';
import { endpointsOf, type Endpoint } from '../../openstack/auth/catalog.ts';
import { readVersions } from '../../openstack/auth/microversions.ts';
import { versionRoot, type Cloud } from '../../openstack/cloud.ts';
import { errorOfReply, parseJson } from '../../openstack/http/errors.ts';

const CHECK_TIMEOUT_MS = 10_000;
const MAX_ENDPOINTS = 200;

/**
 * Tests the endpoints that this connection would use (its region and interface): name, connection, version document.
 * Where the host is not reached and the auth URL's host answers for it, that is suggested.
 */
export async function checkEndpoints(cloud: Cloud, signal: AbortSignal): Promise<EndpointCheck[]> {
  // Each endpoint listens for the end of the whole check.
  setMaxListeners(0, signal);
  const token = await cloud.login.token(signal);
  const endpoints = endpointsOf(token.catalog, cloud.choice(token)).slice(0, MAX_ENDPOINTS);
  const checks = await Promise.all(endpoints.map((endpoint) => checkEndpoint(cloud, endpoint, token.id, signal)));
  return checks.sort((a, b) => a.serviceType.localeCompare(b.serviceType));
}

async function checkEndpoint(
  cloud: Cloud,
  endpoint: Endpoint,
  token: string,
  signal: AbortSignal,
): Promise<EndpointCheck> {
  const { clock, http } = cloud;
  const base = {
    ...endpoint,
    effectiveUrl: http.effectiveUrl(endpoint.url),
    latencyMs: null,
    version: '',
    error: null,
    suggestedRewrite: null,
  };
  const startedAt = clock.monotonic();
  try {
    const version = await readVersion(cloud, endpoint, endpoint.url, token, signal);
    return { ...base, state: 'ok', version, latencyMs: Math.round(clock.monotonic() - startedAt) };
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (signal.aborted) throw error;
    const state = stateOf(error);
    const isAway = state === 'nameNotResolved' || state === 'unreachable' || state === 'refused';
    const suggestedRewrite = isAway ? await suggestRewrite(cloud, endpoint, token, signal) : null;
    return { ...base, state, error: error.toData(), suggestedRewrite };
  }
}

/** The version document at the endpoint's root, with the token: some services do not tell it to strangers. */
async function readVersion(
  cloud: Cloud,
  { serviceType }: Endpoint,
  url: string,
  token: string,
  signal: AbortSignal,
): Promise<string> {
  const call = { service: serviceType, method: 'GET', timeoutMs: CHECK_TIMEOUT_MS, retries: 0, signal } as const;
  const root = `${versionRoot(url)}/`;
  const reply = await cloud.http.send({ ...call, url: root, headers: { 'x-auth-token': token } });
  const json = parseJson(reply.text);
  const found = readVersions(json);
  if (found !== null) return [found.id, found.range.max].filter((part) => part !== '').join(' ');
  if (reply.status >= 500) throw errorOfReply(reply, call);
  // An API without a version document there still answers in JSON, if only to refuse.
  if (json !== undefined) return '';
  throw new AppError('NOT_AN_API', {
    params: { url: root, service: serviceType },
    detail: `${root} answered HTTP ${reply.status} with ${reply.headers['content-type'] ?? 'no type'}`,
  });
}

function stateOf(error: AppError): EndpointCheck['state'] {
  switch (error.code) {
    case 'HOST_NOT_RESOLVED':
      return 'nameNotResolved';
    case 'CONNECTION_REFUSED':
      return 'refused';
    case 'HOST_UNREACHABLE':
    case 'TIMEOUT':
    case 'CONNECTION_LOST':
      return 'unreachable';
    case 'TLS_UNTRUSTED':
      return 'tlsUntrusted';
    case 'NOT_AN_API':
    case 'AUTH_URL_WRONG':
    case 'TLS_EXPECTED_HTTP':
      return 'notAnApi';
    default:
      return 'error';
  }
}

/** Lab catalogs publish names like `controller`, which only they know: mostly it is the host of the auth URL. */
async function suggestRewrite(
  cloud: Cloud,
  endpoint: Endpoint,
  token: string,
  signal: AbortSignal,
): Promise<EndpointRewrite | null> {
  const from = new URL(endpoint.url).hostname;
  const to = new URL(cloud.http.effectiveUrl(cloud.target.authUrl)).hostname;
  if (from === to || cloud.http.effectiveUrl(endpoint.url) !== new URL(endpoint.url).href.replace(/\/$/, ''))
    return null;
  const there = new URL(endpoint.url);
  there.hostname = to;
  try {
    await readVersion(cloud, endpoint, there.href, token, signal);
    return { from, to };
  } catch (error) {
    if (signal.aborted) throw error;
    cloud.log.debug('the auth host does not answer for the endpoint', { from, to, code: AppError.from(error).code });
    return null;
  }
}
