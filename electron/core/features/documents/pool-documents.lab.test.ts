import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { virsh } from '../../../../e2e/fixtures/virsh.ts';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import { LibvirtLab, type Opened } from '../connections/fixtures/lab-libvirt.ts';
import type { DocumentBackend } from './ports.ts';

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: the document of a pool (${reason})`);

describe.skipIf(reason !== null)('the document of a pool', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  const name = `hx-pool-${process.pid}`;
  const seen: string[] = [];
  let dir: string;
  let id: string;
  let opened: Opened;
  let documents: DocumentBackend;

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'hx-pool-'));
    const file = join(dir, 'pool.xml');
    await writeFile(file, `<pool type='dir'><name>${name}</name><target><path>${dir}</path></target></pool>`);
    await virsh('pool-define', file);
    await virsh('pool-start', name);
    await virsh('vol-create-as', name, 'a.raw', '1M');
    id = await virsh('pool-uuid', name);
    opened = await lab.connect('qemu:///system', {
      sawDocument: ({ resource, id: seenId }, text) => {
        if (resource === 'pool' && seenId === id) seen.push(text);
      },
    });
    if (opened.session.documents === undefined) throw new Error('the connection has no documents');
    documents = opened.session.documents.pool;
  });
  afterAll(async () => {
    await lab.close();
    await Promise.allSettled([virsh('pool-destroy', name), virsh('pool-destroy', `${name}-transient`)]);
    await Promise.allSettled([virsh('pool-undefine', name)]);
    await rm(dir, { recursive: true, force: true });
  });

  it('is saved as it was typed while the pool runs, and what it was before is told', async () => {
    seen.length = 0;
    const base = await documents.read(id, signal);
    const saved = await documents.save(id, base, base.replace(dir, `${dir}-other`), signal);
    expect(saved).toContain(`${dir}-other`);
    expect(await virsh('pool-dumpxml', '--inactive', name)).toContain(`<path>${dir}-other</path>`);
    expect(saved).not.toContain('<capacity');
    expect(await virsh('pool-dumpxml', name)).not.toContain('-other');
    expect(seen).toEqual([base, saved]);
    const { base: now, text } = await documents.prepareReturn(id, base, signal);
    expect(await documents.save(id, now, text, signal)).toBe(base);
  });

  it('is not saved with another name, against the schema, or over what somebody else has changed', async () => {
    const base = await documents.read(id, signal);
    const save = (text: string, from = base): Promise<string> => documents.save(id, from, text, signal);
    await expect(save(base.replace(name, 'hx-other'))).rejects.toMatchObject({ params: { reason: 'name' } });
    await expect(save(base, `${base} `)).rejects.toMatchObject({ params: { reason: 'changedMeanwhile' } });
    await expect(save(base.replace('<target>', '<typo/><target>'))).rejects.toMatchObject({
      detail: expect.stringContaining('validate') as string,
    });
    expect(await documents.read(id, signal)).toBe(base);
  });

  it('is not made for a pool that has none; volumes have one, too', async () => {
    const volume = await opened.session.volumeDocuments?.readVolume({ poolId: id, name: 'a.raw' }, signal);
    expect(volume).toContain('<name>a.raw</name>');
    const transient = `${name}-transient`;
    const file = join(dir, 'transient.xml');
    await mkdir(join(dir, 'sub'), { recursive: true });
    await writeFile(file, `<pool type='dir'><name>${transient}</name><target><path>${dir}/sub</path></target></pool>`);
    await Promise.allSettled([virsh('pool-destroy', transient)]);
    await virsh('pool-create', file);
    const transientId = await virsh('pool-uuid', transient);
    const base = await documents.read(transientId, signal);
    const saving = documents.save(transientId, base, base, signal);
    await expect(saving).rejects.toMatchObject({ params: { reason: 'transient' } });
    await virsh('pool-destroy', transient);
  });
});
