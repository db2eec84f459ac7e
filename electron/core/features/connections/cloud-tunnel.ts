import { AppError } from '../../kernel/app-error.ts';
import type { OpenTunnel } from './openstack-driver.ts';

/** Sends the requests of a cloud through an SSH host. */
export const openCloudTunnel: OpenTunnel = (spec) =>
  Promise.reject(new AppError('UNSUPPORTED', { params: { action: 'sshTunnel' }, detail: `no way to ${spec} yet` }));
