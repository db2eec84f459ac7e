import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { VirtualNetwork } from '../../../../shared/contract/networks.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';
import { countCalls, LibvirtLab, type CallCounter } from '../connections/fixtures/lab-libvirt.ts';
import type { NetworkBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> =>
  (await run('virsh', ['-q', '-c', 'qemu:///system', ...args])).stdout;
const task: TaskContext = { signal: new AbortController().signal, progress: () => undefined };
const SOON_MS = 10_000;

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: networks of a real host (${reason})`);

describe.skipIf(reason !== null)('networks of a real host', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const name = `vd-net & "${process.pid}"`;
  const domain = `virtdeck-networks-${process.pid}`;
  const bridge = 'vdnet0';
  const mac = '52:54:00:5e:77:01';
  const rows = new Map<string, VirtualNetwork>();
  const leave = new AbortController();
  let dir: string;
  let id: string;
  let counter: CallCounter;
  let networks: NetworkBackend;
  let watching: Promise<unknown>;

  const escaped = name.replaceAll('&', '&amp;');

  /** The row as soon as it is as wanted. */
  const until = (isWanted: (row: VirtualNetwork | undefined) => boolean): Promise<VirtualNetwork | undefined> =>
    vi.waitFor(
      () => {
        const row = rows.get(id);
        if (!isWanted(row)) throw new Error(`the row is ${JSON.stringify(row)}`);
        return row;
      },
      { timeout: SOON_MS, interval: 20 },
    );

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'networks-'));
    await writeFile(
      join(dir, 'network.xml'),
      `<network><name>${escaped}</name><forward mode='nat'/><bridge name='${bridge}'/><domain name='vd.example'/>
        <ip address='198.18.77.1' netmask='255.255.255.0'>
          <dhcp><range start='198.18.77.10' end='198.18.77.20'/></dhcp>
        </ip></network>`,
    );
    await writeFile(
      join(dir, 'domain.xml'),
      `<domain type='qemu'><name>${domain}</name><memory unit='MiB'>16</memory><os><type>hvm</type></os>
        <devices><interface type='network'><mac address='${mac}'/>
          <source network='${escaped.replaceAll("'", '&apos;')}'/></interface></devices></domain>`,
    );
    await virsh('net-define', join(dir, 'network.xml'));
    id = (await virsh('net-uuid', name)).trim();
    counter = await countCalls('/run/libvirt/libvirt-sock', dir);
    const { session } = await lab.connect(`qemu+unix:///system?socket=${counter.socket}`);
    if (session.networks === undefined) throw new Error('a host without networks');
    networks = session.networks;
  });

  afterAll(async () => {
    await lab.close();
    await counter.close();
    // What a failed test has left; of a test that went well nothing is left to remove.
    await Promise.allSettled([virsh('undefine', domain)]);
    await Promise.allSettled([virsh('net-destroy', name)]);
    await Promise.allSettled([virsh('net-undefine', name)]);
    await rm(dir, { recursive: true, force: true });
  });

  it('costs nothing before somebody looks', () => {
    expect(counter.calls.filter((call) => call.startsWith('NETWORK_') || call.includes('NETWORK_EVENT'))).toEqual([]);
  });

  it('lists networks as they are defined', async () => {
    watching = (async () => {
      for await (const event of networks.watch({ signal: leave.signal, ready: () => Promise.resolve() })) {
        if (event.type === 'snapshot') rows.clear();
        else for (const gone of event.remove) rows.delete(gone);
        for (const row of event.type === 'snapshot' ? event.items : event.upsert) rows.set(row.id, row);
      }
    })().catch((error: unknown) => error);
    expect(await until((row) => row !== undefined)).toEqual({
      id,
      connectionId: 'lab',
      name,
      state: 'inactive',
      mode: 'nat',
      bridge,
      forwardDevices: [],
      subnets: [{ address: '198.18.77.1/24', dhcpRanges: [{ start: '198.18.77.10', end: '198.18.77.20' }] }],
      domainName: 'vd.example',
      autostart: false,
      persistent: true,
      usedBy: [],
    });
    expect(counter.calls.filter((call) => call === 'NETWORK_GET_XML_DESC')).toHaveLength(rows.size);
  });

  it('shows at once who comes on it by virsh', async () => {
    await virsh('define', join(dir, 'domain.xml'));
    const row = await until((each) => each?.usedBy?.length === 1);
    expect(row?.usedBy).toEqual([{ id: expect.any(String) as string, name: domain, isRunning: false, macs: [mac] }]);
    await virsh('undefine', domain);
    await until((each) => each?.usedBy?.length === 0);
  });

  it('starts and stops it, and turns autostart on and off', async () => {
    await networks.runAction('start', id, task);
    expect(networks.network(id)?.state).toBe('active');
    expect(await virsh('net-info', name)).toMatch(/^Active:\s+yes$/m);
    await networks.runAction('enableAutostart', id, task);
    expect(networks.network(id)?.autostart).toBe(true);
    expect(await virsh('net-info', name)).toMatch(/^Autostart:\s+yes$/m);
    await networks.runAction('disableAutostart', id, task);
    expect(networks.network(id)?.autostart).toBe(false);
    await networks.runAction('stop', id, task);
    expect(networks.network(id)?.state).toBe('inactive');
  });

  it('shows at once what virsh starts and stops', async () => {
    await virsh('net-start', name);
    await until((row) => row?.state === 'active');
    await virsh('net-destroy', name);
    await until((row) => row?.state === 'inactive');
  });

  it('tells the XML and the leases', async () => {
    await virsh('net-start', name);
    const details = await networks.details(id);
    expect(details.leases).toEqual([]);
    expect(details.xml).toContain(`<uuid>${id}</uuid>`);
    // What dnsmasq's helper would write when it has given an address away.
    const lease = { 'ip-address': '198.18.77.12', 'mac-address': mac, hostname: 'guest', 'expiry-time': 4_000_000_000 };
    await writeFile(`/var/lib/libvirt/dnsmasq/${bridge}.status`, JSON.stringify([lease]));
    expect((await networks.details(id)).leases).toEqual([
      { mac, address: '198.18.77.12/24', hostName: 'guest', expiresAt: 4_000_000_000_000 },
    ]);
    await virsh('net-destroy', name);
    await until((row) => row?.state === 'inactive');
  });

  it('says what libvirt says where it refuses', async () => {
    await expect(networks.runAction('stop', id, task)).rejects.toMatchObject({
      detail: expect.stringContaining('not active') as string,
    });
  });

  it('deletes it', async () => {
    await networks.runAction('delete', id, task);
    expect(networks.network(id)).toBeUndefined();
    await until((row) => row === undefined);
    expect((await virsh('net-list', '--all', '--name')).split('\n')).not.toContain(name);
    const error: unknown = await networks.details(id).catch((thrown: unknown) => thrown);
    expect(AppError.from(error).code).toBe('NOT_FOUND');
    leave.abort();
    expect(await watching).toBeUndefined();
  });
});
