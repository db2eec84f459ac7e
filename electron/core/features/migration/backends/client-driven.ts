import { AppError, throwIfAborted } from '../../../kernel/app-error.ts';
import { domainState, migrateFlags } from '../../../libvirt/protocol/migration-flags.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import type { TypedParam } from '../../../libvirt/protocol/typed-params.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import { withParam, type MigrationCall } from './migration-call.ts';

/** The daemon answers these at once or works for a moment; the guest stands still meanwhile. */
const STEP_TIMEOUT_MS = 300_000;
const NO_COOKIE = new Uint8Array();

/** How a migration ended, as far as the two daemons told. */
export type MigrationEnd =
  | { kind: 'moved' }
  /** The destination has the machine; the source failed to let go of it. */
  | { kind: 'leftover'; error: AppError }
  /** The source has been told to go on with the machine. */
  | { kind: 'stayed'; error: AppError }
  /** Nobody was told anything: the source waits for the word. */
  | { kind: 'unknown'; error: AppError };

/** The two daemons, each by the channel that stays the same from the first step to the last: its end undoes the work. */
export interface MigrationEnds {
  source: RpcClient;
  destination: RpcClient;
}

/** What the steps are told and ask beside the calls. */
export interface MigrationHooks {
  signal: AbortSignal;
  onStep(step: 'migrationPreparing' | 'migrationFinishing'): void;
  /** Runs the long step, to show how it goes and to abort it. */
  during(perform: () => Promise<Uint8Array>): Promise<Uint8Array>;
  /** Whether the machine runs at the destination, asked by another connection; null where that cannot be told. */
  hasArrived(): Promise<boolean | null>;
}

/**
 * Migrates as libvirt's own client does it (version 3 with parameters, virDomainMigrateVersion3Full): begin, prepare,
 * perform, finish, confirm. The source goes on with the machine only when the destination surely has it not, and lets
 * go of it only when the destination surely has it. Rejects where nothing has begun.
 */
export async function driveMigration(
  dom: DomainRef,
  { flags: wishes, params }: MigrationCall,
  { source, destination }: MigrationEnds,
  hooks: MigrationHooks,
): Promise<MigrationEnd> {
  const bounded = { timeoutMs: STEP_TIMEOUT_MS };
  hooks.onStep('migrationPreparing');
  throwIfAborted(hooks.signal);
  let flags = wishes;
  const begun = await source.call('DOMAIN_MIGRATE_BEGIN3_PARAMS', { dom, params, flags }, bounded);
  const confirm = async (cookieIn: Uint8Array, isArrived: boolean): Promise<AppError | null> => {
    const args = { dom, params, cookieIn, flags, cancelled: isArrived ? 0 : 1 };
    return failureOf(source.call('DOMAIN_MIGRATE_CONFIRM3_PARAMS', args, bounded));
  };
  let destinationFlags: number;
  let prepared: { cookieOut: Uint8Array; uriOut: string | null };
  const destinationParams = withParam(params, 'destination_xml', begun.xml);
  try {
    throwIfAborted(hooks.signal);
    const { state } = await source.call('DOMAIN_GET_STATE', { dom, flags: 0 }, bounded);
    if (state === domainState.paused) flags |= migrateFlags.paused;
    // How the source sends it is nothing to the destination.
    destinationFlags = flags & ~migrateFlags.autoConverge;
    prepared = await destination.call(
      'DOMAIN_MIGRATE_PREPARE3_PARAMS',
      { params: destinationParams, cookieIn: begun.cookieOut, flags: destinationFlags },
      bounded,
    );
  } catch (error) {
    await confirm(NO_COOKIE, false);
    return { kind: 'stayed', error: AppError.from(error) };
  }

  const sent = await perform(dom, { flags, params: destinationParams }, prepared, source, hooks);
  hooks.onStep('migrationFinishing');
  const finish = await finishAt(destination, dom, {
    params: destinationParams,
    flags: destinationFlags,
    cookieIn: sent.cookie,
    isCancelled: sent.error !== null,
  });
  // A source that could not send has gone on with the machine by itself, and must not be told again.
  if (sent.error !== null) return { kind: 'stayed', error: sent.error };
  const isArrived = finish.error === null ? true : isAnswer(finish.error) ? false : await hooks.hasArrived();
  if (isArrived === null) return { kind: 'unknown', error: finish.error ?? new AppError('PROTOCOL') };
  const refusal = await confirm(finish.cookie, isArrived);
  if (!isArrived) return { kind: 'stayed', error: finish.error ?? new AppError('PROTOCOL') };
  return refusal === null ? { kind: 'moved' } : { kind: 'leftover', error: refusal };
}

/** Sends the machine; one that is off has nothing to send. */
async function perform(
  dom: DomainRef,
  { flags, params }: MigrationCall,
  prepared: { cookieOut: Uint8Array; uriOut: string | null },
  source: RpcClient,
  hooks: MigrationHooks,
): Promise<{ cookie: Uint8Array; error: AppError | null }> {
  if ((flags & migrateFlags.offline) !== 0) return { cookie: NO_COOKIE, error: null };
  const { cookieOut: cookieIn, uriOut } = prepared;
  const sending = uriOut === null ? params : withParam(params, 'migrate_uri', uriOut);
  try {
    const cookie = await hooks.during(async () => {
      const args = { dom, dconnuri: null, params: sending, cookieIn, flags };
      return (await source.call('DOMAIN_MIGRATE_PERFORM3_PARAMS', args)).cookieOut;
    });
    return { cookie, error: null };
  } catch (error) {
    return { cookie: NO_COOKIE, error: AppError.from(error) };
  }
}

interface FinishArgs {
  params: readonly TypedParam[];
  flags: number;
  cookieIn: Uint8Array;
  isCancelled: boolean;
}

/** Starts the machine there, or takes away there what was prepared. */
async function finishAt(
  destination: RpcClient,
  dom: DomainRef,
  { params, flags, cookieIn, isCancelled }: FinishArgs,
): Promise<{ cookie: Uint8Array; error: AppError | null }> {
  const args = {
    params: withParam(params, 'destination_name', dom.name),
    cookieIn,
    flags,
    cancelled: isCancelled ? 1 : 0,
  };
  try {
    const { cookieOut } = await destination.call('DOMAIN_MIGRATE_FINISH3_PARAMS', args, {
      timeoutMs: STEP_TIMEOUT_MS,
    });
    return { cookie: cookieOut, error: null };
  } catch (error) {
    return { cookie: NO_COOKIE, error: AppError.from(error) };
  }
}

/** Whether the daemon itself said so: then nothing of ours is on its way any more. */
function isAnswer({ source }: AppError): boolean {
  return source?.kind === 'libvirt';
}

async function failureOf(call: Promise<unknown>): Promise<AppError | null> {
  try {
    await call;
    return null;
  } catch (error) {
    return AppError.from(error);
  }
}
