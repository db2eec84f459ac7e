import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { defineGuest, virsh, type SpecGuest } from '../../../../e2e/fixtures/virsh.ts';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { LibvirtLab, rowWith } from '../connections/fixtures/lab-libvirt.ts';
import type { DocumentBackend } from './ports.ts';

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: the history of a document (${reason})`);

describe.skipIf(reason !== null)('the history of a document', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  const seen: string[] = [];
  let guest: SpecGuest;
  let documents: DocumentBackend;

  beforeAll(async () => {
    guest = await defineGuest('hx-history', 0xa9);
    const opened = await lab.connect('qemu:///system', {
      sawDocument: ({ resource, id }, text) => {
        if (resource === 'machine' && id === guest.uuid) seen.push(text);
      },
    });
    if (opened.session.documents === undefined) throw new Error('the connection has no documents');
    documents = opened.session.documents.machine;
    await rowWith(opened.machines, guest.uuid, (row) => row?.persistent === true, 10_000);
  });
  afterAll(async () => {
    await lab.close();
    await guest.remove();
  });

  it('sees what others define, without passwords', async () => {
    const xml = await virsh('dumpxml', '--inactive', guest.uuid);
    const file = join(guest.dataDir, 'other.xml');
    await writeFile(file, xml.replace("type='vnc'", "type='vnc' passwd='hidden'").replace('</title>', '!</title>'));
    await virsh('define', file);
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    expect(seen[0]).toContain("type='vnc'");
    expect(seen[0]).not.toContain('hidden');
    await virsh('desc', guest.uuid, '--config', '--new-desc', 'by somebody else');
    await vi.waitFor(() => expect(seen.at(-1)).toContain('by somebody else'));
  });

  it('sees on a look what no event tells', async () => {
    const before = seen.length;
    await virsh('setmem', guest.uuid, '20M', '--config');
    await documents.look(guest.uuid, signal);
    expect(seen.slice(before).at(-1)).toContain("<currentMemory unit='KiB'>20480<");
  });

  it('is gone back to with the password of now', async () => {
    const older = seen[0] ?? '';
    const { base, text, lost } = await documents.prepareReturn(guest.uuid, older, signal);
    expect(lost).toEqual([]);
    const saved = await documents.save(guest.uuid, base, text, signal);
    expect(saved).toContain("passwd='hidden'");
    expect(saved).not.toContain('by somebody else');
    await documents.look(guest.uuid, signal);
    expect(seen.at(-1)).toBe(older);
  });
});
