import { AppError } from '../../kernel/app-error.ts';
import type { DomainRef } from '../protocol/references.ts';
import type { CallOptions, RpcClient } from '../rpc/client.ts';
import { DomainXml } from '../xml/domain-xml.ts';

/**
 * One of the domains that a list has just told (DOMAIN_GET_XML_DESC with `flags`); null where it has gone meanwhile.
 * Rejects as the call does otherwise.
 */
export async function readDomain(
  rpc: RpcClient,
  dom: DomainRef,
  flags: number,
  options: CallOptions,
): Promise<DomainXml | null> {
  try {
    return new DomainXml((await rpc.call('DOMAIN_GET_XML_DESC', { dom, flags }, options)).xml);
  } catch (error) {
    if (AppError.from(error).code === 'MACHINE_GONE') return null;
    throw error;
  }
}
