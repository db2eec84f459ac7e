import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../../e2e/lab/lab.ts';
import { guestXml, type Guest } from '../../../../../e2e/lab/libvirt/guests.ts';
import { labCache, libvirtDir } from '../../../../../e2e/lab/paths.ts';
import { startSshd, whyNoSshd, type Sshd } from '../../../../../e2e/lab/sshd.ts';
import type { Machine, UsageSample } from '../../../../../shared/contract/machines.ts';
import type { MachineAction } from '../../../../../shared/model/machine-actions.ts';
import { LibvirtLab, rowWith, runToEnd, type Opened } from '../../connections/fixtures/lab-libvirt.ts';

const run = promisify(execFile);
const virsh = (...args: string[]): Promise<unknown> => run('virsh', ['-q', '-c', 'qemu:///system', ...args]);

/** A guest of this test alone, so that nobody else's work is disturbed. */
const guest: Guest = {
  name: `it's a "driver" & <script>alert(1)<b> 😀 $(touch x);\`id\` | %s ${process.pid}`,
  slug: `lab-driver-${process.pid}`,
  uuid: `1ab00000-0000-4000-8000-${process.pid.toString(16).padStart(12, '0')}`,
  mac: `52:54:00:1a:${((process.pid >> 8) & 0xff).toString(16).padStart(2, '0')}:${(process.pid & 0xff).toString(16).padStart(2, '0')}`,
  description: 'Made and removed by a test: <img src=x onerror=alert(1)>.',
};
const disk = join(libvirtDir, `${guest.slug}.img`);
const id = guest.uuid;
/** An emulated guest on a busy machine takes its time. */
const BOOT_TIMEOUT_MS = 180_000;

const reason =
  readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : whyNoSshd('key');
if (reason !== null) console.log(`skipped: actions on a real guest (${reason})`);

describe.skipIf(reason !== null)('a real guest, over SSH', { timeout: BOOT_TIMEOUT_MS + 60_000 }, () => {
  const lab = new LibvirtLab();
  let sshd: Sshd;
  let opened: Opened;

  const act = (action: MachineAction): Promise<string[]> => runToEnd(opened.session.machines, action, id);
  const row = (): Machine | undefined => opened.machines.items.get(id);

  beforeAll(async () => {
    await writeFile(disk, '');
    await truncate(disk, 16 * 1024 * 1024);
    const xmlFile = join(libvirtDir, `${guest.slug}.xml`);
    await writeFile(xmlFile, guestXml(guest, { dataDir: libvirtDir, kernelDir: join(labCache, 'guest') }));
    await virsh('define', xmlFile);
    sshd = await startSshd({ mode: 'key' });
    const knownHosts = join(sshd.dir, 'known');
    await writeFile(knownHosts, `${sshd.knownHostsLine()}\n`);
    const query = `keyfile=${sshd.clientKeys.ed25519}&known_hosts=${knownHosts}`;
    const host = `${encodeURIComponent(sshd.user)}@${sshd.address}:${sshd.port}`;
    opened = await lab.connect(`qemu+ssh://${host}/system?${query}`);
  });

  afterAll(async () => {
    await lab.close();
    await sshd.stop();
    // What a failed test has left; a test that went well has nothing left to remove.
    const cleanups = [virsh('destroy', id), virsh('undefine', id, '--managed-save')];
    await Promise.allSettled(cleanups);
    for (const suffix of ['img', 'xml', 'console.log']) {
      await rm(join(libvirtDir, `${guest.slug}.${suffix}`), { force: true });
    }
  });

  /** Reads the serial console until the guest's shell is there. */
  async function booted(): Promise<string> {
    const leave = new AbortController();
    let text = '';
    const signal = AbortSignal.any([leave.signal, AbortSignal.timeout(BOOT_TIMEOUT_MS)]);
    for await (const chunk of opened.session.machines.watchConsoleLog(id, signal)) {
      text = chunk.mode === 'replace' ? chunk.text : text + chunk.text;
      if (/alive for|[~/] # /.test(text)) leave.abort();
    }
    expect(text).toMatch(/alive for|[~/] # /);
    return text;
  }

  it('is listed by its name, whatever is in it', () => {
    expect(row()).toMatchObject({ name: guest.name, state: 'stopped', persistent: true, ownedByNova: false });
    expect(row()).toMatchObject({ vcpus: 1, memoryBytes: 96 * 1024 * 1024, cpuPercent: null });
  });

  it('has no console while it is off', async () => {
    const { signal } = new AbortController();
    await expect(opened.session.machines.openConsole(id, signal)).rejects.toMatchObject({
      code: 'NO_CONSOLE',
      params: { machine: guest.name, reason: 'off' },
    });
  });

  it('starts, and tells of it on its serial console', async () => {
    expect(await act('start')).toEqual(['request', 'started']);
    expect(row()?.state).toBe('running');
    expect(await booted()).not.toBe('');
  });

  it('shows its screen: VNC speaks RFB through SSH', async () => {
    const { signal } = new AbortController();
    const { stream, password } = await opened.session.machines.openConsole(id, signal);
    expect(password).toBeNull();
    expect(String((await once(stream, 'data'))[0])).toBe('RFB 003.008\n');
    stream.destroy();
  });

  it('tells its facts, its XML and the address of its lease', async () => {
    const { signal } = new AbortController();
    const details = await opened.session.machines.details(id, signal);
    expect(details.document).toMatchObject({ language: 'xml' });
    expect(details.document.text).toContain(`<uuid>${id}</uuid>`);
    expect(details.facts).toContainEqual({ key: 'description', value: guest.description });
    expect(details.hasUsage).toBe(true);
    await expect
      .poll(async () => (await opened.session.machines.details(id, signal)).addresses, { timeout: BOOT_TIMEOUT_MS })
      .toContainEqual(expect.objectContaining({ mac: guest.mac, network: 'default', source: 'lease' }));
  });

  it('shows its address in the row once it is looked at', async () => {
    opened.session.machines.look?.([id]);
    await rowWith(opened.machines, id, (found) => (found?.addresses.length ?? 0) > 0, 45_000);
    expect(row()?.addresses[0]).toMatch(/^192\.168\.122\.\d+$/);
  });

  it('has live figures', async () => {
    const leave = new AbortController();
    const samples: UsageSample[] = [];
    for await (const sample of opened.session.machines.watchUsage(id, leave.signal)) {
      samples.push(sample);
      if (samples.length === 4) leave.abort();
    }
    const last = samples[3];
    expect(last?.cpuPercent).toBeGreaterThanOrEqual(0);
    expect(last?.memoryTotalBytes).toBeGreaterThan(32 * 1024 * 1024);
    expect(last?.memoryUsedBytes).toBeGreaterThan(0);
    expect(last?.diskReadBytesPerSecond).toBeGreaterThanOrEqual(0);
    expect(last?.netReceiveBytesPerSecond).toBeGreaterThanOrEqual(0);
    await rowWith(opened.machines, id, (found) => typeof found?.cpuPercent === 'number', 10_000);
  });

  it('pauses and resumes', async () => {
    expect(await act('pause')).toEqual(['request', 'paused']);
    expect(row()?.state).toBe('paused');
    expect(await act('resume')).toEqual(['request', 'running']);
    expect(row()?.state).toBe('running');
  });

  it('reboots, and says so when it did', async () => {
    expect(await act('reboot')).toEqual(['request', 'guestReboot']);
    expect(row()?.state).toBe('running');
    await booted();
  });

  it('is reset', async () => {
    await act('reset');
    expect(row()?.state).toBe('running');
    await booted();
  });

  it('shuts down, and is followed until it is off', async () => {
    expect(await act('shutdown')).toEqual(['request', 'guestShutdown']);
    expect(row()).toMatchObject({ state: 'stopped', cpuPercent: null, addresses: [] });
  });

  it('starts with the host, or does not', async () => {
    await act('enableAutostart');
    expect(row()?.autostart).toBe(true);
    await act('disableAutostart');
    expect(row()?.autostart).toBe(false);
  });

  it('is forced off', async () => {
    await act('start');
    expect(await act('forceOff')).toEqual(['request', 'stopped']);
    expect(row()?.state).toBe('stopped');
  });

  it('is saved, and goes on where it was', async () => {
    await act('start');
    await booted();
    expect(await act('save')).toEqual(['request', 'saving', 'saving']);
    await rowWith(opened.machines, id, (found) => found?.hasManagedSave === true, 2_000);
    expect(row()?.state).toBe('stopped');
    await act('start');
    await rowWith(opened.machines, id, (found) => found?.hasManagedSave === false, 2_000);
    expect(row()?.state).toBe('running');
    await act('save');
    await rowWith(opened.machines, id, (found) => found?.hasManagedSave === true, 2_000);
    await act('discardSave');
    expect(row()?.hasManagedSave).toBe(false);
  });

  it('gets an interrupt that it cannot mask', async () => {
    await act('start');
    await act('sendNmi');
    expect(row()?.state).toBe('running');
    await act('forceOff');
  });

  it('says what libvirt says where an action cannot be done', async () => {
    await expect(act('forceOff')).rejects.toMatchObject({
      code: 'CONFLICT',
      source: { kind: 'libvirt', code: 55, procedure: 'DOMAIN_DESTROY_FLAGS' },
    });
  });

  it('shows that virsh has saved it', async () => {
    await act('start');
    await virsh('managedsave', id);
    await rowWith(opened.machines, id, (found) => found?.state === 'stopped' && found.hasManagedSave, 2_000);
    await virsh('managedsave-remove', id);
  });

  it('is gone when somebody else has removed it', async () => {
    const before = row();
    expect(before).toBeDefined();
    await virsh('undefine', id);
    await rowWith(opened.machines, id, (found) => found === undefined, 2_000);
    // As if the event had not come yet.
    if (before !== undefined) opened.machines.patch([before]);
    await expect(act('start')).rejects.toMatchObject({ code: 'MACHINE_GONE', params: { machine: guest.name } });
  });

  it('is deleted while it runs, and its disk is kept', async () => {
    await virsh('define', join(libvirtDir, `${guest.slug}.xml`));
    await rowWith(opened.machines, id, (found) => found !== undefined, 2_000);
    await act('start');
    expect(await act('delete')).toEqual(['request', 'removing']);
    expect(row()).toBeUndefined();
    await expect(virsh('dominfo', id)).rejects.toThrow('failed to get domain');
    expect(existsSync(disk)).toBe(true);
  });
});
