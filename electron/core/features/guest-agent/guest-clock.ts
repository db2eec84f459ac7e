import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { delay } from '../../kernel/timing.ts';
import type { GuestAgentBackend } from './ports.ts';

/** A guest that goes on from a saved state opens its channel again within moments. */
const WAIT_MS = 60_000;
const PERIOD_MS = 2_000;
/** Whoever resumes more machines at once has most guests set their clocks by themselves. */
const MAX_FOLLOWED = 500;

interface GuestClockDeps {
  /** Nowhere for a cloud. Throws NOT_FOUND, and DISCONNECTED while not online. */
  source: (connectionId: string) => GuestAgentBackend | undefined;
  /** Whether the person wants it. */
  isWanted: () => boolean;
  clock: Clock;
  log: Logger;
}

/** What became of a guest's clock. */
export type ClockOutcome = 'set' | 'unwanted' | 'noAgent' | 'failed';

/**
 * Sets the clocks of guests that stood still, as virt-manager does: after a machine was resumed, or went on from its saved
 * state, its clock is late by that time. Where the agent answers within a minute, it is set by the machine's own clock
 * (DOMAIN_SET_TIME). Nobody waits for it, and nobody is told where it cannot be.
 */
export class GuestClock {
  readonly #deps: GuestClockDeps;
  readonly #followed = new Set<string>();

  constructor(deps: GuestClockDeps) {
    this.#deps = deps;
  }

  /** Never rejects. */
  async follow({ connectionId, id }: MachineRef): Promise<ClockOutcome> {
    const { isWanted, log } = this.#deps;
    const key = `${connectionId}/${id}`;
    if (!isWanted() || this.#followed.has(key) || this.#followed.size >= MAX_FOLLOWED) return 'unwanted';
    this.#followed.add(key);
    try {
      return await this.#set(connectionId, id);
    } catch (error) {
      log.debug('the clock of a guest was not set', { connectionId, machineId: id, error });
      return 'failed';
    } finally {
      this.#followed.delete(key);
    }
  }

  async #set(connectionId: string, id: string): Promise<ClockOutcome> {
    const { source, clock } = this.#deps;
    const { signal } = new AbortController();
    const end = clock.now() + WAIT_MS;
    for (;;) {
      const backend = source(connectionId);
      const state = await backend?.state(id, signal);
      if (backend !== undefined && state === 'connected') {
        await backend.syncTime(id, { signal, progress: () => undefined });
        return 'set';
      }
      if (state !== 'silent' || clock.now() >= end) return 'noAgent';
      await delay(clock, PERIOD_MS);
    }
  }
}
