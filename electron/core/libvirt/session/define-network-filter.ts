import { AppError } from '../../kernel/app-error.ts';
import { defineFlags } from '../protocol/constants.ts';
import type { CallOptions, RpcClient } from '../rpc/client.ts';

/** Defines a filter, new or anew, with libvirt's schema looked at where the daemon can (NWFILTER_DEFINE_XML_FLAGS). */
export async function defineNetworkFilter(
  rpc: Pick<RpcClient, 'call'>,
  xml: string,
  options: CallOptions,
): Promise<void> {
  try {
    await rpc.call('NWFILTER_DEFINE_XML_FLAGS', { xml, flags: defineFlags.validate }, options);
  } catch (thrown) {
    // A daemon before 7.7 cannot look at the schema.
    if (AppError.from(thrown).code !== 'UNSUPPORTED') throw thrown;
    await rpc.call('NWFILTER_DEFINE_XML', { xml }, options);
  }
}
