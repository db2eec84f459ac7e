import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import { virsh } from '../../../../e2e/fixtures/virsh.ts';
import type { NetworkFilter } from '../../../../shared/contract/network-filters.ts';
import type { FilterRule } from '../../../../shared/model/filter-rules.ts';
import { filterTemplateIds, filterTemplates } from '../../../../shared/model/filter-templates.ts';
import { LibvirtLab } from '../connections/fixtures/lab-libvirt.ts';
import type { DocumentBackend } from '../documents/ports.ts';
import type { HardwareBackend } from '../hardware/ports.ts';
import type { NetworkFilterBackend } from './ports.ts';

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: network filters of a real host (${reason})`);

const SOON_MS = 10_000;
const run = promisify(execFile);

describe.skipIf(reason !== null)('network filters of a real host', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  const leave = new AbortController();
  const name = `hf-filter-${process.pid}`;
  const copyName = `${name}-copy`;
  const domain = `hf-filtered-${process.pid}`;
  const id = crypto.randomUUID();
  const rows = new Map<string, NetworkFilter>();
  let dir: string;
  let filters: NetworkFilterBackend;
  let documents: DocumentBackend;
  let hardware: HardwareBackend;
  let watching: Promise<unknown>;

  const until = (isWanted: (row: NetworkFilter | undefined) => boolean): Promise<void> =>
    vi.waitFor(
      () => {
        const row = rows.get(id);
        if (!isWanted(row)) throw new Error(`the row is ${JSON.stringify(row)}`);
      },
      { timeout: SOON_MS, interval: 20 },
    );
  const row = (): NetworkFilter => {
    const found = filters.filter(id);
    if (found === undefined) throw new Error('no such filter');
    return found;
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'hf-filters-'));
    const { session } = await lab.connect('qemu:///system');
    if (session.networkFilters === undefined || session.documents === undefined || session.hardware === undefined)
      throw new Error('no filters');
    hardware = session.hardware;
    filters = session.networkFilters;
    documents = session.documents.networkFilter;
    watching = (async () => {
      for await (const event of filters.watch({ signal: leave.signal, ready: () => Promise.resolve() })) {
        if (event.type === 'snapshot') rows.clear();
        else for (const gone of event.remove) rows.delete(gone);
        for (const each of event.type === 'snapshot' ? event.items : event.upsert) rows.set(each.id, each);
      }
    })().catch((error: unknown) => error);
    await vi.waitFor(() => expect(rows.size).toBeGreaterThan(0), { timeout: SOON_MS });
  });

  afterAll(async () => {
    leave.abort();
    expect(await watching).toBeUndefined();
    await lab.close();
    await Promise.allSettled([virsh('destroy', domain)]);
    await Promise.allSettled([virsh('nwfilter-undefine', name), virsh('nwfilter-undefine', copyName)]);
    await rm(dir, { recursive: true, force: true });
  });

  it("are listed with their rules and who refers to them, libvirt's own too", () => {
    const clean = [...rows.values()].find((each) => each.name === 'no-ip-spoofing');
    expect(clean).toMatchObject({ connectionId: 'lab', chain: 'ipv4-ip', priority: -710, usedBy: [] });
    expect(clean?.referredBy).toContain('clean-traffic');
    expect(clean?.entries[0]).toEqual({
      kind: 'rule',
      action: 'return',
      direction: 'out',
      priority: 100,
      isStateful: true,
      protocol: 'ip',
      isInverted: false,
      values: { srcipaddr: '0.0.0.0', protocol: 'udp' },
    });
  });

  it('are made of all templates, as libvirt has them', async () => {
    const entries = filterTemplateIds.flatMap((template) => [...filterTemplates[template]]);
    await filters.create({ connectionId: 'lab', id, name, chain: 'root', priority: null, entries }, signal);
    // 500 is libvirt's own, which it tells.
    const told = entries.map((each) => (each.kind === 'rule' ? { ...each, priority: each.priority ?? 500 } : each));
    expect(row().entries).toEqual(told);
    const again = { connectionId: 'lab', id: crypto.randomUUID(), name, chain: 'root', priority: null, entries: [] };
    await expect(filters.create(again, signal)).rejects.toMatchObject({ params: { reason: 'filterTaken' } });
    // Each rule costs the firewall of a running machine some calls: a few are enough for what follows.
    await filters.delete(id, signal);
    const few = [...filterTemplates.ssh];
    await filters.create({ connectionId: 'lab', id, name, chain: 'root', priority: null, entries: few }, signal);
  });

  it('guard running machines at once when a rule changes', async () => {
    const file = join(dir, 'domain.xml');
    await writeFile(
      file,
      `<domain type='qemu'><name>${domain}</name><memory unit='MiB'>16</memory>
        <os><type arch='x86_64' machine='pc'>hvm</type></os>
        <devices><interface type='network'><mac address='52:54:00:8a:05:10'/><source network='default'/>
          <filterref filter='${name}'><parameter name='IP' value='192.168.122.77'/></filterref>
        </interface></devices></domain>`,
    );
    await virsh('create', file, '--paused');
    await until((each) => each?.usedBy?.[0]?.name === domain);
    const index = row().entries.findIndex((each) => each.kind === 'rule' && each.protocol === 'tcp');
    const before = row().entries[index] as FilterRule;
    const after = { ...before, values: { ...before.values, dstportstart: '2222', comment: 'not "22" & co' } };
    await filters.change(id, { what: 'replace', index, before, after }, signal);
    expect(row().entries[index]).toEqual(after);
    expect((await run('iptables-save')).stdout).toMatch(/vnet\d+ .*--dport 2222 .*not \\"22\\" & co/);
    await expect(filters.change(id, { what: 'remove', index, before }, signal)).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { reason: 'entryGone' },
    });
    await expect(filters.delete(id, signal)).rejects.toMatchObject({
      params: { reason: 'filterInUse', users: domain },
    });
    const nic = { key: 'interface:52:54:00:8a:05:10', source: null, model: null, isLinkUp: true } as const;
    const change = { what: 'editNic', ...nic, vlan: 'keep', filter: null } as const;
    const domainId = await virsh('domuuid', domain);
    await hardware.change(domainId, change, 'now', { signal, progress: () => undefined });
    expect(await virsh('nwfilter-binding-list')).not.toContain(name);
    await virsh('destroy', domain);
  });

  it('are copied, changed and moved, and deleted only when nobody uses them', async () => {
    const copy = { connectionId: 'lab', filterId: id, id: crypto.randomUUID(), name: copyName };
    await filters.copy(copy, signal);
    const copied = filters.filter(copy.id);
    expect(copied?.entries).toEqual(row().entries);
    const entry = { kind: 'reference', filter: copyName, parameters: [{ name: 'IP', value: '192.0.2.7' }] } as const;
    await filters.change(id, { what: 'add', entries: [{ ...entry, parameters: [...entry.parameters] }] }, signal);
    expect(filters.filter(copy.id)?.referredBy).toEqual([name]);
    await expect(filters.delete(copy.id, signal)).rejects.toMatchObject({
      params: { reason: 'filterInUse', users: name },
    });
    const index = row().entries.length - 1;
    const before = row().entries[index];
    if (before === undefined) throw new Error('no entry');
    await filters.change(id, { what: 'remove', index, before }, signal);
    await filters.change(copy.id, { what: 'chain', chain: 'root', priority: -300 }, signal);
    await filters.delete(copy.id, signal);
    expect(filters.filter(copy.id)).toBeUndefined();
  });

  it('have documents, in which the name stays', async () => {
    const base = await documents.read(id, signal);
    await expect(documents.save(id, base, base.replace(name, 'other'), signal)).rejects.toMatchObject({
      params: { reason: 'name' },
    });
    await expect(documents.save(id, base, base.replace("'accept'", "'typo'"), signal)).rejects.toMatchObject({
      detail: expect.stringMatching(/validate/) as string,
    });
    const saved = await documents.save(id, base, base.replace("action='accept'", "action='reject'"), signal);
    expect(saved).toContain("action='reject'");
    await filters.delete(id, signal);
    await expect(documents.read(id, signal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are none of a hypervisor without a driver for them', async () => {
    const { session } = await lab.connect('test:///default');
    expect(await session.networkFilters?.names()).toBeNull();
  });
});
