import type { ServerHostKeyAlgorithm } from 'ssh2';
import type { SshHostConfig } from './config.ts';
import { sshError, type SshPlace } from './errors.ts';
import {
  addKnownHost,
  checkHostKey,
  fingerprint,
  keyTypeOf,
  knownHostsName,
  knownKeyTypes,
  readKnownHosts,
  type HostKeyVerdict,
  type KnownHostsLine,
} from './known-hosts.ts';
import type { Person } from './person.ts';

/** Signature algorithms for each type of host key, in the order in which they are offered. */
const algorithmsOf: Readonly<Record<string, ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};

export interface HostKeyPolicy {
  config: SshHostConfig;
  /** A libvirt URI's own file, used instead of the configured ones. */
  knownHostsFile: string | undefined;
  /** `ignore` looks at nothing; `auto` stores an unknown key without asking. */
  verifyHost: 'normal' | 'auto' | 'ignore';
}

/** Checks the key of one host against known_hosts as OpenSSH does, asking once for an unknown one. */
export class HostKeyCheck {
  readonly #policy: HostKeyPolicy;
  readonly #place: SshPlace;
  readonly #name: string;
  readonly #lines: readonly KnownHostsLine[];
  readonly #ownFile: string;

  private constructor(policy: HostKeyPolicy, place: SshPlace, lines: readonly KnownHostsLine[], ownFile: string) {
    const { hostKeyAlias, hostName, port } = policy.config;
    this.#policy = policy;
    this.#place = place;
    this.#name = hostKeyAlias === '' ? knownHostsName(hostName, port) : hostKeyAlias.toLowerCase();
    this.#lines = lines;
    this.#ownFile = ownFile;
  }

  /** Reads the files. Throws FILE_UNREADABLE. */
  static async open(policy: HostKeyPolicy, place: SshPlace): Promise<HostKeyCheck> {
    const { config, knownHostsFile } = policy;
    const userFiles = knownHostsFile === undefined ? config.userKnownHostsFiles : [knownHostsFile];
    const files = policy.verifyHost === 'ignore' ? [] : [...userFiles, ...config.globalKnownHostsFiles];
    return new HostKeyCheck(policy, place, await readKnownHosts(files), userFiles[0] ?? '');
  }

  /** True where the host is known only by an authority that signed its key; ssh2 cannot check that. */
  get needsCertificate(): boolean {
    const { types, hasAuthority } = knownKeyTypes(this.#lines, this.#name);
    return hasAuthority && types.length === 0;
  }

  /** What to negotiate: types whose key is known come first, so that a known host is not asked about anew. */
  get algorithms(): ServerHostKeyAlgorithm[] {
    const known = this.#knownTypes();
    const types = [...known, ...Object.keys(algorithmsOf).filter((type) => !known.includes(type))];
    return types.flatMap((type) => algorithmsOf[type] ?? []);
  }

  #knownTypes(): string[] {
    const own = knownKeyTypes(this.#lines, this.#name).types;
    return own.length > 0 ? own : knownKeyTypes(this.#lines, this.#bareName).types;
  }

  /** The name without its port, under which OpenSSH looks a second time. */
  get #bareName(): string {
    return this.#policy.config.hostKeyAlias === '' ? knownHostsName(this.#policy.config.hostName, 22) : this.#name;
  }

  /**
   * Resolves where the key is good. Throws SSH_HOST_KEY_CHANGED, SSH_HOST_KEY_REVOKED, or SSH_HOST_KEY_UNKNOWN where
   * the person, or StrictHostKeyChecking, declines a key that is not known.
   */
  async verify(key: Buffer, person: Person): Promise<void> {
    if (this.#policy.verifyHost === 'ignore') return;
    const verdict = this.#check(key);
    const actual = fingerprint(key);
    switch (verdict.kind) {
      case 'match':
        return;
      case 'revoked':
        throw sshError('SSH_HOST_KEY_REVOKED', this.#place, {
          params: { actual, file: verdict.file, line: verdict.line },
          message: `the key ${actual} is revoked in ${verdict.file}:${verdict.line}`,
        });
      case 'changed':
        throw sshError('SSH_HOST_KEY_CHANGED', this.#place, {
          params: { expected: verdict.expectedFingerprint, actual, file: verdict.file, line: verdict.line },
          message: `the host shows ${actual}, ${verdict.file}:${verdict.line} has ${verdict.expectedFingerprint}`,
        });
      case 'unknown':
        await this.#acceptUnknown(key, actual, person);
    }
  }

  #check(key: Buffer): HostKeyVerdict {
    const verdict = checkHostKey(this.#lines, this.#name, key);
    if (verdict.kind !== 'unknown' || this.#bareName === this.#name) return verdict;
    // An entry without a port vouches for a key as well, but does not condemn another: other ports have other daemons.
    const bare = checkHostKey(this.#lines, this.#bareName, key);
    return bare.kind === 'match' || bare.kind === 'revoked' ? bare : verdict;
  }

  async #acceptUnknown(key: Buffer, actual: string, person: Person): Promise<void> {
    const { host, port } = this.#place;
    const { strictHostKeyChecking, hashKnownHosts } = this.#policy.config;
    const refuse = (message: string): Error =>
      sshError('SSH_HOST_KEY_UNKNOWN', this.#place, { params: { actual }, message: `${message}: ${actual}` });
    if (strictHostKeyChecking === 'yes') throw refuse('StrictHostKeyChecking forbids a key that is not in known_hosts');
    const isAutomatic = this.#policy.verifyHost === 'auto' || strictHostKeyChecking === 'accept-new';
    if (!isAutomatic) {
      const answer = await person.ask({ kind: 'hostKey', host, port, keyType: keyTypeOf(key), fingerprint: actual });
      if (answer === null) throw refuse('nobody confirmed the key');
    }
    if (this.#ownFile !== '') await addKnownHost(this.#ownFile, this.#name, key, hashKnownHosts);
  }
}
