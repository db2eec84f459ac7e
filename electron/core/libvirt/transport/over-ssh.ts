import { AppError } from '../../kernel/app-error.ts';
import type { LibvirtTransport } from './open-transport.ts';
import type { LibvirtUri } from './uri.ts';

/** The daemon of a host that is reached by SSH. */
export function openOverSsh(uri: LibvirtUri): Promise<LibvirtTransport> {
  return Promise.reject(
    new AppError('UNSUPPORTED', { params: { action: 'ssh' }, detail: `no way to ${uri.host} by SSH yet` }),
  );
}
