import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import { virsh } from '../../../../e2e/fixtures/virsh.ts';
import type { HostLink } from '../../../../shared/contract/host-links.ts';
import { LibvirtLab } from '../connections/fixtures/lab-libvirt.ts';

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: network interfaces of a real host (${reason})`);

const run = promisify(execFile);
const ip = (...args: string[]): Promise<unknown> => run('ip', args);
const [BRIDGE, PORT] = ['hfbr8', 'hfport8'];

describe.skipIf(reason !== null)('network interfaces of a real host', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const domain = `hf-on-bridge-${process.pid}`;
  let dir: string;

  const forget = (): Promise<unknown> =>
    Promise.allSettled([virsh('undefine', domain), ip('link', 'del', BRIDGE), ip('link', 'del', PORT)]);
  beforeAll(async () => {
    await forget();
    dir = await mkdtemp(join(libvirtDir, 'hf-links-'));
    await ip('link', 'add', BRIDGE, 'type', 'bridge');
    await ip('link', 'add', PORT, 'type', 'veth', 'peer', 'name', `${PORT}p`);
    await ip('link', 'set', PORT, 'master', BRIDGE);
    await writeFile(
      join(dir, 'domain.xml'),
      `<domain type='qemu'><name>${domain}</name><memory unit='MiB'>16</memory><os><type>hvm</type></os>
        <devices><interface type='bridge'><mac address='52:54:00:8a:05:30'/><source bridge='${BRIDGE}'/></interface>
        </devices></domain>`,
    );
    await virsh('define', join(dir, 'domain.xml'));
  });
  afterAll(async () => {
    await lab.close();
    await forget();
    await rm(dir, { recursive: true, force: true });
  });

  it('are told with what they are made of and which machines are on them, as these come and go', async () => {
    const { session } = await lab.connect('qemu:///system');
    const rows = new Map<string, HostLink>();
    const leave = new AbortController();
    const watching = (async () => {
      const events = session.networks?.links.watch({ signal: leave.signal, ready: () => Promise.resolve() }) ?? [];
      for await (const event of events) {
        for (const row of event.type === 'snapshot' ? event.items : event.upsert) rows.set(row.id, row);
      }
    })().catch((error: unknown) => error);
    await vi.waitFor(() => expect(rows.get(BRIDGE)?.usedBy?.[0]?.name).toBe(domain), { timeout: 10_000 });
    expect(rows.get(BRIDGE)).toMatchObject({ kind: 'bridge', parts: [PORT], toldBy: 'interface' });
    expect(rows.get(PORT)).toMatchObject({ kind: 'ethernet', isUp: false, usedBy: [] });
    expect([...rows.keys()].filter((name) => /^vnet/.test(name))).toEqual([]);
    await virsh('undefine', domain);
    await vi.waitFor(() => expect(rows.get(BRIDGE)?.usedBy).toEqual([]), { timeout: 10_000 });
    leave.abort();
    expect(await watching).toBeUndefined();
  });
});
