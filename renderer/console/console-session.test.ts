import type { RfbCredentials, RfbEvents } from '@novnc/novnc';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AppErrorData } from '../../shared/contract/errors.ts';
import { ConsoleSession, type ConsoleDeps, type RfbClient } from './console-session.ts';

type Listener = (event: CustomEvent) => void;

/** Stands in for noVNC's RFB: the test plays the server. */
class FakeRfb implements RfbClient {
  readonly credentials: RfbCredentials;
  readonly listeners = new Map<string, Listener[]>();
  sent: RfbCredentials[] = [];
  disconnected = false;

  constructor(credentials: RfbCredentials) {
    this.credentials = credentials;
  }

  addEventListener: RfbClient['addEventListener'] = (type: string, listener: unknown) => {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener as Listener]);
  };

  sendCredentials(credentials: RfbCredentials): void {
    this.sent.push(credentials);
  }

  disconnect(): void {
    this.disconnected = true;
    this.emit('disconnect', { clean: true });
  }

  emit<K extends keyof RfbEvents>(type: K, detail: RfbEvents[K]): void {
    for (const listener of this.listeners.get(type) ?? []) listener(new CustomEvent(type, { detail }));
  }
}

const fail = (code: AppErrorData['code'], retryable: boolean): AppErrorData => ({
  code,
  params: {},
  retryable,
  detail: '',
  source: null,
  correlationId: null,
});

describe('ConsoleSession', () => {
  let clients: FakeRfb[];
  let timers: { at: number; callback: () => void }[];
  let now: number;
  let answer: AppErrorData | { ticket: string; password: string | null };
  let end: AppErrorData | null;
  let closedChannels: number;
  let session: ConsoleSession<FakeRfb, string>;

  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  const advance = async (ms: number): Promise<void> => {
    now += ms;
    const due = timers.filter((timer) => timer.at <= now);
    timers = timers.filter((timer) => timer.at > now);
    for (const timer of due) timer.callback();
    await settle();
  };
  const last = (): FakeRfb => clients.at(-1)!;

  beforeEach(() => {
    clients = [];
    timers = [];
    now = 1_000_000;
    closedChannels = 0;
    end = null;
    answer = { ticket: 't', password: null };
    const deps: ConsoleDeps<FakeRfb, string> = {
      open: () => ('code' in answer ? Promise.reject(new Error(JSON.stringify(answer))) : Promise.resolve(answer)),
      connect: (ticket) => Promise.resolve(ticket),
      createClient: (_channel, credentials) => {
        clients.push(new FakeRfb(credentials));
        return last();
      },
      closeChannel: () => (closedChannels += 1),
      endOf: () => end,
      toError: (thrown) => JSON.parse((thrown as Error).message) as AppErrorData,
      setTimer: (ms, callback) => {
        const timer = { at: now + ms, callback };
        timers.push(timer);
        return () => (timers = timers.filter((other) => other !== timer));
      },
      now: () => now,
    };
    session = new ConsoleSession(deps);
  });

  const connected = async (): Promise<void> => {
    session.setSurroundings(true, true);
    await settle();
    last().emit('connect', {});
  };

  it('connects as soon as the machine runs', async () => {
    session.setSurroundings(false, true);
    expect(session.state.phase).toBe('off');
    session.setSurroundings(true, true);
    await settle();
    expect(session.state.phase).toBe('connecting');
    last().emit('connect', {});
    expect(session.state.phase).toBe('connected');
    expect(session.client).toBe(last());
  });

  it('comes back by itself after a reboot', async () => {
    await connected();
    last().emit('disconnect', { clean: false });
    expect(session.state).toMatchObject({ phase: 'waiting', retryAt: now + 500 });
    await advance(500);
    expect(clients).toHaveLength(2);
    last().emit('connect', {});
    expect(session.state.phase).toBe('connected');
  });

  it('tells why the core ended the console', async () => {
    await connected();
    end = fail('SSH_FORWARDING_FORBIDDEN', false);
    last().emit('disconnect', { clean: false });
    expect(session.state).toMatchObject({ phase: 'unavailable', error: { code: 'SSH_FORWARDING_FORBIDDEN' } });
  });

  it('waits longer after each failure and stops after a bounded number', async () => {
    answer = fail('CONNECTION_REFUSED', true);
    session.setSurroundings(true, true);
    await settle();
    const delays: number[] = [];
    while (session.state.phase === 'waiting') {
      delays.push(session.state.retryAt - now);
      await advance(session.state.retryAt - now);
    }
    expect(delays.slice(0, 7)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    expect(delays).toHaveLength(23);
    expect(session.state).toMatchObject({ phase: 'disconnected', error: { code: 'CONNECTION_REFUSED' } });
    answer = { ticket: 't', password: null };
    session.connect();
    await settle();
    last().emit('connect', {});
    expect(session.state.phase).toBe('connected');
  });

  it('tells why there is no console and does not retry', async () => {
    answer = fail('NO_CONSOLE', false);
    session.setSurroundings(true, true);
    await settle();
    expect(session.state).toMatchObject({ phase: 'unavailable', error: { code: 'NO_CONSOLE' } });
    expect(timers).toHaveLength(0);
  });

  it('shows the machine as off when it stopped, and connects when it starts again', async () => {
    await connected();
    session.setSurroundings(false, true);
    expect(session.state.phase).toBe('connected');
    last().emit('disconnect', { clean: true });
    expect(session.state.phase).toBe('off');
    session.setSurroundings(true, true);
    await settle();
    expect(session.state.phase).toBe('connecting');
  });

  it('follows the connection down and up', async () => {
    await connected();
    const first = last();
    session.setSurroundings(true, false);
    expect(session.state.phase).toBe('offline');
    expect(first.disconnected).toBe(true);
    session.setSurroundings(true, true);
    await settle();
    expect(clients).toHaveLength(2);
  });

  it('asks for the password, and again when it was refused', async () => {
    session.setSurroundings(true, true);
    await settle();
    last().emit('credentialsrequired', { types: ['password'] });
    expect(session.state).toEqual({ phase: 'password', needs: ['password'], attempt: 1 });
    session.answer({ password: 'wrong' });
    expect(last().sent).toEqual([{ password: 'wrong' }]);
    last().emit('securityfailure', { status: 1, reason: 'Authentication failed' });
    last().emit('disconnect', { clean: false });
    await settle();
    last().emit('credentialsrequired', { types: ['password'] });
    expect(session.state).toEqual({ phase: 'password', needs: ['password'], attempt: 2 });
    session.answer({ password: 'right' });
    last().emit('connect', {});
    last().emit('disconnect', { clean: false });
    await advance(500);
    expect(last().credentials).toEqual({ password: 'right' });
  });

  it('gives the password that the backend told', async () => {
    answer = { ticket: 't', password: 'from-xml' };
    session.setSurroundings(true, true);
    await settle();
    expect(last().credentials).toEqual({ password: 'from-xml' });
  });

  it('stays closed when the person closed it', async () => {
    await connected();
    session.disconnect();
    session.setSurroundings(true, false);
    session.setSurroundings(true, true);
    await settle();
    expect(session.state).toEqual({ phase: 'disconnected', error: null });
    expect(clients).toHaveLength(1);
  });

  it('lets go of everything when closed in the middle of an attempt', async () => {
    session.setSurroundings(true, true);
    await Promise.resolve();
    session.close();
    await settle();
    expect(clients.every((client) => client.disconnected)).toBe(true);
    expect(clients.length + closedChannels).toBeLessThanOrEqual(1);
    expect(timers).toHaveLength(0);
    session.connect();
    await settle();
    expect(session.state.phase).toBe('disconnected');
  });
});
