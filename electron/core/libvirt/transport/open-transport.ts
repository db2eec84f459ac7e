import type { LibvirtTarget } from '../../../../shared/contract/connections.ts';
import { openLocal } from './local.ts';
import { openOverSsh } from './over-ssh.ts';
import { openTls } from './tls.ts';
import type { LibvirtTransport, TransportContext } from './transport.ts';
import { parseLibvirtUri } from './uri.ts';

/**
 * Opens the way that the URI names. Throws BAD_URI, LIBVIRT_NOT_FOUND (params.sockets: where it was looked for),
 * LIBVIRT_PERMISSION, SSH_FORWARDING_FORBIDDEN where the SSH server lets none of our ways through, and as `openSsh`
 * and TLS connections do.
 */
export function openTransport(target: LibvirtTarget, context: TransportContext): Promise<LibvirtTransport> {
  const uri = parseLibvirtUri(target.uri);
  switch (uri.transport) {
    case 'unix':
      return openLocal(uri, context);
    case 'ssh':
      return openOverSsh(uri, target, context);
    case 'tls':
    case 'tcp':
      return openTls(uri, context);
  }
}
