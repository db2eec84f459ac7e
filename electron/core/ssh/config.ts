import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { homedir, hostname, userInfo } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import SshConfig from 'ssh-config';
import { abortError, AppError } from '../kernel/app-error.ts';

/** What OpenSSH would use to reach a host. Paths are absolute. */
export interface SshHostConfig {
  alias: string;
  hostName: string;
  port: number;
  user: string;
  identityFiles: string[];
  identitiesOnly: boolean;
  /** Path of the agent's socket; empty for none. */
  identityAgent: string;
  /** Comma separated hops, empty for none. */
  proxyJump: string;
  proxyCommand: string;
  hasCertificate: boolean;
  /** The name under which the host's key is kept instead of its own; empty for none. */
  hostKeyAlias: string;
  /** `no` counts as `ask`: a person is there to be asked. */
  strictHostKeyChecking: 'ask' | 'yes' | 'accept-new';
  gssapi: boolean;
  userKnownHostsFiles: string[];
  globalKnownHostsFiles: string[];
  hashKnownHosts: boolean;
}

/** A concrete host of ~/.ssh/config. */
export interface SshAlias {
  alias: string;
  file: string;
}

const MAX_INCLUDE_DEPTH = 8;
const MAX_ALIASES = 2_000;
const RESOLVE_TIMEOUT_MS = 10_000;
const defaultIdentities = ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk'];

/** Where configuration and keys are looked for; tests use a directory of their own. */
export interface SshConfigOptions {
  homeDir?: string;
  /** False parses the files by ourselves even where OpenSSH is installed. */
  useOpenSsh?: boolean;
  signal?: AbortSignal;
}

/**
 * Resolves an alias or host name: by `ssh -G` where OpenSSH is installed, which knows every option and Match rule, else
 * from the parsed files. Throws BAD_URI for a name that ssh would take for an option.
 */
export async function resolveHost(
  alias: string,
  given: { user?: string; port?: number } = {},
  options: SshConfigOptions = {},
): Promise<SshHostConfig> {
  if (alias === '' || alias.startsWith('-') || /[\s\0]/.test(alias)) {
    throw new AppError('BAD_URI', { params: { part: alias }, detail: 'not a host name' });
  }
  const text = options.useOpenSsh === false ? null : await askOpenSsh(alias, given, options);
  const values = text === null ? await parseFiles(alias, options.homeDir) : readDump(text);
  return toConfig(alias, given, values, options.homeDir ?? homedir());
}

/** The client's arguments for a home other than the real one, whose files it would read by itself. */
export function configArguments(homeDir: string | undefined): string[] {
  if (homeDir === undefined) return [];
  const file = join(homeDir, '.ssh', 'config');
  return ['-F', existsSync(file) ? file : 'none'];
}

/** `ssh -G`, or null where there is no OpenSSH client. */
function askOpenSsh(
  alias: string,
  given: { user?: string; port?: number },
  { homeDir, signal }: SshConfigOptions,
): Promise<string | null> {
  const args = ['-G', ...configArguments(homeDir)];
  if (given.user) args.push('-l', given.user);
  if (given.port) args.push('-p', String(given.port));
  args.push('--', alias);
  return new Promise((resolveText, reject) => {
    execFile('ssh', args, { timeout: RESOLVE_TIMEOUT_MS, maxBuffer: 1024 * 1024, signal }, (error, stdout, stderr) => {
      if (error === null) resolveText(stdout);
      else if (signal?.aborted) reject(abortError(signal));
      else if (error.code === 'ENOENT') resolveText(null);
      else reject(new AppError('BAD_INPUT', { params: { what: 'ssh -G' }, detail: stderr.trim() || error.message }));
    });
  });
}

type Values = ReadonlyMap<string, string[]>;

function readDump(text: string): Values {
  const values = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    if (space <= 0) continue;
    const key = line.slice(0, space).toLowerCase();
    values.set(key, [...(values.get(key) ?? []), line.slice(space + 1).trim()]);
  }
  return values;
}

async function parseFiles(alias: string, givenHome: string | undefined): Promise<Values> {
  const values = new Map<string, string[]>();
  const homeDir = givenHome ?? homedir();
  // As with `ssh -F`: a home of one's own leaves the system's file out.
  const paths = [join(homeDir, '.ssh', 'config'), ...(givenHome === undefined ? ['/etc/ssh/ssh_config'] : [])];
  for (const path of paths) {
    const computed = SshConfig.parse(await readWithIncludes(path, homeDir, 0)).compute(alias);
    for (const [key, value] of Object.entries(computed)) {
      const name = key.toLowerCase();
      // The first value wins, but identity files add up.
      if (values.has(name) && name !== 'identityfile') continue;
      values.set(name, [...(values.get(name) ?? []), ...(Array.isArray(value) ? value : [value])]);
    }
  }
  return values;
}

/** The file's text with `Include` lines replaced by what they name. */
async function readWithIncludes(path: string, homeDir: string, depth: number): Promise<string> {
  if (depth > MAX_INCLUDE_DEPTH) return '';
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      ['ENOENT', 'EACCES', 'ENOTDIR', 'EISDIR'].includes(String(error.code))
    )
      return '';
    throw error;
  }
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const include = /^\s*Include\s+(.+)$/i.exec(line)?.[1];
    if (include === undefined) {
      lines.push(line);
      continue;
    }
    for (const pattern of include.trim().split(/\s+/)) {
      const base = path.startsWith('/etc/') ? '/etc/ssh' : join(homeDir, '.ssh');
      for (const file of await expand(untilde(pattern.replaceAll('"', ''), homeDir), base)) {
        lines.push(await readWithIncludes(file, homeDir, depth + 1));
      }
    }
  }
  return lines.join('\n');
}

/** Files for a pattern whose last part may hold `*` and `?`, as configuration directories use it. */
async function expand(pattern: string, base: string): Promise<string[]> {
  const path = isAbsolute(pattern) ? pattern : resolve(base, pattern);
  const name = basename(path);
  if (!/[*?]/.test(name)) return [path];
  const expression = new RegExp(
    `^${name
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  try {
    const names = await readdir(dirname(path));
    return names
      .filter((candidate) => expression.test(candidate))
      .sort()
      .map((candidate) => join(dirname(path), candidate));
  } catch (error) {
    if (error instanceof Error && 'code' in error) return [];
    throw error;
  }
}

function toConfig(
  alias: string,
  given: { user?: string; port?: number },
  values: Values,
  homeDir: string,
): SshHostConfig {
  const first = (key: string): string => values.get(key)?.[0] ?? '';
  const hostName = (first('hostname') || alias).replaceAll('%h', alias).replaceAll('%%', '%');
  const port = given.port || Number(first('port') || 22);
  const user = given.user || first('user') || userInfo().username;
  const tokens: Record<string, string> = {
    '%': '%',
    d: homeDir,
    h: hostName,
    n: alias,
    p: String(port),
    r: user,
    u: userInfo().username,
    i: String(userInfo().uid),
    l: hostname(),
    L: hostname().split('.')[0] ?? '',
  };
  const path = (text: string): string => expandPath(text, homeDir, tokens);
  const paths = (key: string, fallback: string[]): string[] => {
    const list = values.get(key) ?? [];
    return (list.length > 0 ? list.flatMap(splitPaths) : fallback).map(path);
  };
  const identityFiles = values.get('identityfile') ?? defaultIdentities.map((name) => `~/.ssh/${name}`);
  return {
    alias,
    hostName,
    port,
    user,
    identityFiles: identityFiles.filter((file) => none(file) !== '').map(path),
    identitiesOnly: first('identitiesonly') === 'yes',
    identityAgent: agentPath(first('identityagent'), path),
    proxyJump: none(first('proxyjump')),
    proxyCommand: none(first('proxycommand')),
    hasCertificate: none(first('certificatefile')) !== '',
    hostKeyAlias: first('hostkeyalias').toLowerCase(),
    strictHostKeyChecking: strictness(first('stricthostkeychecking')),
    gssapi: first('gssapiauthentication') === 'yes',
    userKnownHostsFiles: paths('userknownhostsfile', ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']),
    globalKnownHostsFiles: paths('globalknownhostsfile', ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']),
    hashKnownHosts: first('hashknownhosts') === 'yes',
  };
}

function strictness(value: string): SshHostConfig['strictHostKeyChecking'] {
  if (value === 'accept-new') return value;
  // `ssh -G` prints yes as true.
  return value === 'yes' || value === 'true' ? 'yes' : 'ask';
}

function none(value: string): string {
  return value.toLowerCase() === 'none' ? '' : value;
}

/** The agent's socket: `none`, the name of a variable, or a path (ssh_config(5), IdentityAgent). */
function agentPath(value: string, expand: (text: string) => string): string {
  if (value === 'none') return '';
  const variable = value === '' || value === 'SSH_AUTH_SOCK' ? 'SSH_AUTH_SOCK' : /^\$(\w+)$/.exec(value)?.[1];
  return variable === undefined ? expand(value) : (process.env[variable] ?? '');
}

/** Several paths in one value: quoted, or as `ssh -G` prints them, where only a new beginning tells them apart. */
function splitPaths(value: string): string[] {
  if (value.includes('"')) return value.match(/"[^"]*"|[^\s"]+/g) ?? [];
  return value.split(/\s+(?=[/~%$]|[A-Za-z]:[\\/])/);
}

function expandPath(path: string, homeDir: string, tokens: Readonly<Record<string, string>>): string {
  const text = untilde(path, homeDir)
    .replace(/%(.)/g, (all, letter: string) => tokens[letter] ?? all)
    .replace(/\$\{(\w+)\}/g, (all, name: string) => process.env[name] ?? all);
  // `ssh -G` knows only the real home.
  const real = userInfo().homedir;
  return homeDir !== real && text.startsWith(`${real}/`) ? join(homeDir, text.slice(real.length)) : text;
}

function untilde(path: string, homeDir: string): string {
  const text = path.replace(/^"(.*)"$/, '$1');
  return text === '~' || text.startsWith('~/') ? join(homeDir, text.slice(1)) : text;
}

/** The concrete hosts of ~/.ssh/config, for suggestions; patterns are left out. */
export async function listHosts(homeDir: string = homedir()): Promise<SshAlias[]> {
  const file = join(homeDir, '.ssh', 'config');
  const text = await readWithIncludes(file, homeDir, 0);
  const aliases = new Set<string>();
  for (const [, names = ''] of text.matchAll(/^\s*Host(?:\s+|\s*=\s*)(.+)$/gim)) {
    for (const name of names.trim().split(/\s+/)) {
      if (!/[*?!"#]/.test(name) && !name.startsWith('-') && aliases.size < MAX_ALIASES) aliases.add(name);
    }
  }
  return [...aliases].map((alias) => ({ alias, file }));
}
