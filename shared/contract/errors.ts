/**
 * Every error code a person can meet. Each has a text in every language
 * (renderer/i18n/locales/<lang>/errors.json; parity is tested).
 */
export const errorCodes = [
  // General
  'INTERNAL',
  'BAD_INPUT',
  'NOT_FOUND',
  'CONFLICT',
  'CANCELLED',
  'TIMEOUT',
  'UNSUPPORTED',
  'FORBIDDEN',
  'BUSY',
  'DISCONNECTED',
  'PROTOCOL',
  'LIMIT_EXCEEDED',
  // Files and settings
  'DISK_FULL',
  'FILE_UNREADABLE',
  'VAULT_LOCKED',
  // Reaching a host
  'BAD_URI',
  'HOST_NOT_RESOLVED',
  'HOST_UNREACHABLE',
  'CONNECTION_REFUSED',
  'CONNECTION_LOST',
  // SSH
  'SSH_HOST_KEY_UNKNOWN',
  'SSH_HOST_KEY_CHANGED',
  'SSH_HOST_KEY_REVOKED',
  'SSH_AUTH_FAILED',
  'SSH_KEY_UNREADABLE',
  'SSH_FORWARDING_FORBIDDEN',
  'SSH_COMMAND_FAILED',
  'SSH_CLIENT_MISSING',
  // Libvirt
  'LIBVIRT_NOT_FOUND',
  'LIBVIRT_PERMISSION',
  'LIBVIRT_ERROR',
  'MACHINE_GONE',
  'NO_CONSOLE',
  'DISKS_KEPT',
  'MOVE_LEFTOVER',
  'HALF_DONE',
  'DOWNLOAD_FAILED',
  'MIGRATION_FAILED',
  'MIGRATION_PAUSED',
  'MIGRATION_LEFTOVER',
  'MIGRATION_UNKNOWN',
  // OpenStack and HTTP
  'AUTH_URL_WRONG',
  'AUTH_FAILED',
  'AUTH_EXPIRED',
  'SCOPE_NOT_FOUND',
  'TLS_UNTRUSTED',
  'TLS_EXPECTED_HTTP',
  'NOT_AN_API',
  'SERVICE_MISSING',
  'SERVICE_UNAVAILABLE',
  'RATE_LIMITED',
  'QUOTA_EXCEEDED',
  'OPENSTACK_ERROR',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** All fields of a libvirt `remote_error`, kept for the details view. */
export interface LibvirtErrorSource {
  kind: 'libvirt';
  /** virErrorNumber, e.g. 42 = VIR_ERR_NO_DOMAIN. */
  code: number;
  /** virErrorDomain. */
  domain: number;
  /** virErrorLevel: 1 warning, 2 error. */
  level: number;
  message: string;
  str1: string | null;
  str2: string | null;
  str3: string | null;
  int1: number;
  int2: number;
  /** Name of the procedure that failed, e.g. DOMAIN_CREATE_WITH_FLAGS. */
  procedure: string;
}

/** What an OpenStack service said, whatever its error dialect. */
export interface OpenStackErrorSource {
  kind: 'openstack';
  service: string;
  /** HTTP status; 0 where there was no HTTP answer. */
  status: number;
  /** The service's own type, e.g. NeutronError.type or `itemNotFound`. */
  type: string;
  message: string;
  requestId: string | null;
  method: string;
  url: string;
}

/** Where SSH failed. */
export interface SshErrorSource {
  kind: 'ssh';
  host: string;
  port: number;
  user: string;
  message: string;
}

export type ErrorSource = LibvirtErrorSource | OpenStackErrorSource | SshErrorSource;

/** The JSON form of an error; the only form in which errors leave the core. */
export interface AppErrorData {
  code: ErrorCode;
  /** Values for the translated text, e.g. { host: 'kvm1' }. Server text in here is data, never markup. */
  params: Record<string, string | number>;
  /** True where the same call may succeed later without a change by the user. */
  retryable: boolean;
  /** The untranslated, technical sentence (the server's own words where there are any). */
  detail: string;
  source: ErrorSource | null;
  /** Set for INTERNAL only: finds the stack in the log. */
  correlationId: string | null;
}
