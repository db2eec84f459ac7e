import type { Element } from '@xmldom/xmldom';
import { AppError } from '../../kernel/app-error.ts';
import { domainXmlFlags } from '../protocol/constants.ts';
import type { DomainRef } from '../protocol/references.ts';
import type { RpcClient } from '../rpc/client.ts';
import { parseRoot } from '../xml/elements.ts';

const CALL_TIMEOUT_MS = 30_000;
/** No call tells the XML of all domains; of more than these nobody is asked. */
const MAX_DOMAINS = 500;

/**
 * What `read` makes of the XML of each domain of a host (filters: `listDomainsFlags`), as it runs where it does. Costs
 * a call per domain, but not for those of which `known` tells it.
 */
export async function readEachDomain<T>(
  rpc: Pick<RpcClient, 'call'>,
  filters: number,
  read: (dom: DomainRef, root: Element) => T,
  { known, ...options }: { signal: AbortSignal; priority?: number; known?: (dom: DomainRef) => T | undefined },
): Promise<{ found: T[]; isPartial: boolean }> {
  const call = { ...options, timeoutMs: CALL_TIMEOUT_MS };
  const { domains } = await rpc.call('CONNECT_LIST_ALL_DOMAINS', { needResults: 1, flags: filters }, call);
  const found = await Promise.all(
    domains.slice(0, MAX_DOMAINS).map(async (dom): Promise<T[]> => {
      const before = known?.(dom);
      if (before !== undefined) return [before];
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
