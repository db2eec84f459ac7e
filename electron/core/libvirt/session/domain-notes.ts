import { AppError } from '../../kernel/app-error.ts';
import { metadataType } from '../protocol/constants.ts';
import { domainRef } from '../protocol/references.ts';
import type { RpcClient } from '../rpc/client.ts';
import { NOTES_NAMESPACE, NOTES_PREFIX, NotesXml } from '../xml/notes-xml.ts';

const CALL_TIMEOUT_MS = 30_000;

/**
 * Our element in the metadata of a domain (DOMAIN_GET_METADATA). `flags`: 0 for the running domain, or its definition
 * while it is off. Throws MACHINE_GONE.
 */
export async function readNotesXml(
  rpc: RpcClient,
  machineId: string,
  flags: number,
  signal: AbortSignal,
): Promise<NotesXml> {
  try {
    const { metadata } = await rpc.call(
      'DOMAIN_GET_METADATA',
      { dom: domainRef(machineId), type: metadataType.element, uri: NOTES_NAMESPACE, flags },
      { timeoutMs: CALL_TIMEOUT_MS, signal },
    );
    return new NotesXml(metadata);
  } catch (error) {
    if (AppError.from(error).code === 'NOT_FOUND') return new NotesXml(null);
    throw error;
  }
}

/** Writes it (DOMAIN_SET_METADATA), or removes it where nothing is left in it. */
export async function writeNotesXml(rpc: RpcClient, machineId: string, xml: NotesXml, flags: number): Promise<void> {
  const metadata = xml.isEmpty ? null : xml.toString();
  await rpc.call(
    'DOMAIN_SET_METADATA',
    {
      dom: domainRef(machineId),
      type: metadataType.element,
      metadata,
      key: metadata === null ? null : NOTES_PREFIX,
      uri: NOTES_NAMESPACE,
      flags,
    },
    { timeoutMs: CALL_TIMEOUT_MS },
  );
}
