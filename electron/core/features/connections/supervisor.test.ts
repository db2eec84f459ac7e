import { describe, expect, it } from 'vitest';
import type { Connection, ConnectionConfig } from '../../../../shared/contract/connections.ts';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import type { ConnectContext, ConnectionDriver, ConnectionSession } from './ports.ts';
import { ConnectionSupervisor } from './supervisor.ts';

const config: ConnectionConfig = {
  id: 'c1',
  name: 'kvm1',
  target: { kind: 'libvirt', uri: 'test:///default', proxyJump: '', sshAuth: 'auto' },
  autoConnect: true,
};
const info: ConnectionSession['info'] = {
  hostName: 'kvm1',
  product: 'test',
  transport: 'memory',
  user: 'me',
  projectName: '',
  roles: [],
};
const unreachable = (): AppError => new AppError('HOST_UNREACHABLE', { retryable: true });

/** A driver whose attempts are decided by the test. */
function setUp(
  attempts: ((context: ConnectContext) => Promise<ConnectionSession>)[],
  checkEndpoints?: ConnectionDriver['checkEndpoints'],
) {
  const clock = new FakeClock();
  const seen: Connection[] = [];
  const contexts: ConnectContext[] = [];
  const supervisor = new ConnectionSupervisor(config, {
    driver: {
      validate: () => undefined,
      connect: (context) => {
        contexts.push(context);
        const attempt = attempts.shift();
        return attempt ? attempt(context) : Promise.reject(unreachable());
      },
      ...(checkEndpoints ? { checkEndpoints } : {}),
    },
    clock,
    log: silentLogger,
    prompter: { ask: () => Promise.resolve(null) },
    secrets: { get: () => Promise.resolve(null), set: () => Promise.resolve(), delete: () => Promise.resolve() },
    pace: () => ({ focus: 'focused', refreshSeconds: 2 }),
    onChange: (connection) => seen.push(connection),
    random: () => 0.5,
  });
  return { clock, seen, contexts, supervisor };
}

function session(): { session: ConnectionSession; lose: (error: AppError) => void } {
  const state: { lose: (error: AppError) => void } = { lose: () => undefined };
  const lost = new Promise<AppError>((resolve) => (state.lose = resolve));
  const machines = {} as ConnectionSession['machines'];
  return { session: { info, machines, lost }, lose: (error) => state.lose(error) };
}

describe('ConnectionSupervisor', () => {
  it('retries with growing back-off and comes back by itself after a loss', async () => {
    const first = session();
    const { clock, seen, supervisor } = setUp([
      () => Promise.reject(unreachable()),
      () => Promise.reject(unreachable()),
      (context) => {
        context.machines.reset([], 'live');
        return Promise.resolve(first.session);
      },
    ]);
    supervisor.connect();
    await clock.advance(0);
    expect(seen.at(-1)).toMatchObject({ phase: 'waiting', retryAt: clock.now() + 1_000 });
    await clock.advance(1_000);
    expect(seen.at(-1)).toMatchObject({ phase: 'waiting', retryAt: clock.now() + 2_000 });
    await clock.advance(2_000);
    expect(seen.at(-1)).toMatchObject({ phase: 'online', error: null, info });
    expect(supervisor.machines.freshness).toBe('live');

    await clock.advance(60_000);
    first.lose(new AppError('CONNECTION_LOST', { retryable: true }));
    await clock.advance(0);
    expect(seen.at(-1)).toMatchObject({
      phase: 'waiting',
      error: { code: 'CONNECTION_LOST' },
      retryAt: clock.now() + 1_000,
    });
    expect(supervisor.machines.freshness).toBe('stale');
    expect(() => supervisor.session).toThrow(expect.objectContaining({ code: 'DISCONNECTED' }));
    await supervisor.disconnect();
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not retry what only the person can mend, until asked', async () => {
    const { clock, seen, contexts, supervisor } = setUp([
      () => Promise.reject(new AppError('SSH_AUTH_FAILED')),
      () => Promise.resolve(session().session),
    ]);
    supervisor.connect();
    await clock.advance(3_600_000);
    expect(seen.at(-1)).toMatchObject({ phase: 'failed', error: { code: 'SSH_AUTH_FAILED' } });
    expect(contexts).toHaveLength(1);
    supervisor.connect();
    await clock.advance(0);
    expect(seen.at(-1)?.phase).toBe('online');
    await supervisor.disconnect();
  });

  it('backs off up to a minute, and from the start again after a connection that held', async () => {
    const held = session();
    const { clock, seen, supervisor } = setUp([
      ...Array.from({ length: 9 }, () => () => Promise.reject(unreachable())),
      () => Promise.resolve(held.session),
    ]);
    const waits: number[] = [];
    supervisor.connect();
    for (let attempt = 0; attempt < 9; attempt++) {
      await clock.advance(0);
      const waitMs = (seen.at(-1)?.retryAt ?? 0) - clock.now();
      waits.push(waitMs);
      await clock.advance(waitMs);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    await clock.advance(5_000);
    held.lose(new AppError('CONNECTION_LOST', { retryable: true }));
    await clock.advance(0);
    // It held for five seconds only: no reason to hurry yet.
    expect((seen.at(-1)?.retryAt ?? 0) - clock.now()).toBe(60_000);
    await supervisor.disconnect();
  });

  it('keeps the cached rows as cached until the first live list, and shows the reason meanwhile', async () => {
    const { clock, seen, supervisor } = setUp([
      () => Promise.reject(unreachable()),
      (context) => {
        context.machines.reset([], 'live');
        return Promise.resolve(session().session);
      },
    ]);
    supervisor.machines.reset([], 'cached');
    supervisor.connect();
    await clock.advance(0);
    expect([supervisor.machines.freshness, seen.at(-1)?.error?.code]).toEqual(['cached', 'HOST_UNREACHABLE']);
    await clock.advance(1_000);
    expect([supervisor.machines.freshness, seen.at(-1)?.error]).toEqual(['live', null]);
    await supervisor.disconnect();
  });

  it('closes everything an attempt opened, also where closing fails', async () => {
    const closed: string[] = [];
    const { clock, seen, supervisor } = setUp([
      ({ scope }) => {
        scope.defer(() => void closed.push('socket'));
        scope.defer(() => Promise.reject(new Error('stuck')));
        return Promise.reject(unreachable());
      },
    ]);
    supervisor.connect();
    await clock.advance(0);
    expect(closed).toEqual(['socket']);
    expect(seen.at(-1)).toMatchObject({ phase: 'waiting', error: { code: 'HOST_UNREACHABLE' } });
    await supervisor.disconnect();
  });

  it('tells what is being tried, of the attempt that runs now only', async () => {
    const late: ((step: string) => void)[] = [];
    const { clock, seen, supervisor } = setUp([
      ({ onStep }) => {
        late.push(onStep);
        onStep('login');
        return Promise.reject(unreachable());
      },
      () => new Promise(() => undefined),
    ]);
    supervisor.connect();
    await clock.advance(0);
    expect(seen.map(({ phase, step }) => [phase, step])).toEqual([
      ['connecting', null],
      ['connecting', 'login'],
      ['waiting', null],
    ]);
    await clock.advance(1_000);
    late[0]?.('list');
    expect(seen.at(-1)).toMatchObject({ phase: 'connecting', step: null });
    await supervisor.disconnect();
  });

  it('tests the endpoints of a cloud that cannot be connected, and cleans up after itself', async () => {
    const contexts: ConnectContext[] = [];
    const { clock, seen, supervisor } = setUp([], (context) => {
      contexts.push(context);
      context.onStep('login');
      return Promise.resolve([]);
    });
    supervisor.connect();
    await clock.advance(0);
    expect(await supervisor.checkEndpoints(new AbortController().signal)).toEqual([]);
    expect(contexts[0]?.scope.isClosed).toBe(true);
    expect(seen.at(-1)).toMatchObject({ phase: 'waiting', step: null });
    await supervisor.disconnect();
  });

  it('gives a test of endpoints up when the asker does; a host has none', async () => {
    const contexts: ConnectContext[] = [];
    const cloud = setUp([], (context) => {
      contexts.push(context);
      return new Promise(() => undefined);
    });
    const asker = new AbortController();
    const checking = cloud.supervisor.checkEndpoints(asker.signal);
    asker.abort();
    await expect(checking).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(contexts[0]?.scope.isClosed).toBe(true);
    const host = setUp([]);
    await expect(host.supervisor.checkEndpoints(asker.signal)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('tries at once when asked while it waits', async () => {
    const { clock, contexts, supervisor } = setUp([]);
    supervisor.connect();
    await clock.advance(0);
    supervisor.connect();
    await clock.advance(0);
    expect(contexts).toHaveLength(2);
    await supervisor.disconnect();
    expect(clock.pendingTimers).toBe(0);
  });

  it('disconnecting ends a hanging attempt and closes its scope', async () => {
    const { clock, contexts, seen, supervisor } = setUp([() => new Promise(() => undefined)]);
    supervisor.connect();
    await clock.advance(0);
    await supervisor.disconnect();
    expect(contexts[0]?.scope.isClosed).toBe(true);
    expect(seen.at(-1)).toMatchObject({ phase: 'off', error: null });
    await clock.advance(60_000);
    expect(contexts).toHaveLength(1);
  });

  it('an update connects anew with the new target', async () => {
    const { clock, contexts, supervisor } = setUp([() => Promise.resolve(session().session)]);
    supervisor.connect();
    await clock.advance(0);
    await supervisor.update({
      ...config,
      target: { kind: 'libvirt', uri: 'test:///b', proxyJump: '', sshAuth: 'auto' },
    });
    await clock.advance(0);
    expect(contexts.map((context) => (context.target.kind === 'libvirt' ? context.target.uri : ''))).toEqual([
      'test:///default',
      'test:///b',
    ]);
    await supervisor.disconnect();
  });
});
