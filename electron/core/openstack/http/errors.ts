import { z } from 'zod';
import type { ErrorCode, OpenStackErrorSource } from '../../../../shared/contract/errors.ts';
import { AppError } from '../../kernel/app-error.ts';
import { withoutQuery, type HttpReply, type HttpRequest } from './http-client.ts';

/** What a failed call was about. */
export type FailedCall = Pick<HttpRequest, 'service' | 'method'> & {
  /** Values for the error's text, e.g. `machine` or `project`. */
  params?: Record<string, string | number>;
  /** What a 404 means here. */
  notFound?: ErrorCode;
};

/** What a service said, whatever its dialect. */
interface Said {
  type: string;
  message: string;
}

const MAX_MESSAGE = 2_000;
/** Longer bodies are not looked into: no service writes that much about an error. */
const MAX_BODY = 256 * 1024;

const record = z.record(z.string(), z.unknown());
const text = z.union([z.string(), z.number()]).transform(String);

/** The reply of a failed call (status 300 and above) as an AppError with the service's words in `source`. */
export function errorOfReply(reply: HttpReply, call: FailedCall): AppError {
  const said = readError(reply);
  const source: OpenStackErrorSource = {
    kind: 'openstack',
    service: call.service,
    status: reply.status,
    type: said.type,
    message: said.message,
    requestId: requestIdOf(reply),
    method: call.method,
    url: withoutQuery(reply.url),
  };
  const code = codeOf(reply, said, call);
  return new AppError(code, {
    params: { service: call.service, url: source.url, reason: said.message, detail: said.message, ...call.params },
    retryable: code === 'SERVICE_UNAVAILABLE' || code === 'RATE_LIMITED' || reply.status >= 500,
    detail: said.message === '' ? `${call.service} answered ${reply.status}` : said.message,
    source,
  });
}

/** The id under which the service logged the request; null where it told none. */
export function requestIdOf({ headers }: Pick<HttpReply, 'headers'>): string | null {
  return headers['x-openstack-request-id'] ?? headers['x-compute-request-id'] ?? null;
}

function codeOf(reply: HttpReply, said: Said, call: FailedCall): ErrorCode {
  // A refusal by policy may name a rule about quotas.
  const isPolicy = /policy/i.test(said.message);
  const quota = !isPolicy && /quota|exceeded|OverQuota|VolumeLimit|SnapshotLimit/i.test(`${said.type} ${said.message}`);
  switch (reply.status) {
    case 400:
    case 405:
    case 406:
    case 415:
      return 'OPENSTACK_ERROR';
    case 401:
      return call.service === 'identity' ? 'AUTH_FAILED' : 'AUTH_EXPIRED';
    case 403:
      return quota ? 'QUOTA_EXCEEDED' : 'FORBIDDEN';
    case 404:
    case 410:
      return isHtml(reply) ? 'NOT_AN_API' : (call.notFound ?? 'NOT_FOUND');
    case 409:
      return said.type === 'OverQuota' ? 'QUOTA_EXCEEDED' : 'CONFLICT';
    case 413:
      if (/\brate\b|rate-limit|retry|too many/i.test(said.message)) return 'RATE_LIMITED';
      // A request body over the limit of the service or of a proxy is no quota.
      return quota || said.type === 'overLimit' ? 'QUOTA_EXCEEDED' : 'OPENSTACK_ERROR';
    case 429:
      return quota ? 'QUOTA_EXCEEDED' : 'RATE_LIMITED';
    case 502:
    case 503:
    case 504:
      return 'SERVICE_UNAVAILABLE';
    default:
      return reply.status < 400 ? 'NOT_AN_API' : 'OPENSTACK_ERROR';
  }
}

function isHtml({ headers, text: body }: HttpReply): boolean {
  return /html/i.test(headers['content-type'] ?? '') || /^\s*<(!doctype|html)/i.test(body);
}

function readError(reply: HttpReply): Said {
  const body = reply.text.slice(0, MAX_BODY);
  const json = record.safeParse(parseJson(body));
  const said = json.success ? saidInJson(json.data) : { type: '', message: plainText(body) };
  return { type: said.type.slice(0, 128), message: plainText(said.message).slice(0, MAX_MESSAGE) };
}

/**
 * In this order: Placement's `errors`, Octavia's and Ironic's `faultstring`, a wrapper such as Keystone's `error`,
 * Neutron's `NeutronError` or Nova's `itemNotFound`, a root `message` (Glance) or `explanation` (Heat).
 */
function saidInJson(body: Record<string, unknown>): Said {
  const errors = z.array(record).safeParse(body['errors']);
  const first = errors.success ? errors.data[0] : undefined;
  if (first !== undefined) return { type: str(first['code'] ?? first['title']), message: str(first['detail']) };
  if (body['faultstring'] !== undefined) {
    return { type: str(body['faultcode']), message: str(body['faultstring']) };
  }
  for (const [key, value] of Object.entries(body)) {
    const inner = record.safeParse(value);
    if (inner.success && inner.data['message'] !== undefined) {
      const named = inner.data['type'] ?? inner.data['title'];
      return { type: named === undefined ? key : str(named), message: str(inner.data['message']) };
    }
    if (key === 'NeutronError' || key === 'error') {
      const plain = text.safeParse(value);
      if (plain.success) return { type: key, message: plain.data };
    }
  }
  return {
    type: str(body['title'] ?? body['code']),
    message: str(body['message'] ?? body['explanation'] ?? body['description']),
  };
}

function str(value: unknown): string {
  const parsed = text.safeParse(value);
  return parsed.success ? parsed.data : '';
}

/** Web pages and Glance's JSON hold markup: their words without it. */
function plainText(markup: string): string {
  if (!/<\/?[a-z!]/i.test(markup)) return markup.trim();
  return markup
    .replace(/<(style|script|head)\b[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<\/?[a-z!][^<>]{0,500}>/gi, ' ')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The body as JSON, or undefined where it is none. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
