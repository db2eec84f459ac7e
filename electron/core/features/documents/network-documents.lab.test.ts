import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import { virsh } from '../../../../e2e/fixtures/virsh.ts';
import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type { VirtualNetwork } from '../../../../shared/contract/networks.ts';
import { LibvirtLab } from '../connections/fixtures/lab-libvirt.ts';
import type { DocumentBackend } from './ports.ts';

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: the document of a network (${reason})`);

/** The id of the first network that is told. */
async function firstOf(events: AsyncIterable<FeedEvent<VirtualNetwork>> | []): Promise<string> {
  for await (const event of events) {
    const [network] = event.type === 'snapshot' ? event.items : event.upsert;
    if (network !== undefined) return network.id;
  }
  throw new Error('no network');
}

describe.skipIf(reason !== null)('the document of a network', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  const name = `net-document-${process.pid}`;
  let dir: string;
  let file: string;
  let id: string;
  let documents: DocumentBackend;

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'net-document-'));
    file = join(dir, 'network.xml');
    await writeFile(
      file,
      `<network><name>${name}</name><metadata><mine:note xmlns:mine='urn:mine'>kept</mine:note></metadata>
        <bridge name='vdnet7'/><ip address='198.18.83.1' netmask='255.255.255.0'/></network>`,
    );
    await virsh('net-define', file);
    id = await virsh('net-uuid', name);
    const { session } = await lab.connect('qemu:///system');
    if (session.documents === undefined) throw new Error('the connection has no documents');
    documents = session.documents.network;
  });
  afterAll(async () => {
    await lab.close();
    await Promise.allSettled([virsh('net-destroy', name)]);
    await Promise.allSettled([virsh('net-undefine', name)]);
    await rm(dir, { recursive: true, force: true });
  });

  it('is saved as it was typed, also while the network runs', async () => {
    await virsh('net-start', name);
    const base = await documents.read(id, signal);
    const saved = await documents.save(id, base, base.replace("delay='0'", "delay='3'"), signal);
    expect(saved).toContain('>kept</mine:note>');
    expect(await virsh('net-dumpxml', '--inactive', name)).toBe(saved.trim());
    expect(saved).toContain("delay='3'");
    expect(await virsh('net-dumpxml', name)).toContain("delay='0'");
  });

  it.each([
    ['another name', 'name', (xml: string) => xml.replace(/<name>[^<]*/, '<name>other')],
    ['another UUID', 'uuid', (xml: string) => xml.replace(/<uuid>[^<]*/, '<uuid>1ab00000-0000-4000-8000-0000000000b0')],
    ['text that is no XML', 'notXml', (xml: string) => xml.replace('</ip>', '')],
    ['another root', 'notXml', () => '<domain/>'],
  ])('refuses %s', async (_what, refusal, change) => {
    const base = await documents.read(id, signal);
    await expect(documents.save(id, base, change(base), signal)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      params: { reason: refusal },
    });
    expect(await documents.read(id, signal)).toBe(base);
  });

  it('is not written over what somebody else has changed meanwhile, nor against the schema', async () => {
    const base = await documents.read(id, signal);
    const odd = base.replace('<bridge ', '<nonsense/><bridge ');
    await expect(documents.save(id, base, odd, signal)).rejects.toMatchObject({
      detail: expect.stringContaining('XML document failed to validate against schema') as string,
    });
    await writeFile(file, base.replace("delay='3'", "delay='4'"));
    await virsh('net-define', file);
    await expect(documents.save(id, base, base.replace("delay='3'", "delay='5'"), signal)).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { reason: 'changedMeanwhile' },
    });
  });

  it('is not made for a network that has none', async () => {
    await virsh('net-undefine', name);
    const base = await documents.read(id, signal);
    await expect(documents.save(id, base, base, signal)).rejects.toMatchObject({ params: { reason: 'transient' } });
    await virsh('net-destroy', name);
    await expect(documents.read(id, signal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is the only one that a hypervisor has which knows no second', async () => {
    const { session } = await lab.connect('test:///default');
    const row = await firstOf(session.networks?.watch({ signal, ready: () => Promise.resolve() }) ?? []);
    expect(await session.documents?.network.read(row, signal)).toContain('<name>default</name>');
    expect((await session.networks?.details(row))?.entries).toContainEqual(
      expect.objectContaining({ section: 'dhcpRange', presence: 'both' }),
    );
  });
});
