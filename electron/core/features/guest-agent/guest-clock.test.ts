import { describe, expect, it } from 'vitest';
import type { AgentState } from '../../../../shared/contract/guest-agent.ts';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { GuestClock } from './guest-clock.ts';
import type { GuestAgentBackend } from './ports.ts';

const ref = { connectionId: 'c', id: 'm' };

function setUp(states: (AgentState | Error)[], { isWanted = true, refuses = false } = {}) {
  const clock = new FakeClock();
  const set: string[] = [];
  const backend: Pick<GuestAgentBackend, 'state' | 'syncTime'> = {
    state: () => {
      const next = states.length > 1 ? states.shift() : states[0];
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next ?? 'noChannel');
    },
    syncTime: (id) => {
      if (refuses) return Promise.reject(new AppError('LIBVIRT_ERROR', { detail: 'no hwclock' }));
      set.push(id);
      return Promise.resolve();
    },
  };
  const guestClock = new GuestClock({
    source: (id) => (id === 'cloud' ? undefined : (backend as GuestAgentBackend)),
    isWanted: () => isWanted,
    clock,
    log: silentLogger,
  });
  return { clock, set, guestClock };
}

describe('GuestClock', () => {
  it('waits for the agent, once for each machine', async () => {
    const { clock, set, guestClock } = setUp(['silent', 'silent', 'connected']);
    const followed = guestClock.follow(ref);
    expect(await guestClock.follow(ref)).toBe('unwanted');
    await clock.advance(2_000);
    expect(set).toEqual([]);
    await clock.advance(2_000);
    expect(await followed).toBe('set');
    expect(set).toEqual(['m']);
  });

  it.each([
    ['the agent stays silent', ['silent'], {}, 'noAgent'],
    ['there is no channel', ['noChannel'], {}, 'noAgent'],
    ['the machine is off again', ['silent', 'notRunning'], {}, 'noAgent'],
    ['the connection is lost', [new AppError('DISCONNECTED')], {}, 'failed'],
    ['the guest cannot', ['connected'], { refuses: true }, 'failed'],
    ['it is not wanted', ['connected'], { isWanted: false }, 'unwanted'],
  ] as const)('leaves it where %s', async (_why, states, options, outcome) => {
    const { clock, set, guestClock } = setUp([...states], options);
    const followed = guestClock.follow(ref);
    await clock.advance(70_000);
    expect(await followed).toBe(outcome);
    expect(set).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('asks nobody in a cloud', async () => {
    expect(await setUp(['connected']).guestClock.follow({ ...ref, connectionId: 'cloud' })).toBe('noAgent');
  });
});
