import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { defineGuest, virsh, type SpecGuest } from '../../../../e2e/fixtures/virsh.ts';
import { readLab } from '../../../../e2e/lab/lab.ts';
import type { TimelineEvent } from '../../../../shared/contract/timeline.ts';
import { LibvirtLab, type Opened } from '../connections/fixtures/lab-libvirt.ts';

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: timeline of a domain (${reason})`);

describe.skipIf(reason !== null)('the timeline of a domain', { timeout: 120_000 }, () => {
  const lab = new LibvirtLab();
  const events: TimelineEvent[] = [];
  let guest: SpecGuest;
  let opened: Opened;

  beforeAll(async () => {
    guest = await defineGuest('extras-timeline', 0xdd);
    opened = await lab.connect('qemu:///system', {
      record: (_connectionId, machineId, event) => {
        if (machineId === guest.uuid) events.push(event);
      },
    });
  });
  afterAll(async () => {
    await lab.close();
    await guest.remove();
  });

  /** Waits for events with these words, in this order among others. */
  const heard = (...wanted: string[]): Promise<void> =>
    vi.waitFor(
      () => {
        const words = events.map(({ kind, reason: why }) => `${kind} ${why ?? ''}`.trim());
        let from = 0;
        for (const each of wanted) {
          const at = words.indexOf(each, from);
          expect(at, `${each} in ${words.join(', ')}`).toBeGreaterThanOrEqual(0);
          from = at + 1;
        }
      },
      { timeout: 30_000, interval: 50 },
    );

  it('hears of starts, pauses, memory, devices, jobs and power cuts, with their reasons', async () => {
    await virsh('start', guest.uuid);
    await virsh('suspend', guest.uuid);
    await virsh('resume', guest.uuid);
    await heard('started booted', 'suspended paused', 'resumed unpaused');
    await virsh('managedsave', guest.uuid);
    await heard('job save.completed', 'stopped saved');
    await virsh('start', guest.uuid);
    await heard('started restored');
    await virsh('destroy', guest.uuid);
    await heard('stopped destroyed');
  });

  it('reads what libvirt remarks about the domain', async () => {
    const { signal } = new AbortController();
    const timeline = opened.session.timeline;
    if (timeline === undefined) throw new Error('the connection has no timeline');
    const said = await virsh('dominfo', guest.uuid);
    const messages = await timeline.messages(guest.uuid, signal);
    expect(messages.length > 0).toBe(said.includes('Messages:'));
    for (const message of messages) expect(said).toContain(message);
    await expect(timeline.messages('e2e00000-0000-4000-8000-00000000dead', signal)).rejects.toMatchObject({
      code: 'MACHINE_GONE',
    });
  });
});
