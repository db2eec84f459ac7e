import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { defineGuest, virsh, type SpecGuest } from '../../../../e2e/fixtures/virsh.ts';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { systemClock } from '../../kernel/clock.ts';
import { LibvirtLab, rowWith, type Opened } from '../connections/fixtures/lab-libvirt.ts';
import { ScreensService } from './screens-service.ts';

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: screens of a domain (${reason})`);

describe.skipIf(reason !== null)('the screen of a domain', { timeout: 120_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  let guest: SpecGuest;
  let opened: Opened;
  let screens: ScreensService;

  beforeAll(async () => {
    guest = await defineGuest('extras-screen', 0xdb);
    opened = await lab.connect('qemu:///system');
    screens = new ScreensService(() => opened.session.screens, systemClock);
  });
  afterAll(async () => {
    await lab.close();
    await guest.remove();
  });
  const capture = () => screens.capture({ connectionId: 'lab', id: guest.uuid }, signal);

  it('is refused with the reason while the domain is off', async () => {
    await expect(capture()).rejects.toMatchObject({ code: 'CONFLICT', params: { reason: 'notRunning' } });
  });

  it('is a PNG of what the guest shows, taken once for all who ask at the same time', async () => {
    await virsh('start', guest.uuid);
    await rowWith(opened.machines, guest.uuid, (row) => row?.state === 'running', 5_000);
    const backend = opened.session.screens;
    if (backend === undefined) throw new Error('the connection has no screens');
    const taken = vi.spyOn(backend, 'capture');
    const [one, other] = await Promise.all([capture(), capture()]);
    expect(taken).toHaveBeenCalledOnce();
    expect(other).toBe(one);
    expect(one.widthPx).toBeGreaterThanOrEqual(640);
    expect(one.heightPx).toBeGreaterThanOrEqual(400);
    expect(Buffer.from(one.png, 'base64').subarray(1, 4).toString()).toBe('PNG');
  });
});
