import { AppError } from '../../kernel/app-error.ts';
import { domainXmlFlags } from '../protocol/constants.ts';
import type { DomainRef } from '../protocol/references.ts';
import type { LibvirtSession } from './session.ts';

const CALL_TIMEOUT_MS = 30_000;

/** A domain's XML (DOMAIN_GET_XML_DESC), with passwords where the login may see them: a read-only login may not. */
export async function readSecureXml(session: LibvirtSession, dom: DomainRef, signal: AbortSignal): Promise<string> {
  const read = async (flags: number): Promise<string> => {
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal, priority: 10 };
    return (await session.rpc.call('DOMAIN_GET_XML_DESC', { dom, flags }, options)).xml;
  };
  try {
    return await read(domainXmlFlags.secure);
  } catch (thrown) {
    if (AppError.from(thrown).code !== 'LIBVIRT_PERMISSION') throw thrown;
    return read(domainXmlFlags.live);
  }
}
