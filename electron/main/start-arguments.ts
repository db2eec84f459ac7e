import { z } from 'zod';

/** A connection that somebody outside the window asks to add; it is added only after the person agreed. */
export interface ConnectionRequest {
  /** A libvirt URI, or `cloud:NAME` for an entry of clouds.yaml. */
  connect: string;
  /** `link`: from a virtdeck:// URL, which any web page can open. `commandLine`: typed by the person. */
  from: 'link' | 'commandLine';
}

/** What a start of the app was asked for. */
export interface StartArguments {
  /** Directory of all state; null uses the system's place for it. */
  profileDir: string | null;
  /** Values of `--connect`: added without asking. */
  connect: string[];
  requests: ConnectionRequest[];
  /** Arguments that mean nothing, to be told to the person. */
  rejected: string[];
}

/** More than this in one start is a mistake or an attack. */
const MAX_REQUESTS = 32;
const MAX_LENGTH = 1024;

const libvirtUri = /^(qemu|test|xen|lxc|bhyve|ch|vz|openvz|vbox|esx|vpx|gsx|hyperv)(\+([a-z0-9]+))?:\/\/[^\s]*$/;
const cloudName = /^cloud:[^\s/\\]{1,200}$/;

/** Transports that a link may name: they reach another host and start no program of the link's choice here. */
const linkTransports: ReadonlySet<string> = new Set(['ssh', 'libssh', 'libssh2', 'tls']);
/** Parameters of libvirt URIs that a link may carry. `command`, `netcat`, `no_verify` and the like are not for others to set. */
const linkParameters: ReadonlySet<string> = new Set(['socket', 'mode', 'name']);

/** Whether a text is something `--connect` takes: a libvirt URI or `cloud:NAME`, without blanks or control characters. */
export function isConnectable(text: string): boolean {
  if (text.length > MAX_LENGTH || hasControlCharacter(text)) return false;
  return cloudName.test(text) || libvirtUri.test(text);
}

/**
 * The request in a `virtdeck://add?uri=...` or `virtdeck://add?cloud=NAME` link; null for everything else. Links come
 * from anywhere, so they may only name hosts to reach, and no password.
 */
export function parseLink(link: string): ConnectionRequest | null {
  if (link.length > MAX_LENGTH * 3 || !URL.canParse(link)) return null;
  const url = new URL(link);
  if (url.protocol !== 'virtdeck:' || url.host !== 'add' || !['', '/'].includes(url.pathname)) return null;
  const [first, ...others] = [...url.searchParams];
  if (first === undefined || others.length > 0) return null;
  const [kind, value] = first;
  const connect = kind === 'uri' ? value : kind === 'cloud' ? `cloud:${value}` : '';
  if (!isConnectable(connect)) return null;
  return kind === 'uri' && !isHarmlessUri(connect) ? null : { connect, from: 'link' };
}

function isHarmlessUri(uri: string): boolean {
  const transport = libvirtUri.exec(uri)?.[3];
  if (transport === undefined || !linkTransports.has(transport) || !URL.canParse(uri)) return false;
  const { hostname, username, password, searchParams } = new URL(uri);
  // A user or host that begins with a dash could be read as an option by a program further down.
  const isNamed = hostname !== '' && !hostname.startsWith('-') && !decodeURIComponent(username).startsWith('-');
  return isNamed && password === '' && [...searchParams.keys()].every((name) => linkParameters.has(name));
}

/** Reads the arguments after the program's (and in development the app's) path. */
export function parseArguments(args: readonly string[]): StartArguments {
  const parsed: StartArguments = { profileDir: null, connect: [], requests: [], rejected: [] };
  const queue = [...args];
  for (let arg = queue.shift(); arg !== undefined; arg = queue.shift()) {
    const option = /^(--profile|--connect)(?:=(.*))?$/s.exec(arg);
    if (option) {
      const value = option[2] ?? queue.shift() ?? '';
      if (option[1] === '--profile' && value !== '') parsed.profileDir = value;
      else if (option[1] === '--connect' && isConnectable(value)) parsed.connect.push(value);
      else parsed.rejected.push(value === '' ? arg : value);
    } else if (!arg.startsWith('-')) {
      // Other options are Chromium's own (--no-sandbox, --ozone-platform ...).
      const request = parseRequest(arg);
      if (request !== null && parsed.requests.length < MAX_REQUESTS) parsed.requests.push(request);
      else parsed.rejected.push(arg);
    }
  }
  return parsed;
}

function parseRequest(text: string): ConnectionRequest | null {
  if (/^virtdeck:/i.test(text)) return parseLink(text);
  return isConnectable(text) ? { connect: text, from: 'commandLine' } : null;
}

const handOverSchema = z.object({
  requests: z
    .array(z.object({ connect: z.string().refine(isConnectable), from: z.enum(['link', 'commandLine']) }).readonly())
    .max(MAX_REQUESTS),
});

/** What a second start passes to the first, see `readHandOver`. */
export function toHandOver(start: StartArguments): { requests: ConnectionRequest[] } {
  const typed = start.connect.map((connect) => ({ connect, from: 'commandLine' as const }));
  return { requests: [...typed, ...start.requests].slice(0, MAX_REQUESTS) };
}

/** Reads what a second start passed on; another program of the same user may have written it, so it is checked again. */
export function readHandOver(data: unknown): ConnectionRequest[] {
  const parsed = handOverSchema.safeParse(data);
  return parsed.success ? parsed.data.requests : [];
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
