import { openstackTarget, type OpenStackTarget } from '../../../../shared/contract/connections.ts';
import { AppError } from '../../kernel/app-error.ts';

/** A cloud as a file describes it; `secret` is its password, credential secret or token. */
export interface CloudFromFile {
  name: string;
  target: OpenStackTarget;
  secret: string | null;
}

/** Settings with one value each, by the names of clouds.yaml's `auth` (openrc: `OS_` and upper case). */
export type CloudSettings = Record<string, string | undefined>;

const AUTH_TYPES: Record<string, OpenStackTarget['auth']['type']> = {
  '': 'password',
  password: 'password',
  v3password: 'password',
  token: 'token',
  v3token: 'token',
  v3applicationcredential: 'applicationCredential',
  applicationcredential: 'applicationCredential',
};

/**
 * A target from the settings of clouds.yaml or openrc. Throws BAD_INPUT, naming the setting, for what is missing or
 * cannot be used, and UNSUPPORTED for other ways to log in. `where` begins the sentence, e.g. `clouds.yaml line 3`.
 */
export function targetOf(name: string, settings: CloudSettings, caPem: string, where: string): CloudFromFile {
  const get = (...keys: string[]): string => keys.map((key) => settings[key]).find((value) => value) ?? '';
  const authUrl = get('auth_url');
  if (authUrl === '') throw badCloud(where, 'auth_url', 'auth_url is missing');
  const authType = get('auth_type').toLowerCase().replaceAll(/[_-]/g, '');
  const isCredential = authType === '' && get('application_credential_id', 'application_credential_name') !== '';
  const type = isCredential ? 'applicationCredential' : AUTH_TYPES[authType];
  if (type === undefined) {
    throw new AppError('UNSUPPORTED', { params: { action: authType }, detail: `${where}: auth_type ${authType}` });
  }
  const userDomain =
    get('user_domain_name', 'user_domain_id', 'domain_name', 'domain_id', 'default_domain') || 'Default';
  const isProject = get('project_name', 'project_id', 'tenant_name', 'tenant_id') !== '';
  const scopeDomain = get('domain_name', 'domain_id');
  const wide = get('system_scope') === 'all' ? 'system' : scopeDomain === '' ? 'project' : 'domain';
  const parsed = openstackTarget.safeParse({
    kind: 'openstack',
    authUrl,
    auth: authOf(type, get, userDomain),
    scope: isProject || type === 'applicationCredential' ? 'project' : wide,
    scopeDomain: wide === 'domain' ? scopeDomain : '',
    projectName: get('project_name', 'tenant_name'),
    projectId: get('project_id', 'tenant_id'),
    projectDomain: get('project_domain_name', 'project_domain_id', 'default_domain') || userDomain,
    region: get('region_name', 'region'),
    interface: interfaceOf(get('interface', 'endpoint_type')),
    caPem,
    verify: !/^(false|no|0|off)$/i.test(get('verify')) && !/^(true|yes|1|on)$/i.test(get('insecure')),
  });
  if (parsed.success) return { name, target: parsed.data, secret: secretOf(type, get) };
  const issue = parsed.error.issues[0];
  throw badCloud(where, issue?.path.join('.') ?? '', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

function authOf(
  type: OpenStackTarget['auth']['type'],
  get: (...keys: string[]) => string,
  userDomain: string,
): Record<string, string> {
  switch (type) {
    case 'password':
      return { type, userName: get('username', 'user_name', 'user_id'), userDomain };
    case 'token':
      return { type };
    case 'applicationCredential':
      return {
        type,
        credentialId: get('application_credential_id'),
        credentialName: get('application_credential_name'),
        userName: get('username', 'user_name'),
        userDomain,
      };
  }
}

function secretOf(type: OpenStackTarget['auth']['type'], get: (...keys: string[]) => string): string | null {
  const keys = { password: 'password', token: 'token', applicationCredential: 'application_credential_secret' };
  return get(keys[type]) || null;
}

function interfaceOf(text: string): OpenStackTarget['interface'] {
  const name = text.replace(/URL$/, '');
  return name === 'internal' || name === 'admin' ? name : 'public';
}

/** BAD_INPUT that says where in the file it is. */
export function badCloud(where: string, field: string, detail: string): AppError {
  return new AppError('BAD_INPUT', { params: { field, where }, detail: `${where}: ${detail}` });
}
