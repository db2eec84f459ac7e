import type { CompareCpusInput, CpuComparison } from '../../../../shared/contract/cpu-comparison.ts';
import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import {
  nodeDeviceSubject,
  type HostDetails,
  type HostEvent,
  type HostRef,
  type LookAtDevicesInput,
  type NodeDevice,
  type NewMdevInput,
  type NodeDeviceImpact,
  type NodeDeviceRef,
  type RunNodeDeviceActionInput,
} from '../../../../shared/contract/hosts.ts';
import type {
  DeleteSecretsInput,
  HostSecret,
  NewSecretInput,
  SecretValueInput,
} from '../../../../shared/contract/secrets.ts';
import { canRunNodeDeviceAction } from '../../../../shared/model/node-devices.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Watcher } from '../../kernel/live-list.ts';
import type { TaskEngine } from '../../tasks/task-engine.ts';
import type { HostsApi } from './api.ts';
import { compareCpus } from './cpu-comparison.ts';
import type { HostBackend, SecretBackend } from './ports.ts';

/** The host of a connection, none for a cloud. Throws NOT_FOUND, and DISCONNECTED while it is not online. */
type HostSource = (connectionId: string) => HostBackend | undefined;

/** The hosts of all connections. */
export class HostsService implements HostsApi {
  readonly #source: HostSource;
  readonly #tasks: TaskEngine;

  constructor(source: HostSource, tasks: TaskEngine) {
    this.#source = source;
    this.#tasks = tasks;
  }

  async details({ connectionId }: HostRef): Promise<HostDetails> {
    return this.#backend(connectionId).details();
  }

  watch({ connectionId }: HostRef, watcher: Watcher): AsyncIterable<HostEvent> {
    return this.#backend(connectionId).watch(watcher);
  }

  watchDevices({ connectionId }: HostRef, watcher: Watcher): AsyncIterable<FeedEvent<NodeDevice>> {
    return this.#backend(connectionId).devices.watch(watcher);
  }

  lookAtDevices({ connectionId, names }: LookAtDevicesInput): void {
    this.#backend(connectionId).devices.look(names);
  }

  async deviceXml({ connectionId, name }: NodeDeviceRef): Promise<{ xml: string }> {
    return { xml: await this.#backend(connectionId).devices.xml(name) };
  }

  async deviceImpact({ connectionId, name }: NodeDeviceRef): Promise<NodeDeviceImpact> {
    return this.#backend(connectionId).devices.impact(name);
  }

  runDeviceAction({ connectionId, name, action }: RunNodeDeviceActionInput): { taskId: string } {
    const { devices } = this.#backend(connectionId);
    const taskId = this.#tasks.start({
      kind: `nodeDevice.${action}`,
      target: { connectionId, resource: 'nodeDevice', id: name, name },
      cancelable: false,
      run: async (task) => {
        task.progress('request');
        const device = devices.device(name);
        const subject = device === undefined ? null : nodeDeviceSubject(device);
        // What was not read is for the host to decide.
        const allowed = subject === null ? true : canRunNodeDeviceAction(action, subject);
        if (allowed !== true) {
          throw new AppError('CONFLICT', { params: { action, reason: allowed }, detail: `${action}: ${allowed}` });
        }
        await devices.runAction(action, name, task.signal);
      },
    });
    return { taskId };
  }

  createMdev(input: NewMdevInput): { taskId: string } {
    const { connectionId, uuid } = input;
    const { devices } = this.#backend(connectionId);
    const taskId = this.#tasks.start({
      kind: 'nodeDevice.create',
      target: { connectionId, resource: 'nodeDevice', id: uuid, name: uuid },
      cancelable: false,
      run: async (task) => {
        task.progress('request');
        await devices.createMdev(input, task.signal);
      },
    });
    return { taskId };
  }

  compareCpus({ connectionIds }: CompareCpusInput, signal: AbortSignal): Promise<CpuComparison> {
    return compareCpus(connectionIds, (id) => this.#backend(id).cpu, signal);
  }

  watchSecrets({ connectionId }: HostRef, watcher: Watcher): AsyncIterable<FeedEvent<HostSecret>> {
    return this.#backend(connectionId).secrets.watch(watcher);
  }

  defineSecret(input: NewSecretInput): { taskId: string } {
    const { secrets } = this.#backend(input.connectionId);
    const taskId = this.#startOnSecret(
      'define',
      input.connectionId,
      '',
      input.usageName || input.description,
      null,
      () => secrets.define(input),
    );
    return { taskId };
  }

  setSecretValue({ connectionId, secretId, secretValue, encoding }: SecretValueInput): { taskId: string } {
    const { secrets } = this.#backend(connectionId);
    const taskId = this.#startOnSecret('setValue', connectionId, secretId, nameOf(secrets, secretId), null, () =>
      secrets.setValue(secretId, secretValue, encoding),
    );
    return { taskId };
  }

  deleteSecrets({ connectionId, secretIds }: DeleteSecretsInput): { taskIds: string[] } {
    const { secrets } = this.#backend(connectionId);
    const groupId = secretIds.length > 1 ? crypto.randomUUID() : null;
    const taskIds = secretIds.map((id) =>
      this.#startOnSecret('delete', connectionId, id, nameOf(secrets, id), groupId, () => secrets.delete(id)),
    );
    return { taskIds };
  }

  #startOnSecret(
    what: 'define' | 'setValue' | 'delete',
    connectionId: string,
    id: string,
    name: string,
    groupId: string | null,
    run: () => Promise<void>,
  ): string {
    return this.#tasks.start({
      kind: `secret.${what}`,
      target: { connectionId, resource: 'secret', id, name },
      groupId,
      cancelable: false,
      run: async (task) => {
        task.progress('request');
        await run();
      },
    });
  }

  #backend(connectionId: string): HostBackend {
    const backend = this.#source(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { detail: 'this connection is no libvirt host' });
    return backend;
  }
}

function nameOf(secrets: SecretBackend, id: string): string {
  const secret = secrets.secret(id);
  return secret?.usageName ?? secret?.description ?? id;
}
