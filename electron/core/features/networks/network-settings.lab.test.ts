import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import type { NetworkSettings } from '../../../../shared/model/network-settings.ts';
import type { NewNetworkValues } from '../../../../shared/model/new-network.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';
import type { ConnectionSession } from '../connections/ports.ts';
import { LibvirtLab } from '../connections/fixtures/lab-libvirt.ts';
import type { NetworkBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> =>
  (await run('virsh', ['-q', '-c', 'qemu:///system', ...args])).stdout;
const task: TaskContext = { signal: new AbortController().signal, progress: () => undefined };

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: settings of networks of a real host (${reason})`);

describe.skipIf(reason !== null)('settings of a network of a real host', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const name = `hd-settings-${process.pid}`;
  const bridge = 'vdhd1';
  let id: string;
  let session: ConnectionSession;
  let networks: NetworkBackend;

  const live = (): Promise<string> => virsh('net-dumpxml', name);
  const defined = (): Promise<string> => virsh('net-dumpxml', '--inactive', name);
  /** As the form and its review do it. */
  const save = async (
    change: (settings: NetworkSettings) => Partial<NetworkSettings>,
    values: Partial<NewNetworkValues> = {},
  ): Promise<void> => {
    const { base, settings } = await networks.settings(id);
    if (settings === null) throw new Error('a mode without a form');
    const wanted = { ...settings, ...change(settings), values: { ...settings.values, ...values } };
    const { after } = networks.edit({ connectionId: 'lab', networkId: id, base, settings: wanted });
    await session.documents?.network.save(id, base, after, task.signal);
  };

  const remove = async (): Promise<void> => {
    await Promise.allSettled([virsh('net-destroy', name)]);
    await Promise.allSettled([virsh('net-undefine', name)]);
  };

  beforeAll(async () => {
    ({ session } = await lab.connect('qemu+unix:///system'));
    if (session.networks === undefined) throw new Error('a host without networks');
    networks = session.networks;
  });
  beforeEach(async () => {
    const file = join(await lab.dir(), 'network.xml');
    await writeFile(
      file,
      `<network><name>${name}</name><metadata><o:k xmlns:o='urn:hd'>kept</o:k></metadata><forward mode='nat'/>
        <bridge name='${bridge}'/><ip address='198.18.90.1' netmask='255.255.255.0'><dhcp>
          <range start='198.18.90.10' end='198.18.90.20'/><host mac='52:54:00:8a:08:01' ip='198.18.90.5'/>
        </dhcp></ip></network>`,
    );
    await virsh('net-define', file);
    await virsh('net-start', name);
    id = (await virsh('net-uuid', name)).trim();
  });
  afterEach(remove);
  afterAll(() => lab.close());

  it('are put into the definition, are told as pending, and run after a restart', async () => {
    await save(
      () => ({
        kind: 'route',
        dns: false,
        mtu: '1400',
        routes: [{ subnet: '10.91.0.0/16', gateway: '198.18.91.2', metric: '7' }],
      }),
      {
        ipv4: '198.18.91.1/25',
        ipv4Start: '198.18.91.10',
        ipv4End: '198.18.91.20',
        ipv6: 'fd00:91::1/64',
        domainName: 'hd.example',
      },
    );
    const text = await defined();
    for (const part of [
      `<forward mode='route'/>`,
      `<dns enable='no'/>`,
      `<mtu size='1400'/>`,
      `<range start='198.18.91.10' end='198.18.91.20'/>`,
      `<host mac='52:54:00:8a:08:01'`,
      `kept</o:k>`,
      `<domain name='hd.example'/>`,
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toMatch(/<route .*address='10\.91\.0\.0' prefix='16' gateway='198\.18\.91\.2' metric='7'\/>/);
    expect(await live()).toContain(`<forward mode='nat'>`);
    expect((await networks.details(id)).pending).toEqual(
      expect.arrayContaining(['mode', 'addresses', 'domainName', 'dns', 'mtu', 'routes']),
    );
    await networks.runAction('restart', id, task);
    expect((await networks.details(id)).pending).toEqual([]);
    expect(await live()).toContain(`<mtu size='1400'/>`);
    const { stdout } = await run('ip', ['-o', 'address', 'show', 'dev', bridge]);
    expect(stdout).toContain('198.18.91.1/25');
    // What was read is what was written: saving it again changes nothing.
    await save(() => ({}));
    expect(await defined()).toBe(text);
  });

  it('that cannot start leave it stopped, and that is said', async () => {
    // The address is of a network that runs.
    await save(() => ({}), { ipv4: '192.168.122.9/24', ipv4Start: '', ipv4End: '' });
    await expect(networks.runAction('restart', id, task)).rejects.toMatchObject({
      params: { message: expect.stringContaining('the network is stopped now') as string },
    });
    expect(await virsh('net-info', name)).toMatch(/^Active:\s+no$/m);
  });

  it('of other kinds are taken, too', async () => {
    // Limits need a queue in the kernel, which the lab's has not: they are not started.
    await save(({ rates }) => ({ kind: 'isolated', rates: { ...rates, inboundAverage: '1000', inboundPeak: '2000' } }));
    expect(await defined()).not.toContain('<forward');
    expect(await defined()).toContain(`<inbound average='1000' peak='2000'/>`);
    expect((await networks.details(id)).pending).toEqual(['mode', 'rates']);
    await save(() => ({ kind: 'macvtap' }), { bridge: '', device: 'lo' });
    expect(await defined()).toContain(`<interface dev='lo'/>`);
    await save(() => ({ kind: 'bridge' }), { bridge: 'virbr0', device: '' });
    expect(await defined()).toContain(`<bridge name='virbr0'/>`);
    await save(() => ({ kind: 'nat' }), { bridge, ipv4: '198.18.90.1/24' });
    expect(await defined()).toMatch(new RegExp(`<bridge name='${bridge}' stp='on' delay='0'/>`));
  });

  it('that are not valid are refused before anything is asked', async () => {
    await expect(save(() => ({ mtu: '1' }))).rejects.toMatchObject({ code: 'BAD_INPUT', params: { field: 'mtu' } });
    await expect(save(() => ({ kind: 'hostdev' }))).rejects.toMatchObject({ params: { field: 'device' } });
  });
});
