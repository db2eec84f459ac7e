import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { defineAgentGuest } from '../../../../e2e/fixtures/agent-guest.ts';
import { BOOT_TIMEOUT_MS, virsh, type SpecGuest } from '../../../../e2e/fixtures/virsh.ts';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { LibvirtLab, rowWith, type Opened } from '../connections/fixtures/lab-libvirt.ts';
import { systemClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { GuestClock } from './guest-clock.ts';
import type { GuestAgentBackend } from './ports.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx9qbqv0Jk1vL1m0G1C9M0yqQ2m7n6w8vV5Xw3Tz1aB ann@laptop';
const OTHER = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG9qbqv0Jk1vL1m0G1C9M0yqQ2m7n6w8vV5Xw3Tz1aBc bob@desk';

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: the agent in a guest (${reason})`);

describe.skipIf(reason !== null)('the agent in a guest', { timeout: BOOT_TIMEOUT_MS }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  const steps: string[] = [];
  const task = { signal, progress: (step: string) => void steps.push(step) };
  let guest: SpecGuest;
  let opened: Opened;
  let agent: GuestAgentBackend;

  beforeAll(async () => {
    guest = await defineAgentGuest('extras-agent', 0xdf);
    opened = await lab.connect('qemu:///system');
    if (opened.session.guestAgent === undefined) throw new Error('the connection has no guest agents');
    agent = opened.session.guestAgent;
  });
  afterAll(async () => {
    await lab.close();
    await guest.remove();
  });

  it('is said to be out of reach while the machine is off, and silent while the guest boots', async () => {
    expect(await agent.state(guest.uuid, signal)).toBe('notRunning');
    await virsh('start', guest.uuid);
    await rowWith(opened.machines, guest.uuid, (row) => row?.state === 'running', 5_000);
    expect(await agent.state(guest.uuid, signal)).toBe('silent');
    await expect(agent.info(guest.uuid, signal)).rejects.toMatchObject({ source: { kind: 'libvirt' } });
    await vi.waitFor(async () => expect(await agent.state(guest.uuid, signal)).toBe('connected'), {
      timeout: BOOT_TIMEOUT_MS,
      interval: 500,
    });
  });

  it('tells of the system, its file systems and its cards', async () => {
    const info = await agent.info(guest.uuid, signal);
    expect(info).toMatchObject({
      hostName: 'extras-agent',
      osName: 'Tiny Linux of the lab',
      architecture: 'x86_64',
      utcOffsetSeconds: 0,
    });
    expect(Math.abs(info.clockAheadSeconds ?? Infinity)).toBeLessThan(120);
    expect(info.fileSystems).toEqual([
      {
        mountPoint: '/data',
        device: 'vda',
        type: 'ext4',
        totalBytes: expect.any(Number) as number,
        usedBytes: expect.any(Number) as number,
        disks: ['vda'],
      },
    ]);
  });

  it('runs programs without a shell, and knows what grows with a disk', async () => {
    const path = join(guest.dataDir, `${guest.slug}.img`);
    expect(await agent.growthPlan(guest.uuid, path, signal)).toEqual([
      { mountPoint: '/data', device: 'vda', type: 'ext4', commands: [['resize2fs', '/dev/vda']] },
    ]);
    // The lab's guest has no such program, as many have not.
    const input = { connectionId: 'lab', id: guest.uuid, path, mountPoint: '/data' };
    await expect(agent.grow(guest.uuid, input, () => undefined, task)).rejects.toMatchObject({ code: 'LIBVIRT_ERROR' });
    await expect(
      agent.grow(guest.uuid, { ...input, mountPoint: '/none' }, () => undefined, task),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('trims, sets the clock by the machine, and a password', async () => {
    await agent.trim(guest.uuid, task);
    await agent.syncTime(guest.uuid, task);
    await agent.setPassword(guest.uuid, 'lab', `it's "odd" $(x) 😀`, task);
    await vi.waitFor(async () => expect(await readFile(guest.consoleLog, 'utf8')).toContain('password of lab set'), {
      timeout: 20_000,
      interval: 200,
    });
    await expect(agent.setPassword(guest.uuid, 'nobody-here', 'x', task)).rejects.toMatchObject({
      code: 'LIBVIRT_ERROR',
    });
  });

  it('sets the clock when the machine goes on', async () => {
    await virsh('suspend', guest.uuid);
    await rowWith(opened.machines, guest.uuid, (row) => row?.state === 'paused', 5_000);
    await virsh('resume', guest.uuid);
    await rowWith(opened.machines, guest.uuid, (row) => row?.state === 'running', 5_000);
    const clock = new GuestClock({ source: () => agent, isWanted: () => true, clock: systemClock, log: silentLogger });
    expect(await clock.follow({ connectionId: 'lab', id: guest.uuid })).toBe('set');
  });

  it('adds and removes keys of a user, and leaves those of others', async () => {
    expect(await agent.sshKeys(guest.uuid, 'lab', signal)).toEqual([]);
    await agent.changeSshKeys(guest.uuid, 'lab', { add: [OTHER], remove: [] }, task);
    await agent.changeSshKeys(guest.uuid, 'lab', { add: [KEY], remove: [] }, task);
    expect((await agent.sshKeys(guest.uuid, 'lab', signal)).sort()).toEqual([OTHER, KEY].sort());
    await agent.changeSshKeys(guest.uuid, 'lab', { add: [], remove: [OTHER] }, task);
    expect(await agent.sshKeys(guest.uuid, 'lab', signal)).toEqual([KEY]);
    await expect(agent.sshKeys(guest.uuid, 'nobody-here', signal)).rejects.toMatchObject({ code: 'LIBVIRT_ERROR' });
  });

  it('freezes for the time that was given, and thaws when it is cancelled', async () => {
    const cancelled = new AbortController();
    const frozen = agent.freeze(guest.uuid, 600, {
      signal: cancelled.signal,
      progress: (step) => {
        // A frozen agent refuses to trim: so we know that it is.
        if (step === 'frozen') {
          void agent.trim(guest.uuid, task).then(
            () => cancelled.abort(new Error('it was not frozen')),
            () => cancelled.abort(),
          );
        }
      },
    });
    await expect(frozen).rejects.toMatchObject({
      code: 'CANCELLED',
      message: expect.not.stringContaining('not frozen') as string,
    });
    await agent.trim(guest.uuid, task);
    await agent.freeze(guest.uuid, 1, task);
    await agent.trim(guest.uuid, task);
    await agent.thaw(guest.uuid, task);
  });
});
