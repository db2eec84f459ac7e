import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineGuest, virsh, type SpecGuest } from '../../../../e2e/fixtures/virsh.ts';
import { readLab } from '../../../../e2e/lab/lab.ts';
import type { ChangeWhen } from '../../../../shared/contract/hardware.ts';
import { LibvirtLab, rowWith } from '../connections/fixtures/lab-libvirt.ts';
import type { DeviceDocumentBackend } from './ports.ts';

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: the XML of one device (${reason})`);

describe.skipIf(reason !== null)('the XML of one device', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  let guest: SpecGuest;
  let devices: DeviceDocumentBackend;
  let nic: string;

  const read = async (key: string): Promise<string> => (await devices.read({ id: guest.uuid, key }, signal)).text;
  const save = (key: string, base: string, text: string, when: ChangeWhen): Promise<void> =>
    devices.save({ id: guest.uuid, key, base, text, when }, signal);
  const dump = (...flags: string[]): Promise<string> => virsh('dumpxml', '--security-info', ...flags, guest.uuid);

  beforeAll(async () => {
    guest = await defineGuest('hx-device-xml', 0xaa);
    nic = `interface:${guest.mac}`;
    const opened = await lab.connect('qemu:///system');
    if (opened.session.deviceDocuments === undefined) throw new Error('the connection has no devices');
    devices = opened.session.deviceDocuments;
    await rowWith(opened.machines, guest.uuid, (row) => row?.persistent === true, 10_000);
  });
  afterAll(async () => {
    await lab.close();
    await guest.remove();
  });

  it('is saved for the next start, with a password, and nothing else is another', async () => {
    const before = await dump('--inactive');
    const base = await read('graphics:vnc:0');
    await save('graphics:vnc:0', base, base.replace("type='vnc'", "type='vnc' passwd='hidden'"), 'next');
    const after = await dump('--inactive');
    expect(after.replace(" passwd='hidden'", '')).toBe(before);
    expect(await read('graphics:vnc:0')).toContain("passwd='hidden'");
  });

  it('is not written over what somebody else has changed, as another kind of device, or as no XML', async () => {
    const base = await read(nic);
    for (const [text, refusal] of [
      ['<disk/>', 'otherKind'],
      ['<interface>', 'notXml'],
    ] as const) {
      await expect(save(nic, base, text, 'next')).rejects.toMatchObject({ params: { reason: refusal } });
    }
    await expect(save(nic, base, base, 'both')).rejects.toMatchObject({ params: { reason: 'notRunning' } });
    await expect(save(nic, `${base} `, base, 'next')).rejects.toMatchObject({ params: { reason: 'changedMeanwhile' } });
    await expect(read('disk:vdz')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it("tells libvirt's lines as those of the device", async () => {
    const base = await read(nic);
    // The parser here takes what libvirt's does not: a character that XML has none of.
    const odd = base.replace('\n', '\n  <link state="&#1;"/>\n');
    const refused = expect.stringMatching(/\(domain_definition\):2:/) as string;
    await expect(save(nic, base, odd, 'next')).rejects.toMatchObject({ detail: refused });
    await expect(save(nic, base, base.replace('\n', '\n  <typo/>\n'), 'next')).rejects.toMatchObject({
      detail: expect.stringContaining('validate') as string,
      source: { procedure: 'DOMAIN_DEFINE_XML_FLAGS' },
    });
  });

  it('changes what runs and the definition, or says that it is half done', async () => {
    await virsh('start', guest.uuid);
    const base = await read(nic);
    const down = base.replace('</interface>', "  <link state='down'/>\n</interface>");
    await save(nic, base, down, 'both');
    expect(await dump('--inactive')).toContain("<link state='down'/>");
    expect(await dump()).toContain("<link state='down'/>");
    const now = await read(nic);
    await expect(
      save(nic, now, now.replace(/<model type='[^']+'/, "<model type='e1000'"), 'both'),
    ).rejects.toMatchObject({ code: 'HALF_DONE' });
    expect(await dump('--inactive')).toContain("<model type='e1000'/>");
  });
});
