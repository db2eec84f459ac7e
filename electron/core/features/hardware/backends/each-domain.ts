import type { Element } from '@xmldom/xmldom';
import { AppError } from '../../../kernel/app-error.ts';
import { domainXmlFlags } from '../../../libvirt/protocol/constants.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import { parseRoot } from '../../../libvirt/xml/elements.ts';

const CALL_TIMEOUT_MS = 30_000;
/** No call tells the XML of all domains; of more than these nobody is asked. */
const MAX_DOMAINS = 500;

/**
 * What `read` makes of the XML of each domain of a host (filters: `listDomainsFlags`), as it runs where it does. Costs
 * a call per domain.
 */
export async function readEachDomain<T>(
  rpc: RpcClient,
  filters: number,
  read: (dom: DomainRef, root: Element) => T,
  options: { signal: AbortSignal; priority?: number },
): Promise<{ found: T[]; isPartial: boolean }> {
  const call = { ...options, timeoutMs: CALL_TIMEOUT_MS };
  const { domains } = await rpc.call('CONNECT_LIST_ALL_DOMAINS', { needResults: 1, flags: filters }, call);
  const found = await Promise.all(
    domains.slice(0, MAX_DOMAINS).map(async (dom): Promise<T[]> => {
      const args = { dom, flags: dom.id === -1 ? domainXmlFlags.inactive : domainXmlFlags.live };
      const answer = await unlessGone(rpc.call('DOMAIN_GET_XML_DESC', args, call));
      return answer === null ? [] : [read(dom, parseRoot(answer.xml, 'domain'))];
    }),
  );
  return { found: found.flat(), isPartial: domains.length > MAX_DOMAINS };
}

/** Null where what was listed a moment ago is there no more. */
export async function unlessGone<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (thrown) {
    const { code } = AppError.from(thrown);
    if (code === 'MACHINE_GONE' || code === 'NOT_FOUND') return null;
    throw thrown;
  }
}
