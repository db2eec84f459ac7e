import { AppError } from '../../kernel/app-error.ts';
import type { SecretStore } from '../../kernel/secret-store.ts';
import { openSsh } from '../../ssh/open-ssh.ts';
import type { OpenTunnel } from './openstack-driver.ts';

const SPEC = /^(?:([^@\s]+)@)?(\[[^\]\s]+\]|[^:@\s]+)(?::(\d{1,5}))?$/;

/** Sends the requests of a cloud through an SSH host. Throws BAD_INPUT for a bad `spec`, and as `openSsh` does. */
export const openCloudTunnel: OpenTunnel = async (spec, context) => {
  const target = parseTunnelSpec(spec);
  const ssh = await openSsh(
    { ...target, proxyJump: '', auth: 'auto', verifyHost: 'normal' },
    { ...context, secrets: secretsBelow(context.secrets, 'tunnel/') },
  );
  return {
    dial: (host, port, signal) => ssh.openTcp(host, port, signal),
    close: () => ssh.close(),
  };
};

function parseTunnelSpec(spec: string): { host: string; user?: string; port?: number } {
  const [, user, host = '', port] = SPEC.exec(spec) ?? [];
  const isPort = port === undefined || (Number(port) > 0 && Number(port) < 65_536);
  if (host === '' || host.startsWith('-') || user?.startsWith('-') === true || !isPort) {
    throw new AppError('BAD_INPUT', { params: { field: 'sshTunnel' }, detail: `${spec} is not user@host:port` });
  }
  return {
    host: host.replace(/^\[|\]$/g, ''),
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}

/** The cloud's own password is called the same and must never be offered to the SSH host. */
function secretsBelow(secrets: SecretStore, prefix: string): SecretStore {
  return {
    get: (key) => secrets.get(prefix + key),
    set: (key, value, remember) => secrets.set(prefix + key, value, remember),
    delete: (key) => secrets.delete(prefix + key),
  };
}
