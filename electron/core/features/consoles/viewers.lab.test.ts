import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineGuest, virsh, type SpecGuest } from '../../../../e2e/fixtures/virsh.ts';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { LibvirtLab, rowWith, type Opened } from '../connections/fixtures/lab-libvirt.ts';

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: screens for other programs (${reason})`);

const SPICE = `<graphics type='spice' autoport='yes' passwd='for-viewers'><listen type='address' address='127.0.0.1'/></graphics>`;

describe.skipIf(reason !== null)('screens for other programs', () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  const task = { signal, progress: () => undefined };
  let guest: SpecGuest;
  let opened: Opened;

  beforeAll(async () => {
    guest = await defineGuest('hk-viewers', 0xae);
    const file = join(guest.dataDir, 'spice.xml');
    const xml = await virsh('dumpxml', guest.uuid);
    await writeFile(file, xml.replace(/<graphics[\s\S]*?<\/graphics>/, SPICE));
    await virsh('define', file);
    opened = await lab.connect('qemu:///system');
  });
  afterAll(async () => {
    await lab.close();
    await guest.remove();
  });

  const start = async (): Promise<void> => {
    await virsh('start', guest.uuid);
    await rowWith(opened.machines, guest.uuid, (row) => row?.state === 'running', 10_000);
  };
  const stop = async (): Promise<void> => {
    await virsh('destroy', guest.uuid);
    await rowWith(opened.machines, guest.uuid, (row) => row?.state === 'stopped', 10_000);
  };

  it('tells the way to SPICE, to which VNC is added for the next start', async () => {
    const { viewers, machines, hardware } = opened.session;
    if (viewers === undefined || hardware === undefined) throw new Error('the connection lacks a part');
    await expect(viewers.screens(guest.uuid, signal)).rejects.toMatchObject({ params: { reason: 'off' } });
    await start();
    const port: unknown = expect.any(Number);
    const spice = { type: 'spice', host: '127.0.0.1', port, tunnel: null, password: 'for-viewers' };
    expect(await viewers.screens(guest.uuid, signal)).toMatchObject([spice]);
    await expect(machines.openConsole(guest.uuid, signal)).rejects.toMatchObject({ params: { reason: 'spiceOnly' } });

    const device = { kind: 'graphics', type: 'vnc', listen: '127.0.0.1', password: '' } as const;
    await hardware.change(guest.uuid, { what: 'addDevice', device }, 'next', task);
    expect(await viewers.screens(guest.uuid, signal)).toHaveLength(1);
    await stop();
    await start();
    const vnc = { type: 'vnc', host: '127.0.0.1', port, password: null };
    const screens = await viewers.screens(guest.uuid, signal);
    expect(screens).toHaveLength(2);
    expect(screens).toMatchObject(
      expect.arrayContaining([expect.objectContaining(spice), expect.objectContaining(vnc)]),
    );
    const { stream } = await machines.openConsole(guest.uuid, signal);
    stream.destroy();
  });

  it('says that a VNC server that listens nowhere cannot be reached, and makes it listen', async () => {
    const { viewers, machines, hardware } = opened.session;
    if (viewers === undefined || hardware === undefined) throw new Error('the connection lacks a part');
    await stop();
    const file = join(guest.dataDir, 'none.xml');
    const xml = (await virsh('dumpxml', guest.uuid)).replaceAll(/<graphics[\s\S]*?<\/graphics>/g, '');
    await writeFile(file, xml.replace('</devices>', `<graphics type='vnc'><listen type='none'/></graphics></devices>`));
    await virsh('define', file);
    await start();
    await expect(machines.openConsole(guest.uuid, signal)).rejects.toMatchObject({ params: { reason: 'listenNone' } });
    await expect(viewers.screens(guest.uuid, signal)).rejects.toMatchObject({ params: { reason: 'listenNone' } });
    const change = { what: 'editGraphics', key: 'graphics:vnc:0', listen: '127.0.0.1', password: null } as const;
    await hardware.change(guest.uuid, change, 'next', task);
    await stop();
    await start();
    const { stream } = await machines.openConsole(guest.uuid, signal);
    stream.destroy();
  });
});
