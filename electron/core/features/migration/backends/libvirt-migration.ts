import type { Machine } from '../../../../../shared/contract/machines.ts';
import type { MigrationCheck, MigrationPlan } from '../../../../../shared/contract/migration.ts';
import { abortError, AppError } from '../../../kernel/app-error.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { LiveList } from '../../../kernel/live-list.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { delay, withTimeout } from '../../../kernel/timing.ts';
import { domainXmlFlags } from '../../../libvirt/protocol/constants.ts';
import { domainState, migrationParamsFeature } from '../../../libvirt/protocol/migration-flags.ts';
import { domainRef, type DomainRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import {
  readHostTraits,
  readMigrationNeeds,
  withMovedDisks,
  type MigrationDisk,
  type MigrationNeeds,
} from '../../../libvirt/xml/migration-xml.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { CopyVolume, MigrationBackend } from '../ports.ts';
import { driveMigration, type MigrationEnd } from './client-driven.ts';
import { copyPlaces, ifThere, sourceVolume, type CopyPlace } from './copy-places.ts';
import { migrationCall, type MigrationCall } from './migration-call.ts';
import { followMigration } from './migration-progress.ts';
import { preflight, type HostTraits } from './preflight.ts';

const CALL_TIMEOUT_MS = 30_000;
/** A pool with very many volumes is read for long. */
const REFRESH_TIMEOUT_MS = 300_000;
/** State changes come by event within milliseconds after the last step. */
const EVENT_TIMEOUT_MS = 30_000;
/** A destination whose connection broke in the last step is waited for and asked this often. */
const ARRIVAL_ATTEMPTS = 30;
const ARRIVAL_PAUSE_MS = 2_000;

/** What the backend is told of its connection. */
export interface LibvirtMigrationDeps {
  clock: Clock;
  log: Logger;
  hostName: string;
  machines: LiveList<Machine>;
  /** Throws MACHINE_GONE. */
  machine: (id: string) => Machine;
  /** Throws CONFLICT for a domain of Nova. */
  refuseForeign: (id: string, signal: AbortSignal) => Promise<void>;
}

/** One migration that is about to be sent. */
interface Move {
  machine: Machine;
  dom: DomainRef;
  call: MigrationCall;
  places: readonly CopyPlace[];
  disks: readonly MigrationDisk[];
}

/** A libvirt host that machines migrate from and to. */
export class LibvirtMigration implements MigrationBackend {
  readonly #session: LibvirtSession;
  readonly #deps: LibvirtMigrationDeps;
  #traits: Promise<HostTraits> | null = null;

  constructor(session: LibvirtSession, deps: LibvirtMigrationDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async check(
    machineId: string,
    plan: MigrationPlan,
    destination: MigrationBackend,
    signal: AbortSignal,
  ): Promise<MigrationCheck[]> {
    const machine = this.#deps.machine(machineId);
    const needs = readMigrationNeeds(await this.#xml(machine, domainXmlFlags.live, signal));
    return this.#check(machine, needs, plan, libvirtHost(destination), signal);
  }

  async migrate(
    machineId: string,
    plan: MigrationPlan,
    findDestination: () => MigrationBackend,
    copyVolume: CopyVolume,
    task: TaskContext,
  ): Promise<void> {
    task.progress('checking');
    const { signal } = task;
    await this.#deps.refuseForeign(machineId, signal);
    const machine = this.#deps.machine(machineId);
    const destination = libvirtHost(findDestination());
    const move = await this.#prepare(machine, plan, destination, signal);
    if (plan.downtimeMs !== null && isLive(machine)) {
      const args = { dom: move.dom, downtime: plan.downtimeMs, flags: 0 };
      await this.#session.rpc.call('DOMAIN_MIGRATE_SET_MAX_DOWNTIME', args, { timeoutMs: CALL_TIMEOUT_MS, signal });
    }
    if (!isLive(machine)) await this.#copyDisks(move, destination, copyVolume, task);
    const arrived = (): Promise<boolean | null> => this.#hasArrived(machine.id, findDestination);
    const end =
      plan.way === 'peer2peer'
        ? await this.#sendByPeer(move, plan, arrived, task)
        : await this.#sendByUs(move, plan, destination, arrived, task);
    if (end.kind !== 'moved') throw await this.#failure(end, move, destination, task);
    task.progress('migrationFinishing', null, null);
    await this.#untilListed(machine, plan, libvirtHost(findDestination()));
  }

  /** Throws CONFLICT with the first blocker. */
  async #prepare(
    machine: Machine,
    plan: MigrationPlan,
    destination: LibvirtMigration,
    signal: AbortSignal,
  ): Promise<Move> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
    const live = await this.#xml(machine, domainXmlFlags.secure | domainXmlFlags.migratable, signal);
    const needs = readMigrationNeeds(live);
    const places = plan.storage === 'copy' ? await copyPlaces(needs, plan, destination.#session, options) : [];
    await destination.#refresh(places, signal);
    const checks = await this.#check(machine, needs, plan, destination, signal);
    const blocker = checks.find(({ level }) => level === 'blocker');
    if (blocker !== undefined) {
      const { id, reason, params } = blocker;
      throw new AppError('CONFLICT', {
        params: { machine: machine.name, ...params, action: 'migrate', reason: `${id}.${reason}` },
        detail: `migration: ${id}: ${reason}`,
      });
    }
    const files = new Map(places.flatMap(({ target, path, isMoved }) => (isMoved ? [[target, path] as const] : [])));
    const defined =
      files.size > 0 && machine.persistent
        ? await this.#xml(machine, domainXmlFlags.secure | domainXmlFlags.migratable | domainXmlFlags.inactive, signal)
        : null;
    const call = migrationCall(plan, {
      isLive: isLive(machine),
      isPersistent: machine.persistent,
      copied: isLive(machine) ? places.map(({ target }) => target) : [],
      moved:
        files.size === 0
          ? null
          : {
              live: withMovedDisks(live, files),
              defined: defined === null ? null : withMovedDisks(defined, files),
            },
    });
    return { machine, dom: domainRef(machine.id, machine.name), call, places, disks: needs.disks };
  }

  /** The disks of a machine that is off, one after the other; the definition follows them. */
  async #copyDisks(
    { machine, places, disks }: Move,
    destination: LibvirtMigration,
    copyVolume: CopyVolume,
    task: TaskContext,
  ): Promise<void> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal: task.signal };
    const copied: CopyPlace[] = [];
    try {
      for (const place of places) {
        const disk = disks.find(({ target }) => target === place.target);
        const from = disk === undefined ? null : await sourceVolume(disk, this.#session, options);
        if (from === null || place.pool === null)
          throw new AppError('NOT_FOUND', { detail: `no volume ${place.name}` });
        const progress: TaskContext['progress'] = (step, fraction = null) =>
          step === 'upload'
            ? task.progress('copyingDisk', fraction === null ? null : (copied.length + fraction) / places.length)
            : task.progress(step);
        await copyVolume(from, { poolId: place.pool.uuid, name: place.name }, { ...task, progress });
        copied.push(place);
      }
    } catch (thrown) {
      task.progress('undoing', null, null);
      await destination.#deleteCopies(copied);
      if (task.signal.aborted) throw abortError(task.signal);
      const error = AppError.from(thrown);
      throw new AppError('MIGRATION_FAILED', {
        params: { machine: machine.name, source: this.#deps.hostName, reason: error.detail },
        detail: error.detail,
        cause: error,
        ...(error.source === null ? {} : { source: error.source }),
      });
    }
  }

  async #sendByUs(
    { dom, call }: Move,
    { postCopy }: MigrationPlan,
    destination: LibvirtMigration,
    hasArrived: () => Promise<boolean | null>,
    task: TaskContext,
  ): Promise<MigrationEnd> {
    const [source, there] = await Promise.all([
      this.#session.blocking(task.signal),
      destination.#session.blocking(task.signal),
    ]);
    const { clock, log } = this.#deps;
    const following = { rpc: this.#session.rpc, clock, log, task, postCopy };
    return driveMigration(
      dom,
      call,
      { source, destination: there },
      {
        signal: task.signal,
        onStep: (step) => task.progress(step, null, null),
        during: (perform) => followMigration(dom, following, perform),
        hasArrived,
      },
    );
  }

  /** One call: the source host leads, and goes on by itself where this connection breaks. */
  async #sendByPeer(
    { dom, call: { flags, params } }: Move,
    { peerUri, postCopy }: MigrationPlan,
    hasArrived: () => Promise<boolean | null>,
    task: TaskContext,
  ): Promise<MigrationEnd> {
    const source = await this.#session.blocking(task.signal);
    const { clock, log } = this.#deps;
    const args = { dom, dconnuri: peerUri, params, cookieIn: new Uint8Array(), flags };
    try {
      await followMigration(dom, { rpc: this.#session.rpc, clock, log, task, postCopy }, () =>
        source.call('DOMAIN_MIGRATE_PERFORM3_PARAMS', args),
      );
      return { kind: 'moved' };
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.source?.kind === 'libvirt') return { kind: 'stayed', error };
      return (await hasArrived()) === true ? { kind: 'moved' } : { kind: 'unknown', error };
    }
  }

  /** Says where the machine is now, and takes away what was made for it in vain. */
  async #failure(
    end: Exclude<MigrationEnd, { kind: 'moved' }>,
    { machine, places }: Move,
    destination: LibvirtMigration,
    task: TaskContext,
  ): Promise<AppError> {
    const { error } = end;
    const names = {
      machine: machine.name,
      source: this.#deps.hostName,
      destination: destination.#deps.hostName,
      reason: error.detail,
    };
    const told = (
      code: 'MIGRATION_FAILED' | 'MIGRATION_PAUSED' | 'MIGRATION_LEFTOVER' | 'MIGRATION_UNKNOWN',
    ): AppError =>
      new AppError(code, {
        params: { ...names, uuid: machine.id },
        detail: error.detail,
        cause: error,
        ...(error.source === null ? {} : { source: error.source }),
      });
    if (end.kind === 'leftover') return told('MIGRATION_LEFTOVER');
    if (end.kind === 'unknown') return told('MIGRATION_UNKNOWN');
    const state = await this.#stateOf(machine.id);
    if (state === null) return told('MIGRATION_UNKNOWN');
    // A post-copy that broke leaves its halves on both hosts: the copies of its disks may be the newest there are.
    if (machine.state === 'running' && state === domainState.paused) return told('MIGRATION_PAUSED');
    task.progress('undoing', null, null);
    await destination.#deleteCopies(places);
    return task.signal.aborted ? abortError(task.signal) : told('MIGRATION_FAILED');
  }

  /** `state` of DOMAIN_GET_STATE; null where it cannot be asked or is not there. */
  async #stateOf(id: string): Promise<number | null> {
    try {
      const args = { dom: domainRef(id), flags: 0 };
      return (await this.#session.rpc.call('DOMAIN_GET_STATE', args, { timeoutMs: CALL_TIMEOUT_MS })).state;
    } catch (error) {
      this.#deps.log.debug('state after a migration not known', { error: AppError.from(error).detail });
      return null;
    }
  }

  /**
   * Whether the machine runs at the destination, asked as soon as that is connected again; null where it stays away, or
   * the machine stays halfway there.
   */
  async #hasArrived(id: string, findDestination: () => MigrationBackend): Promise<boolean | null> {
    const { clock, log } = this.#deps;
    for (let attempt = 0; attempt < ARRIVAL_ATTEMPTS; attempt++) {
      await delay(clock, ARRIVAL_PAUSE_MS);
      try {
        const { rpc } = libvirtHost(findDestination()).#session;
        const options = { timeoutMs: CALL_TIMEOUT_MS };
        const found = await ifThere(rpc.call('DOMAIN_GET_STATE', { dom: domainRef(id), flags: 0 }, options));
        if (found === null) return false;
        if (found.state === domainState.running || found.state === domainState.blocked) return true;
      } catch (error) {
        log.debug('the destination of a migration cannot be asked', { error: AppError.from(error).detail });
      }
    }
    return null;
  }

  /** So that libvirt sees the files that others have put there, and does not write over them. */
  async #refresh(places: readonly CopyPlace[], signal: AbortSignal): Promise<void> {
    const pools = new Map(places.flatMap(({ pool }) => (pool === null ? [] : [[pool.uuid, pool] as const])));
    const rpc = await this.#session.blocking(signal);
    for (const pool of pools.values()) {
      await rpc.call('STORAGE_POOL_REFRESH', { pool, flags: 0 }, { timeoutMs: REFRESH_TIMEOUT_MS, signal });
    }
  }

  /** Nothing was there before the migration, and nobody needs what it has left there. */
  async #deleteCopies(places: readonly CopyPlace[]): Promise<void> {
    const { rpc } = this.#session;
    const options = { timeoutMs: CALL_TIMEOUT_MS };
    for (const { pool, name } of places) {
      if (pool === null) continue;
      try {
        const { vol } = await rpc.call('STORAGE_VOL_LOOKUP_BY_NAME', { pool, name }, options);
        await rpc.call('STORAGE_VOL_DELETE', { vol, flags: 0 }, options);
      } catch (error) {
        this.#deps.log.warn('a disk of a failed migration stays', { name, error: AppError.from(error).detail });
      }
    }
  }

  /** The true end: the destination's list has it, and the source's list has it no more where it is not to keep it. */
  async #untilListed(machine: Machine, { keepSource }: MigrationPlan, destination: LibvirtMigration): Promise<void> {
    const { clock, machines } = destination.#deps;
    const isThere = (row: Machine | undefined): boolean =>
      row !== undefined && (!isLive(machine) || row.state === machine.state);
    await withTimeout(clock, EVENT_TIMEOUT_MS, undefined, 'migrationFinishing', async (signal) => {
      for await (const event of machines.watch({ signal, ready: () => Promise.resolve() })) {
        if (event.freshness === 'live' && isThere(machines.items.get(machine.id))) return;
      }
    });
    // No event tells that a definition went with it.
    if (!keepSource || !machine.persistent) this.#deps.machines.patch([], [machine.id]);
  }

  async #check(
    machine: Machine,
    needs: MigrationNeeds,
    plan: MigrationPlan,
    destination: LibvirtMigration,
    signal: AbortSignal,
  ): Promise<MigrationCheck[]> {
    const [sourceTraits, destinationTraits] = await Promise.all([this.#readTraits(), destination.#readTraits()]);
    return preflight({
      ...{ machine, needs, plan, sourceTraits, destinationTraits },
      source: this.#session,
      destination: destination.#session,
      options: { timeoutMs: CALL_TIMEOUT_MS, signal, priority: 5 },
    });
  }

  /** Read once; a failure is tried anew. */
  #readTraits(): Promise<HostTraits> {
    return (this.#traits ??= this.#askTraits().catch((error: unknown) => {
      this.#traits = null;
      throw error;
    }));
  }

  async #askTraits(): Promise<HostTraits> {
    const { rpc } = this.#session;
    const options = { timeoutMs: CALL_TIMEOUT_MS };
    const [{ capabilities }, { supported }] = await Promise.all([
      rpc.call('CONNECT_GET_CAPABILITIES', {}, options),
      rpc.call('CONNECT_SUPPORTS_FEATURE', { feature: migrationParamsFeature }, options),
    ]);
    return { ...readHostTraits(capabilities), canMigrate: supported === 1 };
  }

  async #xml({ id, name }: Machine, flags: number, signal: AbortSignal): Promise<string> {
    const args = { dom: domainRef(id, name), flags };
    const options = { timeoutMs: CALL_TIMEOUT_MS, signal, priority: 5 };
    return (await this.#session.rpc.call('DOMAIN_GET_XML_DESC', args, options)).xml;
  }
}

/** Whether it is sent with its memory; else only its definition is. */
function isLive({ state }: Machine): boolean {
  return state === 'running' || state === 'paused';
}

/** Throws UNSUPPORTED for a host of another kind. */
function libvirtHost(backend: MigrationBackend): LibvirtMigration {
  if (backend instanceof LibvirtMigration) return backend;
  throw new AppError('UNSUPPORTED', { params: { action: 'migrate' } });
}
