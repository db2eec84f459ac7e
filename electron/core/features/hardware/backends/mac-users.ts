import { AppError } from '../../../kernel/app-error.ts';
import { domainXmlFlags } from '../../../libvirt/protocol/constants.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import { readDomain } from '../../../libvirt/session/read-domain.ts';

const CALL_TIMEOUT_MS = 30_000;
/** No call tells the addresses of all domains; with more of them, only these are asked. */
const MAX_XML_READS = 500;

/** Throws CONFLICT naming the machine whose NIC has the address. */
export async function refuseTakenMac(rpc: RpcClient, mac: string, signal: AbortSignal): Promise<void> {
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  const { domains } = await rpc.call('CONNECT_LIST_ALL_DOMAINS', { needResults: 1, flags: 0 }, options);
  await Promise.all(
    domains.slice(0, MAX_XML_READS).map(async (dom) => {
      const domain = await readDomain(rpc, dom, domainXmlFlags.inactive, options);
      if (domain === null || !domain.interfaces.some((nic) => nic.mac === mac)) return;
      throw new AppError('CONFLICT', {
        params: { reason: 'macTaken', machine: dom.name },
        detail: `${dom.name} has a NIC with the address ${mac}`,
      });
    }),
  );
}
