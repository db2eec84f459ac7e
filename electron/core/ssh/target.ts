import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Prompter } from '../kernel/prompter.ts';
import type { Scope } from '../kernel/scope.ts';
import type { SecretStore } from '../kernel/secret-store.ts';

/** Which host, and how. */
export interface SshTarget {
  /** An alias of ~/.ssh/config or a name, as ssh would take it. */
  host: string;
  user?: string;
  port?: number;
  /** Hops, outermost first; empty follows ~/.ssh/config, `none` forbids it. */
  proxyJump: string;
  auth: 'auto' | 'agent' | 'key' | 'password';
  /** A libvirt URI's keyfile=. */
  keyFile?: string;
  /** A libvirt URI's known_hosts=. */
  knownHostsFile?: string;
  /** A libvirt URI's no_verify and known_hosts_verify: `auto` stores an unknown key without asking. */
  verifyHost: 'normal' | 'auto' | 'ignore';
}

/** What an SSH connection needs from its owner. */
export interface SshContext {
  /** The connection closes with it. */
  scope: Scope;
  secrets: SecretStore;
  prompter: Prompter;
  clock: Clock;
  log: Logger;
  onStep: (step: string) => void;
  /** Where `.ssh` is; for tests. */
  homeDir?: string;
}
