import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { defineGuest, virsh, type SpecGuest } from '../../../../e2e/fixtures/virsh.ts';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { emptyNotes, type MachineNotes } from '../../../../shared/model/notes.ts';
import { NOTES_NAMESPACE } from '../../libvirt/xml/notes-xml.ts';
import { LibvirtLab, rowWith, type Opened } from '../connections/fixtures/lab-libvirt.ts';
import type { NotesBackend } from './ports.ts';

const ODD = `it's <b> & 😀\nsecond line`;
const OTHER = 'urn:virtdeck-lab:other';

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: notes of a domain (${reason})`);

describe.skipIf(reason !== null)('notes of a domain', { timeout: 120_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  let guest: SpecGuest;
  let opened: Opened;
  let notes: NotesBackend;

  beforeAll(async () => {
    guest = await defineGuest('extras-notes', 0xd8);
    await virsh('metadata', guest.uuid, OTHER, '--key', 'x', '--set', '<kept a="1"><b/></kept>', '--config');
    opened = await lab.connect('qemu:///system');
    if (opened.session.notes === undefined) throw new Error('the connection has no notes');
    notes = opened.session.notes;
  });
  afterAll(async () => {
    await lab.close();
    await guest.remove();
  });

  const metadata = (where: '--live' | '--config', uri = NOTES_NAMESPACE): Promise<string> =>
    virsh('metadata', guest.uuid, uri, where);
  const tagsOf = (): string[] | null => opened.machines.items.get(guest.uuid)?.tags ?? null;

  it('are read for rows that are looked at, and only then', async () => {
    expect(tagsOf()).toBeNull();
    opened.session.machines.look?.([guest.uuid]);
    await rowWith(opened.machines, guest.uuid, (row) => row?.tags?.length === 0, 5_000);
  });

  it('are written while it is off, beside the metadata of others', async () => {
    await notes.edit(guest.uuid, emptyNotes, { tags: ['web', '数据库'], folder: 'shop/front', notes: ODD }, signal);
    await rowWith(opened.machines, guest.uuid, (row) => row?.folder === 'shop/front', 5_000);
    expect(tagsOf()).toEqual(['web', '数据库']);
    expect(await metadata('--config')).toContain('<tag>web</tag>');
    expect(await metadata('--config', OTHER)).toBe('<kept a="1">\n  <b/>\n</kept>');
    // libvirt lays out elements, and leaves texts as they are.
    expect(await virsh('dumpxml', guest.uuid)).toContain(`<virtdeck:machine xmlns:virtdeck="${NOTES_NAMESPACE}">`);
  });

  it('are told again when another admin changes them', async () => {
    const controller = new AbortController();
    const seen: MachineNotes[] = [];
    const watching = (async () => {
      for await (const each of notes.watch(guest.uuid, controller.signal)) seen.push(each);
    })();
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    expect(seen[0]).toEqual({ tags: ['web', '数据库'], folder: 'shop/front', notes: ODD });
    const xml = '<machine color="red"><tag>db</tag></machine>';
    await virsh('metadata', guest.uuid, NOTES_NAMESPACE, '--key', 'v', '--set', xml, '--config');
    await vi.waitFor(() => expect(seen.at(-1)).toEqual({ tags: ['db'], folder: null, notes: '' }));
    await rowWith(opened.machines, guest.uuid, (row) => row?.tags?.join() === 'db', 5_000);
    controller.abort();
    await watching;
  });

  it('refuses to write over what somebody else has written meanwhile, and keeps tags of both', async () => {
    const before = { tags: ['web'], folder: 'shop/front', notes: ODD };
    await expect(notes.edit(guest.uuid, before, { ...before, folder: 'mine' }, signal)).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { reason: 'changedMeanwhile' },
    });
    await notes.edit(guest.uuid, before, { ...before, tags: ['web', 'mine'] }, signal);
    await rowWith(opened.machines, guest.uuid, (row) => row?.tags?.join() === 'db,mine', 5_000);
    expect(await metadata('--config')).toContain('color="red"');
  });

  it('are changed in the running domain and in its definition, each by what it holds', async () => {
    await virsh('start', guest.uuid, '--paused');
    await rowWith(opened.machines, guest.uuid, (row) => row?.state === 'paused', 5_000);
    await virsh(
      'metadata',
      guest.uuid,
      NOTES_NAMESPACE,
      '--key',
      'v',
      '--set',
      '<machine><tag>next</tag></machine>',
      '--config',
    );
    await notes.changeTags(guest.uuid, ['prod'], ['mine'], signal);
    const tags = async (where: '--live' | '--config'): Promise<string[]> =>
      [...(await metadata(where)).matchAll(/<tag>(.*)<\/tag>/g)].map((match) => match[1] ?? '');
    expect(await tags('--live')).toEqual(['db', 'prod']);
    expect(await tags('--config')).toEqual(['next', 'prod']);
    // What only the next start would have had is no conflict with what people see.
    const shown = { tags: ['db', 'prod'], folder: null, notes: '' };
    await notes.edit(guest.uuid, shown, { ...shown, folder: 'first' }, signal);
    const other = '<machine><tag>next</tag><tag>prod</tag><folder>other</folder></machine>';
    await virsh('metadata', guest.uuid, NOTES_NAMESPACE, '--key', 'v', '--set', other, '--config');
    await notes.edit(guest.uuid, { ...shown, folder: 'first' }, { ...shown, folder: null }, signal);
    expect((await metadata('--live')) + (await metadata('--config'))).not.toContain('folder');
  });

  it('leaves no element behind when nothing is left', async () => {
    await virsh('destroy', guest.uuid);
    await rowWith(opened.machines, guest.uuid, (row) => row?.state === 'stopped', 5_000);
    await notes.changeTags(guest.uuid, [], ['next', 'prod'], signal);
    await expect(metadata('--config')).rejects.toThrow(/metadata not found/);
    expect(await metadata('--config', OTHER)).toContain('<kept');
  });
});
