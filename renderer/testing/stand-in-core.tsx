import { createTRPCClient, TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable, type Observer } from '@trpc/server/observable';
import { render, type RenderResult } from '@testing-library/react';
import type { ReactNode } from 'react';
import type { AppRouter } from '../../electron/core/app/router.ts';
import type { Connection } from '../../shared/contract/connections.ts';
import type { AppErrorData } from '../../shared/contract/errors.ts';
import type { FeedEvent, Freshness } from '../../shared/contract/feed.ts';
import type { Machine } from '../../shared/contract/machines.ts';
import { settingsSchema } from '../../shared/contract/settings.ts';
import type { Task } from '../../shared/contract/tasks.ts';
import { CoreProvider } from '../core-client/core.tsx';
import type { CoreLink, LinkStatus } from '../core-client/link.ts';

type Message =
  { result: { type: 'data'; data: unknown } } | { result: { type: 'state'; state: 'connecting'; error: null } };
type Sink = Observer<Message, TRPCClientError<AppRouter>>;

interface Call {
  path: string;
  input: unknown;
}

/** Plays the core for tests of the renderer: answers calls, feeds lists, and can be lost. */
export class StandInCore {
  readonly link: CoreLink;
  readonly calls: Call[] = [];
  /** Subscriptions that are open, by path. */
  readonly open = new Map<string, Set<Sink>>();
  #answers: Record<string, (input: never) => unknown>;
  #status: LinkStatus = 'connected';
  #listeners = new Set<(status: LinkStatus) => void>();
  #seq = new Map<string, number>();

  /** `answers` by path, e.g. `settings.update`; what a function throws (an AppErrorData) is the call's error. */
  constructor(answers: Record<string, (input: never) => unknown> = {}) {
    this.#answers = {
      'settings.get': () => settingsSchema.parse({}),
      'settings.update': () => settingsSchema.parse({}),
      'settings.setFocus': () => undefined,
      'settings.info': () => ({ version: '1', shell: 'portal', profileDir: '/p', secretStorage: 'vault' }),
      'connections.suggestions': () => [],
      ...answers,
    };
    this.link = {
      client: createTRPCClient<AppRouter>({ links: [this.#carrier()] }),
      openBytes: () => Promise.reject(new Error('no byte channels here')),
      status: () => this.#status,
      onStatus: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      close: () => undefined,
    };
  }

  /** Sends one event of a feed to whoever watches it. */
  send(path: string, event: FeedEvent<{ id: string }>): void {
    for (const sink of [...(this.open.get(path) ?? [])])
      sink.next({ result: { type: 'data', data: structuredClone(event) } });
  }

  snapshot(path: string, items: { id: string }[], freshness: Freshness = 'live'): void {
    this.#seq.set(path, 0);
    this.send(path, { type: 'snapshot', seq: 0, freshness, items });
  }

  patch(path: string, upsert: { id: string }[], remove: string[] = []): void {
    const seq = (this.#seq.get(path) ?? 0) + 1;
    this.#seq.set(path, seq);
    this.send(path, { type: 'patch', seq, freshness: 'live', upsert, remove });
  }

  /** The way to the core breaks; subscriptions stay and are told. */
  lose(): void {
    this.#set('disconnected');
    for (const sinks of this.open.values()) {
      for (const sink of sinks) sink.next({ result: { type: 'state', state: 'connecting', error: null } });
    }
  }

  comeBack(): void {
    this.#set('connected');
  }

  /** Ends the subscriptions of a path with an error. */
  fail(path: string, error: AppErrorData): void {
    for (const sink of [...(this.open.get(path) ?? [])]) sink.error(clientError(error));
  }

  inputsOf(path: string): unknown[] {
    return this.calls.filter((call) => call.path === path).map(({ input }) => input);
  }

  #set(status: LinkStatus): void {
    this.#status = status;
    for (const listener of this.#listeners) listener(status);
  }

  #carrier(): TRPCLink<AppRouter> {
    return () =>
      ({ op }) =>
        observable((observer) => {
          const sink = observer as unknown as Sink;
          this.calls.push({ path: op.path, input: op.input });
          if (op.type === 'subscription') {
            const sinks = this.open.get(op.path) ?? new Set();
            this.open.set(op.path, sinks.add(sink));
            return () => sinks.delete(sink);
          }
          const answer = this.#answers[op.path];
          Promise.resolve()
            .then(() => {
              if (answer === undefined) throw new Error(`the test answers no ${op.path}`);
              return answer(op.input as never);
            })
            .then(
              (data) => {
                sink.next({ result: { type: 'data', data } });
                sink.complete();
              },
              (error: unknown) => sink.error(clientError(error)),
            );
          return () => undefined;
        });
  }
}

function clientError(error: unknown): TRPCClientError<AppRouter> {
  if (error instanceof Error) return TRPCClientError.from(error);
  return TRPCClientError.from({
    error: { message: 'refused', code: -32_000, data: { app: error } },
  });
}

/** Renders below a core. */
export function renderWithCore(core: StandInCore, children: ReactNode): RenderResult {
  return render(<CoreProvider link={core.link}>{children}</CoreProvider>);
}

export function standInError(init: Partial<AppErrorData> = {}): AppErrorData {
  return { code: 'TIMEOUT', params: {}, retryable: true, detail: 'late', source: null, correlationId: null, ...init };
}

export function standInConnection(init: Partial<Connection> = {}): Connection {
  return {
    id: 'c1',
    name: 'kvm1',
    target: { kind: 'libvirt', uri: 'qemu+ssh://kvm1/system', proxyJump: '', sshAuth: 'auto' },
    autoConnect: true,
    phase: 'online',
    error: null,
    retryAt: null,
    step: null,
    info: null,
    ...init,
  };
}

export function standInMachine(init: Partial<Machine> = {}): Machine {
  return {
    id: 'm1',
    connectionId: 'c1',
    kind: 'domain',
    name: 'web-01',
    state: 'running',
    nativeState: 'running',
    transition: null,
    vcpus: 1,
    memoryBytes: 1024 ** 3,
    cpuPercent: 1,
    memoryUsedBytes: null,
    addresses: [],
    host: null,
    autostart: false,
    persistent: true,
    hasManagedSave: false,
    locked: false,
    lockedReason: null,
    ownedByNova: false,
    flavorName: null,
    tags: [],
    folder: null,
    isTemplate: false,
    createdAt: null,
    fault: null,
    ...init,
  };
}

export function standInTask(init: Partial<Task> = {}): Task {
  return {
    id: 't1',
    kind: 'machine.start',
    target: { connectionId: 'c1', resource: 'machine', id: 'm1', name: 'web-01' },
    groupId: null,
    status: 'running',
    step: 'request',
    fraction: null,
    cancelable: true,
    createdAt: 1_000,
    endedAt: null,
    error: null,
    ...init,
  };
}
