import { AppError } from '../../kernel/app-error.ts';
import { errorNumber, networkXmlFlags } from '../protocol/constants.ts';
import type { NetworkRef } from '../protocol/references.ts';
import type { CallOptions, RpcClient } from '../rpc/client.ts';

/**
 * The XML from which a network starts next (NETWORK_GET_XML_DESC); of a transient network libvirt tells what runs. A
 * hypervisor that keeps only one XML tells that. Throws NOT_FOUND.
 */
export async function readNetworkDefinition(
  rpc: Pick<RpcClient, 'call'>,
  net: NetworkRef,
  options: CallOptions,
): Promise<string> {
  const read = async (flags: number): Promise<string> =>
    (await rpc.call('NETWORK_GET_XML_DESC', { net, flags }, options)).xml;
  try {
    return await read(networkXmlFlags.inactive);
  } catch (thrown) {
    const { source } = AppError.from(thrown);
    // It does not know the flag.
    if (source?.kind === 'libvirt' && source.code === errorNumber.invalidArg) return read(networkXmlFlags.live);
    throw thrown;
  }
}
