import { existsSync } from 'node:fs';
import type {
  AddConnectionInput,
  ConnectionSuggestion,
  OpenStackTarget,
} from '../../../../shared/contract/connections.ts';
import { connectionTarget } from '../../../../shared/contract/connections.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Logger } from '../../kernel/logger.ts';
import { parseLibvirtUri } from '../../libvirt/transport/uri.ts';
import { listHosts } from '../../ssh/config.ts';
import { findClouds, loadCloud, parseCloudFile } from './cloud-files.ts';
import type { ConnectionFinder } from './connections-service.ts';

/** Sockets that tell that this computer runs libvirt. */
const localSockets = ['/run/libvirt/libvirt-sock', '/var/run/libvirt/libvirt-sock', '/run/libvirt/virtqemud-sock'];
const MAX_SUGGESTIONS = 500;

/** Finds what could be connected to from this computer: its own libvirt, SSH hosts, clouds. */
export function findConnections(log: Logger): ConnectionFinder {
  /** A source that cannot be read has nothing to suggest; the log says why. */
  const tryFind = async (
    what: string,
    find: () => Promise<ConnectionSuggestion[]>,
  ): Promise<ConnectionSuggestion[]> => {
    try {
      return await find();
    } catch (error) {
      log.warn('no suggestions', { what, error });
      return [];
    }
  };
  return {
    parseCloudFile: (fileName, text) => parseCloudFile(fileName, text),
    async secretOf(target) {
      if (target.kind !== 'openstack') return null;
      try {
        const found = await findClouds();
        return found.find((cloud) => isSameLogin(cloud.target, target))?.secret ?? null;
      } catch (error) {
        log.warn('clouds.yaml cannot be read', { error });
        return null;
      }
    },
    async suggestions() {
      const found = await Promise.all([
        tryFind('local', () => Promise.resolve(localLibvirt())),
        tryFind('ssh', sshHosts),
        tryFind('clouds', clouds),
      ]);
      return found.flat().slice(0, MAX_SUGGESTIONS);
    },
  };
}

function localLibvirt(): ConnectionSuggestion[] {
  const socket = localSockets.find((path) => existsSync(path));
  if (socket === undefined) return [];
  const target = connectionTarget.parse({ kind: 'libvirt', uri: 'qemu:///system' });
  return [{ source: 'local', name: 'localhost', target, hasSecret: false, origin: socket }];
}

async function sshHosts(): Promise<ConnectionSuggestion[]> {
  const hosts = await listHosts();
  return hosts.map(({ alias, file }) => ({
    source: 'sshConfig',
    name: alias,
    target: connectionTarget.parse({ kind: 'libvirt', uri: `qemu+ssh://${encodeURIComponent(alias)}/system` }),
    hasSecret: false,
    origin: file,
  }));
}

/** Whether the secret of one is the secret of the other: the same user or credential at the same Keystone. */
function isSameLogin(one: OpenStackTarget, other: OpenStackTarget): boolean {
  return one.authUrl === other.authUrl && JSON.stringify(one.auth) === JSON.stringify(other.auth);
}

async function clouds(): Promise<ConnectionSuggestion[]> {
  const found = await findClouds();
  return found.map(({ name, target, secret, file }) => ({
    source: 'cloudsYaml',
    name,
    target,
    hasSecret: secret !== null,
    origin: file,
  }));
}

/** What `--connect` names: a libvirt URI, or `cloud:NAME`. Throws BAD_URI, NOT_FOUND for an unknown cloud. */
export async function loadConnection(connect: string): Promise<AddConnectionInput> {
  if (connect.startsWith('cloud:')) {
    const name = connect.slice('cloud:'.length);
    const cloud = await loadCloud(name);
    if (cloud === null) {
      throw new AppError('NOT_FOUND', { params: { name }, detail: `no cloud ${name} in clouds.yaml` });
    }
    const secret = cloud.secret === null ? null : { value: cloud.secret, remember: false };
    return { name, target: cloud.target, secret, autoConnect: true };
  }
  const { host } = parseLibvirtUri(connect);
  return { name: host === '' ? connect : host, target: { kind: 'libvirt', uri: connect }, autoConnect: true };
}
