import type { i18n, TFunction } from 'i18next';
import type { AppErrorData } from '../../shared/contract/errors.ts';
import { parseLibvirtUri } from './libvirt-uri.ts';
import type { ConnectionTarget } from '../../shared/contract/connections.ts';

/** An error in the person's language: what happened, what to do, and what to run where. */
export interface ErrorText {
  title: string;
  text: string;
  /** Introduces `command`; null where there is nothing to run. */
  hint: string | null;
  command: string | null;
  /** Fingerprints to compare, with their labels. */
  fingerprints: { label: string; value: string }[];
}

/** What the page knows and the error may not say. */
export interface ErrorContext {
  machineName?: string;
  connectionName?: string;
  target?: ConnectionTarget;
}

/**
 * The text of an error. Values that neither the error nor the context has get neutral words ("the host"), so that a
 * sentence is never left with a hole.
 */
export function errorText(error: AppErrorData, t: TFunction, i18n: i18n, context: ErrorContext = {}): ErrorText {
  const options = { ...valuesOf(error, t, i18n, context), interpolation: { escapeValue: false } };
  const key = (part: string): string => `errors:codes.${error.code}.${part}`;
  const optional = (part: string): string | null => (i18n.exists(key(part)) ? t(key(part), options) : null);
  const command = optional('command');
  return {
    title: t(key('title'), options),
    text: t(key('text'), options),
    hint: command === null ? null : optional('hint'),
    command,
    fingerprints: fingerprintsOf(error, t),
  };
}

function valuesOf(error: AppErrorData, t: TFunction, i18n: i18n, context: ErrorContext): Record<string, string> {
  const params: Record<string, string | number> = {
    ...contextValues(context),
    ...sourceValues(error),
    ...error.params,
  };
  const values: Record<string, string> = {};
  for (const name of defaultNames) values[name] = t(`errors:defaults.${name}`);
  for (const [name, value] of Object.entries(params)) values[name] = String(value);
  if (typeof params['seconds'] === 'number') values['seconds'] = secondsText(params['seconds'], i18n.language);
  // A procedure's name is for the details: nobody pressed a button that is called so.
  const action = params['feature'] ?? params['action'];
  if (action !== undefined)
    values['action'] = labelOf(String(action), ['machines:actions', 'storage:actions', 'networks:actions'], t, i18n);
  // Where nothing of ours names the reason, it is what the server says.
  const reason = params['reason'] ?? params['message'];
  if (reason !== undefined) {
    values['reason'] = labelOf(
      String(reason),
      [
        'errors:consoleReasons',
        'machines:reasons',
        'provisioning:downloadReasons',
        'storage:reasons',
        'networks:reasons',
        'networkFilters:errors',
        'hardware:reasons',
        'snapshots:reasons',
        'diskMoves:reasons',
        'backups:reasons',
        'migration:checks',
      ],
      t,
      i18n,
      values,
    );
  }
  values['detail'] = String(params['message'] ?? (error.detail === '' ? error.code : error.detail));
  // In a command a placeholder must not look like a name.
  values['userName'] = typeof params['user'] === 'string' && isPlainName(params['user']) ? params['user'] : '$USER';
  const host = typeof params['host'] === 'string' && isPlainName(params['host']) ? params['host'] : 'HOST';
  const port = Number(params['port'] ?? 22);
  values['knownHostsName'] = port === 22 || Number.isNaN(port) ? host : `'[${host}]:${port}'`;
  return values;
}

const defaultNames = [
  'host',
  'port',
  'user',
  'connection',
  'machine',
  'path',
  'paths',
  'url',
  'service',
  'project',
  'reason',
  'action',
  'command',
  'seconds',
  'uri',
  'source',
  'destination',
  'uuid',
] as const;

/** Server text never becomes part of a command that a person is asked to run. */
function isPlainName(text: string): boolean {
  return /^[\w.@:-]{1,255}$/.test(text) && !text.startsWith('-');
}

function contextValues({ connectionName, machineName, target }: ErrorContext): Record<string, string> {
  const values: Record<string, string> = {};
  if (connectionName !== undefined) values['connection'] = connectionName;
  if (machineName !== undefined) values['machine'] = machineName;
  if (target?.kind === 'libvirt') {
    const parts = parseLibvirtUri(target.uri);
    values['uri'] = target.uri;
    if (typeof parts !== 'string') {
      if (parts.host !== '') values['host'] = parts.host;
      if (parts.user !== '') values['user'] = parts.user;
      if (parts.port !== '') values['port'] = parts.port;
    }
  } else if (target?.kind === 'openstack') {
    values['url'] = target.authUrl;
    if (target.projectName !== '') values['project'] = target.projectName;
    const host = /^https?:\/\/([^/:]+)/.exec(target.authUrl)?.[1];
    if (host !== undefined) values['host'] = host;
  }
  return values;
}

function sourceValues({ source }: AppErrorData): Record<string, string | number> {
  if (source?.kind === 'ssh') {
    const { host, port, user } = source;
    return { ...(host !== '' && { host }), ...(port > 0 && { port }), ...(user !== '' && { user }) };
  }
  if (source?.kind === 'openstack') {
    return { ...(source.service !== '' && { service: source.service }), ...(source.url !== '' && { url: source.url }) };
  }
  return {};
}

/** The text of a key where there is one, else the key itself: it may be the server's own words. */
function labelOf(
  key: string,
  groups: readonly string[],
  t: TFunction,
  i18n: i18n,
  values: Record<string, string> = {},
): string {
  if (!/^[\w.]+$/.test(key)) return key;
  const found = groups.map((group) => `${group}.${key}`).find((path) => i18n.exists(path));
  return found === undefined ? key : t(found, values);
}

function secondsText(seconds: number, language: string): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit: 'second', unitDisplay: 'long' }).format(seconds);
}

function fingerprintsOf(error: AppErrorData, t: TFunction): ErrorText['fingerprints'] {
  const find = (...names: string[]): string => {
    const name = names.find((candidate) => typeof error.params[candidate] === 'string');
    return name === undefined ? '' : String(error.params[name]);
  };
  const isChanged = error.code === 'SSH_HOST_KEY_CHANGED';
  return [
    { label: t('errors:details.fingerprintKnown'), value: find('expected', 'known', 'knownFingerprint') },
    {
      label: t(isChanged ? 'errors:details.fingerprintOffered' : 'errors:details.fingerprint'),
      value: find('actual', 'offered', 'offeredFingerprint', 'fingerprint'),
    },
  ].filter(({ value }) => value !== '');
}

/** What "Copy details" puts on the clipboard: everything the error carries. */
export function errorReport(error: AppErrorData): string {
  return JSON.stringify(error, null, 2);
}
