import { z } from 'zod';
import type { AppErrorData } from './errors.ts';

const shortText = z.string().trim().min(1).max(1024);

/** How to reach a libvirt daemon. Everything libvirt itself can say in a URI is in the URI. */
export const libvirtTarget = z.object({
  kind: z.literal('libvirt'),
  /** As virsh accepts it, e.g. `qemu+ssh://root@kvm1/system?keyfile=/home/me/.ssh/id`. */
  uri: shortText,
  /** `user@host:port`, comma separated as in OpenSSH's ProxyJump; empty uses ~/.ssh/config. */
  proxyJump: z.string().trim().max(1024).default(''),
  /** What to try: `auto` follows ~/.ssh/config as ssh does. */
  sshAuth: z.enum(['auto', 'agent', 'key', 'password']).default('auto'),
});

const authByPassword = z.object({
  type: z.literal('password'),
  userName: shortText,
  userDomain: shortText.default('Default'),
});
const authByApplicationCredential = z.object({
  type: z.literal('applicationCredential'),
  /** The credential's id; or its name together with userName. */
  credentialId: z.string().trim().max(256).default(''),
  credentialName: z.string().trim().max(256).default(''),
  userName: z.string().trim().max(256).default(''),
  userDomain: z.string().trim().max(256).default(''),
});
const authByToken = z.object({ type: z.literal('token') });

/** Sends requests for one name of the catalog elsewhere: `from` and `to` are `host`, `host:port` or a URL prefix. */
export const endpointRewrite = z.object({ from: shortText, to: shortText });
export type EndpointRewrite = z.infer<typeof endpointRewrite>;

export const openstackTarget = z.object({
  kind: z.literal('openstack'),
  authUrl: z.url({ protocol: /^https?$/ }).max(1024),
  auth: z.discriminatedUnion('type', [authByPassword, authByApplicationCredential, authByToken]),
  /** What the login is for: a project with its machines, or a domain's or the whole cloud's administration. */
  scope: z.enum(['project', 'domain', 'system']).default('project'),
  /** The domain of a login for one; empty means the user's. */
  scopeDomain: z.string().trim().max(256).default(''),
  /** Project scope; both empty means the user's default project. Ignored for application credentials. */
  projectName: z.string().trim().max(256).default(''),
  projectId: z.string().trim().max(256).default(''),
  projectDomain: z.string().trim().max(256).default('Default'),
  region: z.string().trim().max(256).default(''),
  interface: z.enum(['public', 'internal', 'admin']).default('public'),
  /** PEM of own authorities; empty uses the system's. */
  caPem: z.string().max(1_000_000).default(''),
  /** SHA-256 of a server certificate the person chose to trust for this cloud only. */
  pinnedCertificate: z.string().max(256).default(''),
  /** False accepts any certificate; only ever by explicit choice. */
  verify: z.boolean().default(true),
  rewrites: z.array(endpointRewrite).max(64).default([]),
  /** `user@host:port` of an SSH host through which all requests go; empty for none. */
  sshTunnel: z.string().trim().max(1024).default(''),
});

export const connectionTarget = z.discriminatedUnion('kind', [libvirtTarget, openstackTarget]);
export type ConnectionTarget = z.infer<typeof connectionTarget>;
export type LibvirtTarget = z.infer<typeof libvirtTarget>;
export type OpenStackTarget = z.infer<typeof openstackTarget>;

/** What the connection store keeps. Never holds a secret. */
export const connectionConfig = z.object({
  id: z.string().max(64),
  name: shortText,
  target: connectionTarget,
  autoConnect: z.boolean().default(true),
});
export type ConnectionConfig = z.infer<typeof connectionConfig>;

/** A secret typed into the form; goes to the secret store if `remember`, else lives for this run. */
export const connectionSecret = z.object({ value: z.string().max(65_536), remember: z.boolean() });

export const addConnectionInput = z.object({
  name: shortText,
  target: connectionTarget,
  secret: connectionSecret.nullable().default(null),
  autoConnect: z.boolean().default(true),
});
export type AddConnectionInput = z.input<typeof addConnectionInput>;

export const updateConnectionInput = addConnectionInput.extend({ id: z.string().max(64) });
export const connectionIdInput = z.object({ id: z.string().max(64) });

/**
 * `off` by choice; `connecting`; `online`; `waiting` for the next try at `retryAt`; `failed` needs the person
 * (wrong password, changed host key): no retry by itself.
 */
export type ConnectionPhase = 'off' | 'connecting' | 'online' | 'waiting' | 'failed';

/** A connection as the renderer sees it. */
export interface Connection extends ConnectionConfig {
  phase: ConnectionPhase;
  error: AppErrorData | null;
  retryAt: number | null;
  /** What is being tried right now, names a text (connections:steps.<step>). */
  step: string | null;
  /** Facts learned on connect; null before. */
  info: ConnectionInfo | null;
}

export interface ConnectionInfo {
  /** Host name or cloud region. */
  hostName: string;
  /** e.g. `QEMU 7.2.9, libvirt 9.0.0` or `Nova 2.93`. */
  product: string;
  /** How we got there: `unix socket`, `SSH streamlocal`, `virt-ssh-helper`, ... */
  transport: string;
  user: string;
  projectName: string;
  roles: string[];
}

/** A host or cloud found on this computer that is not connected yet. */
export interface ConnectionSuggestion {
  source: 'local' | 'sshConfig' | 'cloudsYaml';
  name: string;
  target: ConnectionTarget;
  /** True where clouds.yaml holds the secret, so that nothing needs to be asked. */
  hasSecret: boolean;
  /** The file it comes from. */
  origin: string;
}

export const parseCloudFileInput = z.object({ fileName: z.string().max(1024), text: z.string().max(1_000_000) });

/** One endpoint of the catalog, as the doctor found it. */
export interface EndpointCheck {
  serviceType: string;
  serviceName: string;
  url: string;
  /** Where the request really went, after rewrite and tunnel. */
  effectiveUrl: string;
  state: 'ok' | 'nameNotResolved' | 'unreachable' | 'refused' | 'tlsUntrusted' | 'notAnApi' | 'error';
  latencyMs: number | null;
  /** e.g. the supported microversion range. */
  version: string;
  error: AppErrorData | null;
  /** What the doctor offers: send this name to the host of the auth URL. */
  suggestedRewrite: EndpointRewrite | null;
}
