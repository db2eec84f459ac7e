import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { defineGuest, virsh, type SpecGuest } from '../../../../e2e/fixtures/virsh.ts';
import { LibvirtLab, rowWith } from '../connections/fixtures/lab-libvirt.ts';
import type { DocumentBackend } from './ports.ts';

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: the document of a domain (${reason})`);

describe.skipIf(reason !== null)('the document of a domain', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  let guest: SpecGuest;
  let documents: DocumentBackend;

  const save = (base: string, text: string): Promise<string> => documents.save(guest.uuid, base, text, signal);

  beforeAll(async () => {
    guest = await defineGuest('lab-document', 0xa8);
    const opened = await lab.connect('qemu:///system');
    if (opened.session.documents === undefined) throw new Error('the connection has no documents');
    documents = opened.session.documents.machine;
    await rowWith(opened.machines, guest.uuid, (row) => row !== undefined, 10_000);
  });
  afterAll(async () => {
    await lab.close();
    await guest.remove();
  });

  it('is saved as it was typed, with passwords and what nobody knows', async () => {
    const base = await documents.read(guest.uuid, signal);
    const text = base
      .replace(
        '<description>',
        "<metadata><mine:note xmlns:mine='urn:mine'>kept</mine:note></metadata>\n  <description>",
      )
      .replace("type='vnc'", "type='vnc' passwd='secret'");
    const saved = await save(base, text);
    expect(saved).toContain("passwd='secret'");
    expect(saved).toContain('>kept</mine:note>');
    expect(await virsh('dumpxml', '--inactive', '--security-info', guest.uuid)).toBe(saved.trim());
  });

  it('is not written over what somebody else has changed meanwhile', async () => {
    const base = await documents.read(guest.uuid, signal);
    await virsh('desc', guest.uuid, '--config', '--new-desc', 'by somebody else');
    const text = base.replace('<vcpu ', '<!-- mine --><vcpu ');
    await expect(save(base, text)).rejects.toMatchObject({ code: 'CONFLICT', params: { reason: 'changedMeanwhile' } });
    expect(await documents.read(guest.uuid, signal)).toContain('by somebody else');
  });

  it.each([
    ['another name', 'name', (xml: string) => xml.replace(/<name>[^<]*/, '<name>other')],
    ['another UUID', 'uuid', (xml: string) => xml.replace(/<uuid>[^<]*/, '<uuid>1ab00000-0000-4000-8000-00000000ffff')],
    ['no UUID', 'uuid', (xml: string) => xml.replace(/<uuid>.*<\/uuid>/, '')],
    ['text that is no XML', 'notXml', (xml: string) => xml.replace('</devices>', '')],
    ['another root', 'notXml', () => '<network/>'],
  ])('refuses %s', async (_what, refusal, change) => {
    const base = await documents.read(guest.uuid, signal);
    await expect(save(base, change(base))).rejects.toMatchObject({ code: 'BAD_INPUT', params: { reason: refusal } });
    expect(await documents.read(guest.uuid, signal)).toBe(base);
  });

  it("says in libvirt's words what its schema does not know, and leaves the domain as it was", async () => {
    const base = await documents.read(guest.uuid, signal);
    await expect(save(base, base.replace('<devices>', '<devices><typo/>'))).rejects.toMatchObject({
      source: { kind: 'libvirt', procedure: 'DOMAIN_DEFINE_XML_FLAGS' },
      detail: expect.stringMatching(/validate/) as string,
    });
    expect(await documents.read(guest.uuid, signal)).toBe(base);
  });
});
