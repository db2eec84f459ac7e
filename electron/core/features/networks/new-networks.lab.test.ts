import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import type { NewNetworkInput } from '../../../../shared/contract/networks.ts';
import {
  newNetworkFields,
  newNetworkKinds,
  type NewNetworkField,
  type NewNetworkKind,
} from '../../../../shared/model/new-network.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';
import { LibvirtLab } from '../connections/fixtures/lab-libvirt.ts';
import type { NetworkBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> =>
  (await run('virsh', ['-q', '-c', 'qemu:///system', ...args])).stdout;

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: new networks of a real host (${reason})`);

describe.skipIf(reason !== null)('new networks of a real host', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const name = `net-new <b> & "x" 'y' ${process.pid}`;
  const bridge = 'vdnet9';
  let steps: string[];
  let networks: NetworkBackend;
  const task: TaskContext = { signal: new AbortController().signal, progress: (step) => steps.push(step) };

  const input = (
    kind: NewNetworkKind,
    values: Partial<Record<NewNetworkField, string>> = {},
    more: Partial<NewNetworkInput> = {},
  ): NewNetworkInput => ({
    connectionId: 'lab',
    id: crypto.randomUUID(),
    kind,
    values: {
      ...(Object.fromEntries(newNetworkFields.map((field) => [field, ''])) as NewNetworkInput['values']),
      name,
      ...values,
    },
    dns: true,
    start: false,
    autostart: false,
    ...more,
  });
  const full = {
    bridge,
    ipv4: '198.18.79.1/24',
    ipv4Start: '198.18.79.10',
    ipv4End: '198.18.79.99',
    ipv6: 'fd00:79::1/64',
    ipv6Start: 'fd00:79::10',
    ipv6End: 'fd00:79::99',
    domainName: 'vd.example',
  };
  const names = async (): Promise<string[]> =>
    (await virsh('net-list', '--all', '--name')).split('\n').map((line) => line.trim());
  /** Without the MAC address that libvirt makes up for the bridge. */
  const defined = async (): Promise<string> =>
    (await virsh('net-dumpxml', '--inactive', name)).replace(/\n *<mac .*/, '');
  const remove = async (): Promise<void> => {
    await Promise.allSettled([virsh('net-destroy', name)]);
    await virsh('net-undefine', name);
  };

  beforeAll(async () => {
    steps = [];
    const { session } = await lab.connect('qemu+unix:///system');
    if (session.networks === undefined) throw new Error('a host without networks');
    networks = session.networks;
  });

  afterEach(async () => {
    if ((await names()).includes(name)) await remove();
  });
  afterAll(() => lab.close());

  it('can be put on what the host has', async () => {
    const interfaces = await networks.hostInterfaces();
    expect(interfaces).toContainEqual({ name: 'lo', isBridge: false, addresses: expect.any(Array) as string[] });
    expect(interfaces?.find((each) => each.name === 'virbr0')).toMatchObject({ isBridge: true });
  });

  it.each(newNetworkKinds)('are defined as libvirt and its schema want them, and start: %s', async (kind) => {
    // Only a host with such a card can start this one.
    const start = kind !== 'hostdev';
    const wanted = input(kind, { ...full, device: 'lo' }, { start });
    await networks.create(wanted, task);
    expect(await virsh('net-info', name)).toMatch(start ? /^Active:\s+yes$/m : /^Active:\s+no$/m);
    const text = await defined();
    expect(text).toContain(`<uuid>${wanted.id}</uuid>`);
    if (kind === 'nat') expect(text).toContain(`<range start='fd00:79::10' end='fd00:79::99'/>`);
    await remove();
    // The commands that are shown make the same network, with the schema looked at.
    const { commands } = await networks.preview(wanted);
    await run('sh', ['-e', '-c', commands.replace('net-define', 'net-define --validate')]);
    expect(await defined()).toBe(text);
  });

  it('are started and autostarted as asked, whatever their names', async () => {
    steps = [];
    await networks.create(input('nat', full, { start: true, autostart: true, dns: false }), task);
    expect(steps).toEqual(['defining', 'started']);
    const info = await virsh('net-info', name);
    expect(info).toMatch(/^Active:\s+yes$/m);
    expect(info).toMatch(/^Autostart:\s+yes$/m);
    expect(info).toMatch(new RegExp(`^Bridge:\\s+${bridge}$`, 'm'));
    expect(await virsh('net-dumpxml', name)).toContain(`<dns enable='no'/>`);
    // The name is taken; the network that has it stays as it is.
    await expect(networks.create(input('isolated'), task)).rejects.toMatchObject({
      params: expect.not.objectContaining({ removed: name }) as object,
      detail: expect.stringContaining('already exists') as string,
    });
    expect(await virsh('net-info', name)).toMatch(/^Active:\s+yes$/m);
  });

  it('are forgotten again where libvirt cannot start them, with its reason', async () => {
    steps = [];
    const inUse = { ...full, ipv4: '192.168.122.9/24', ipv4Start: '', ipv4End: '' };
    await expect(networks.create(input('nat', inUse, { start: true }), task)).rejects.toMatchObject({
      params: { removed: name },
      detail: expect.stringContaining('already in use') as string,
      source: { kind: 'libvirt', procedure: 'NETWORK_CREATE' },
    });
    expect(steps).toEqual(['defining', 'started', 'undoing']);
    expect(await names()).not.toContain(name);
  });
});
