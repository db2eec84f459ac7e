import { access } from 'node:fs/promises';
import type { BaseAgent, ParsedKey } from 'ssh2';
import { AppError } from '../kernel/app-error.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { agentPaths, isOpenSshOnly, readAgents } from './agent.ts';
import type { SshHostConfig } from './config.ts';
import { toPublicKey, type Identity } from './key-ring.ts';
import { readKeyFile, readPublicBlob, type KeyFile } from './private-key.ts';

/** The keys for one host in the order in which they are offered. */
export interface Identities {
  list: Identity[];
  /** True where there are certificates or FIDO keys beside, which only the system's OpenSSH can use. */
  hasOthers: boolean;
}

export interface IdentityRequest {
  config: SshHostConfig;
  auth: 'auto' | 'agent' | 'key' | 'password';
  keyFile: string | undefined;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
}

/**
 * Configured files come first, signed for by the agent where it holds them, then the agent's other keys unless
 * IdentitiesOnly forbids it: an agent full of keys must not use up the server's patience before the right one.
 * Throws SSH_KEY_UNREADABLE where the key that was asked for by name cannot be read.
 */
export async function findIdentities(request: IdentityRequest): Promise<Identities> {
  const { config, auth, keyFile, clock, log, signal } = request;
  if (auth === 'password') return { list: [], hasOthers: false };
  const usesAgent = auth !== 'key' || keyFile === undefined;
  const agents = usesAgent ? agentPaths(config.identityAgent) : [];
  const held = await readAgents(agents, clock, signal);
  const found: Identities = { list: [], hasOthers: held.hasOthers };
  const seen = new Set<string>();
  const add = (identity: Identity): void => {
    const blob = identity.publicKey.getPublicSSH().toString('base64');
    if (!seen.has(blob)) found.list.push(identity);
    seen.add(blob);
  };

  const paths =
    keyFile === undefined ? config.identityFiles : [keyFile, ...(auth === 'key' ? [] : config.identityFiles)];
  for (const path of paths) {
    const file = await readFor(path, path === keyFile, log);
    const blob = file?.publicBlob ?? (await readPublicBlob(`${path}.pub`));
    if (await exists(`${path}-cert.pub`)) found.hasOthers = true;
    if (blob === null) {
      // An old PEM file tells its public half only to the owner of the passphrase; OpenSSH wants the .pub file too.
      if (file !== null) log.warn('key without a public half', { path });
      continue;
    }
    const publicKey = toPublicKey(blob);
    if (publicKey === null) {
      found.hasOthers ||= isOpenSshOnly(file?.keyType ?? '');
      continue;
    }
    const agent = agentWith(held.keys, blob);
    if (agent !== null) add({ kind: 'agent', publicKey, agent });
    else if (file !== null && auth !== 'agent') add({ kind: 'file', publicKey, file });
  }
  if (!config.identitiesOnly && auth !== 'key') {
    for (const { key, agent } of held.keys) add({ kind: 'agent', publicKey: key, agent });
  }
  return found;
}

function agentWith(keys: { key: ParsedKey; agent: BaseAgent }[], blob: Buffer): BaseAgent | null {
  return keys.find(({ key }) => key.getPublicSSH().equals(blob))?.agent ?? null;
}

async function readFor(path: string, isWanted: boolean, log: Logger): Promise<KeyFile | null> {
  try {
    const file = await readKeyFile(path);
    if (file === null && isWanted) {
      throw new AppError('SSH_KEY_UNREADABLE', { params: { path }, detail: `${path}: no such file` });
    }
    return file;
  } catch (error) {
    if (isWanted) throw error;
    log.warn('key file passed over', { path, reason: AppError.from(error).detail });
    return null;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
