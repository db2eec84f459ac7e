import type { Duplex } from 'node:stream';
import { createAgent, type BaseAgent, type ParsedKey } from 'ssh2';
import type { Clock } from '../kernel/clock.ts';
import { withTimeout } from '../kernel/timing.ts';

/** What an agent holds: keys that ssh2 can use, and whether there are others (certificates, FIDO keys). */
export interface AgentContent {
  keys: { key: ParsedKey; agent: BaseAgent }[];
  hasOthers: boolean;
}

const LIST_TIMEOUT_MS = 10_000;
const MAX_LIST_BYTES = 256 * 1024;
/** SSH_AGENTC_REQUEST_IDENTITIES and SSH_AGENT_IDENTITIES_ANSWER (draft-miller-ssh-agent, 5.1). */
const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;

/** The agents to ask: the configured socket; on Windows also Pageant. */
export function agentPaths(identityAgent: string): string[] {
  if (process.platform !== 'win32') return identityAgent === '' ? [] : [identityAgent];
  return identityAgent === '' ? ['\\\\.\\pipe\\openssh-ssh-agent', 'pageant'] : [identityAgent];
}

/** What the agents hold; an agent that does not answer holds nothing. */
export async function readAgents(paths: readonly string[], clock: Clock, signal: AbortSignal): Promise<AgentContent> {
  const content: AgentContent = { keys: [], hasOthers: false };
  for (const path of paths) {
    const agent = createAgent(path);
    const keys = await withTimeout(clock, LIST_TIMEOUT_MS, signal, 'ssh-agent', () => listKeys(agent)).catch(
      (error: unknown) => {
        if (signal.aborted) throw error;
        return [];
      },
    );
    content.keys.push(...keys.map((key) => ({ key, agent })));
    if (agent.getStream === undefined || path === 'pageant') continue;
    const types = await withTimeout(clock, LIST_TIMEOUT_MS, signal, 'ssh-agent', (limit) =>
      listTypes(agent, limit),
    ).catch((error: unknown): string[] => {
      if (signal.aborted) throw error;
      return [];
    });
    content.hasOthers ||= types.some(isOpenSshOnly);
  }
  return content;
}

/** True for key types that only OpenSSH's client can use: certificates and FIDO keys. */
export function isOpenSshOnly(keyType: string): boolean {
  return keyType.startsWith('sk-') || keyType.includes('-cert-v01@');
}

/** Signs with a key that the agent holds. `hash` is for RSA keys. */
export function signWithAgent(
  agent: BaseAgent,
  key: ParsedKey,
  data: Buffer,
  hash: 'sha1' | 'sha256' | 'sha512' | undefined,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    agent.sign(key, data, hash === undefined ? {} : { hash }, (error, signature) => {
      if (signature === undefined) reject(error ?? new Error('the agent gave no signature'));
      else resolve(signature);
    });
  });
}

function listKeys(agent: BaseAgent): Promise<ParsedKey[]> {
  return new Promise((resolve, reject) => {
    agent.getIdentities((error, keys) => {
      if (error) reject(error);
      else resolve((keys ?? []).filter(isParsedKey));
    });
  });
}

function isParsedKey(key: unknown): key is ParsedKey {
  return typeof key === 'object' && key !== null && 'getPublicSSH' in key;
}

/** The types of all keys of an agent: ssh2 leaves out those that it does not know. */
function listTypes(agent: BaseAgent, signal: AbortSignal): Promise<string[]> {
  return new Promise((resolve, reject) => {
    agent.getStream?.((error, stream) => {
      if (!stream) reject(error ?? new Error('no agent'));
      else readTypes(stream, signal).then(resolve, reject);
    });
  });
}

function readTypes(stream: Duplex, signal: AbortSignal): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const end = (outcome: string[] | Error): void => {
      stream.destroy();
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    };
    signal.addEventListener('abort', () => end(new Error('aborted')), { once: true });
    stream.on('error', end);
    stream.on('close', () => end(new Error('the agent closed the connection')));
    stream.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length > MAX_LIST_BYTES) end(new Error('the agent answered too much'));
      else if (received.length >= 4 && received.length >= 4 + received.readUInt32BE(0))
        end(parseTypes(received.subarray(4)));
    });
    stream.write(Buffer.from([0, 0, 0, 1, REQUEST_IDENTITIES]));
  });
}

function parseTypes(message: Buffer): string[] {
  if (message[0] !== IDENTITIES_ANSWER || message.length < 5) return [];
  const types: string[] = [];
  let at = 5;
  const readString = (): Buffer | null => {
    if (at + 4 > message.length) return null;
    const end = at + 4 + message.readUInt32BE(at);
    if (end > message.length) return null;
    const bytes = message.subarray(at + 4, end);
    at = end;
    return bytes;
  };
  for (;;) {
    const blob = readString();
    if (blob === null || readString() === null) return types;
    if (blob.length >= 4) types.push(blob.toString('latin1', 4, 4 + Math.min(64, blob.readUInt32BE(0))));
  }
}
