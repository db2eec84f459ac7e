import { describe, expect, it } from 'vitest';
import type { AddConnectionInput, ConnectionConfig } from '../../../../shared/contract/connections.ts';
import type { Machine } from '../../../../shared/contract/machines.ts';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import type { SecretStore } from '../../kernel/secret-store.ts';
import { rowOf } from '../machines/backends/libvirt-rows.ts';
import { ConnectionsService } from './connections-service.ts';
import type { ConnectContext, ConnectionDriver, ConnectionSession } from './ports.ts';

const input: AddConnectionInput = {
  name: 'kvm1',
  target: { kind: 'libvirt', uri: 'qemu+ssh://kvm1/system' },
  secret: { value: 'geheim', remember: false },
};
const row = rowOf({ id: 'u1', name: 'web', isActive: true }, { connectionId: 'c1', hostName: 'kvm1' }, undefined);

function setUp(stored: ConnectionConfig[] = []) {
  const clock = new FakeClock();
  const state = {
    stored,
    cached: new Map<string, Machine[]>(),
    secrets: new Map<string, string>(),
    failSave: null as AppError | null,
  };
  const contexts: ConnectContext[] = [];
  const driver: ConnectionDriver = {
    validate: (target) => {
      if (target.kind === 'libvirt' && target.uri.startsWith('bad')) throw new AppError('BAD_URI');
    },
    connect: (context) => {
      contexts.push(context);
      return new Promise<ConnectionSession>(() => undefined);
    },
  };
  const secrets: SecretStore = {
    get: (key) => Promise.resolve(state.secrets.get(key) ?? null),
    set: (key, value) => Promise.resolve(void state.secrets.set(key, value)),
    delete: (prefix) => {
      for (const key of state.secrets.keys()) if (key.startsWith(prefix)) state.secrets.delete(key);
      return Promise.resolve();
    },
  };
  const service = new ConnectionsService({
    clock,
    log: silentLogger,
    store: {
      load: () => Promise.resolve(state.stored),
      save: (configs) => {
        if (state.failSave !== null) return Promise.reject(state.failSave);
        state.stored = configs;
        return Promise.resolve();
      },
    },
    cache: {
      load: (id) => Promise.resolve(state.cached.get(id) ?? []),
      save: (id, machines) => Promise.resolve(void state.cached.set(id, machines)),
      forget: (id) => Promise.resolve(void state.cached.delete(id)),
    },
    secrets,
    prompterFor: () => ({ ask: () => Promise.resolve(null) }),
    drivers: { libvirt: driver, openstack: driver },
    finder: {
      suggestions: () => Promise.resolve([]),
      parseCloudFile: () => [],
      secretOf: ({ kind }) => Promise.resolve(kind === 'openstack' ? 'of the file' : null),
    },
    pace: () => ({ focus: 'focused', refreshSeconds: 2 }),
  });
  return { clock, state, contexts, service };
}

describe('ConnectionsService', () => {
  it('keeps an added connection, its secret apart, and connects', async () => {
    const { state, contexts, service } = setUp();
    const { id } = await service.add(input);
    expect(state.stored).toMatchObject([{ id, name: 'kvm1', target: { kind: 'libvirt', sshAuth: 'auto' } }]);
    expect(JSON.stringify(state.stored)).not.toContain('geheim');
    expect(await contexts[0]?.secrets.get('password')).toBe('geheim');
    await service.close();
  });

  it('takes the secret of clouds.yaml where it has none of its own, and does not keep it', async () => {
    const { state, contexts, service } = setUp();
    const target = { kind: 'openstack' as const, authUrl: 'http://cloud/v3', auth: { type: 'token' as const } };
    await service.add({ name: 'cloud', target, secret: null });
    expect(await contexts[0]?.secrets.get('password')).toBe('of the file');
    expect(state.secrets.size).toBe(0);
    await contexts[0]?.secrets.set('password', 'typed', false);
    expect(await contexts[0]?.secrets.get('password')).toBe('typed');
    await service.close();
  });

  it('refuses a bad target before anything is stored', async () => {
    const { state, service } = setUp();
    await expect(service.add({ ...input, target: { kind: 'libvirt', uri: 'bad:' } })).rejects.toThrow(AppError);
    expect(state.stored).toEqual([]);
  });

  it('shows the cached machines before the first answer, then marks a lost list stale', async () => {
    const config: ConnectionConfig = {
      id: 'c1',
      name: 'kvm1',
      target: { kind: 'libvirt', uri: 'qemu:///system', proxyJump: '', sshAuth: 'auto' },
      autoConnect: false,
    };
    const { state, contexts, service } = setUp([config]);
    state.cached.set('c1', [row]);
    await service.start();
    const { machines } = service.get('c1');
    expect(machines.freshness).toBe('cached');
    expect([...machines.items.keys()]).toEqual(['u1']);
    expect(contexts).toHaveLength(0);
  });

  it('keeps what it knew for the next start, and shows it as live once connected', async () => {
    const { state, contexts, service } = setUp();
    const { id } = await service.add(input);
    contexts[0]?.machines.reset([{ ...row, connectionId: id }], 'live');
    await service.close();
    expect(state.cached.get(id)).toMatchObject([{ id: 'u1', name: 'web' }]);

    const next = setUp(state.stored);
    next.state.cached = state.cached;
    await next.service.start();
    const { machines } = next.service.get(id);
    expect([machines.freshness, machines.items.size]).toEqual(['cached', 1]);
    expect(next.contexts).toHaveLength(1);
    next.contexts[0]?.machines.reset([], 'live');
    expect([machines.freshness, machines.items.size]).toEqual(['live', 0]);
    await next.service.close();
  });

  it('does not overwrite a cache with the nothing of a connection that never came up', async () => {
    const { state, service } = setUp();
    const { id } = await service.add(input);
    state.cached.set(id, [row]);
    await service.close();
    expect(state.cached.get(id)).toEqual([row]);
  });

  it('stores nothing and connects nothing where the configuration cannot be saved', async () => {
    const { state, contexts, service } = setUp();
    state.failSave = new AppError('DISK_FULL', { retryable: true });
    await expect(service.add(input)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect([contexts.length, state.secrets.size]).toEqual([0, 0]);
    state.failSave = null;
    const { id } = await service.add(input);
    state.failSave = new AppError('DISK_FULL');
    await expect(service.remove(id)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(service.get(id).config.name).toBe('kvm1');
    await service.close();
  });

  it('changes a connection in place: the new secret, a new attempt', async () => {
    const { state, contexts, service } = setUp();
    const { id } = await service.add(input);
    const target = { kind: 'libvirt', uri: 'qemu+ssh://kvm2/system' } as const;
    await service.update(id, { ...input, name: 'kvm2', target, secret: { value: 'neu', remember: false } });
    expect(state.stored).toMatchObject([{ id, name: 'kvm2', target }]);
    expect(contexts.map((context) => context.target)).toMatchObject([{ uri: 'qemu+ssh://kvm1/system' }, target]);
    expect(await contexts[1]?.secrets.get('password')).toBe('neu');
    await service.close();
  });

  it('keeps the secrets of connections apart', async () => {
    const { contexts, service } = setUp();
    await service.add(input);
    await service.add({ ...input, name: 'other', secret: null });
    expect(await contexts[1]?.secrets.get('password')).toBeNull();
    await service.close();
  });

  it('removing forgets configuration, cache and secrets', async () => {
    const { state, service } = setUp();
    const { id } = await service.add(input);
    state.cached.set(id, [row]);
    await service.remove(id);
    expect(state).toMatchObject({ stored: [], cached: new Map(), secrets: new Map() });
    expect(() => service.get(id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  it('a connection given twice on the command line is one connection', async () => {
    const { state, service } = setUp();
    const first = await service.ensure(input);
    expect(await service.ensure(input)).toBe(first);
    expect(state.stored).toHaveLength(1);
    await service.close();
  });
});
