import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { ChangeNetworkInput, NetworkEntry } from '../../../../shared/contract/networks.ts';
import { fieldsEqual, type EntryValues, type NetworkSection } from '../../../../shared/model/network-entries.ts';
import type { TaskContext } from '../../tasks/task-engine.ts';
import { countCalls, LibvirtLab, type CallCounter } from '../connections/fixtures/lab-libvirt.ts';
import type { NetworkBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> =>
  (await run('virsh', ['-q', '-c', 'qemu:///system', ...args])).stdout;
const task: TaskContext = { signal: new AbortController().signal, progress: () => undefined };

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: changes of networks of a real host (${reason})`);

describe.skipIf(reason !== null)('changes of a network of a real host', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const name = `net-edit-${process.pid}`;
  const bridge = 'vdnet8';
  const subnet = '198.18.81.1/24';
  const mac = '52:54:00:b0:00:01';
  let dir: string;
  let id: string;
  let counter: CallCounter;
  let networks: NetworkBackend;

  const live = (): Promise<string> => virsh('net-dumpxml', name);
  const config = (): Promise<string> => virsh('net-dumpxml', '--inactive', name);
  const change = (
    section: NetworkSection,
    before: EntryValues | null,
    after: EntryValues | null,
    more: Partial<ChangeNetworkInput> = {},
  ): Promise<void> =>
    networks.change(
      {
        connectionId: 'lab',
        networkId: id,
        section,
        subnet: section === 'dhcpHost' || section === 'dhcpRange' ? subnet : null,
        before,
        after,
        ...more,
      },
      task,
    );
  const presence = async (section: NetworkSection, values: EntryValues): Promise<NetworkEntry['presence'] | null> => {
    const { entries } = await networks.details(id);
    return (
      entries.find((each) => each.section === section && fieldsEqual(section, each.values, values))?.presence ?? null
    );
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'net-edit-'));
    await writeFile(
      join(dir, 'network.xml'),
      `<network><name>${name}</name><forward mode='nat'/><bridge name='${bridge}'/>
        <ip address='198.18.81.1' netmask='255.255.255.0'><dhcp>
          <range start='198.18.81.10' end='198.18.81.20'/>
          <host mac='52:54:00:b0:00:09' name='nine' ip='198.18.81.9'><lease expiry='2' unit='hours'/></host>
        </dhcp></ip></network>`,
    );
    await virsh('net-define', join(dir, 'network.xml'));
    await virsh('net-start', name);
    id = (await virsh('net-uuid', name)).trim();
    counter = await countCalls('/run/libvirt/libvirt-sock', dir);
    const { session } = await lab.connect(`qemu+unix:///system?socket=${counter.socket}`);
    if (session.networks === undefined) throw new Error('a host without networks');
    networks = session.networks;
  });

  afterAll(async () => {
    await lab.close();
    await counter.close();
    await Promise.allSettled([virsh('net-destroy', name)]);
    await Promise.allSettled([virsh('net-undefine', name)]);
    await rm(dir, { recursive: true, force: true });
  });

  it('reserves an address at once and for later, by one call', async () => {
    counter.calls.length = 0;
    await change('dhcpHost', null, { mac, name: 'one', address: '198.18.81.31' });
    expect(counter.calls.filter((call) => call === 'NETWORK_UPDATE')).toHaveLength(1);
    for (const text of [await live(), await config()]) {
      expect(text).toContain(`<host mac='${mac}' name='one' ip='198.18.81.31'/>`);
    }
    // The DHCP server knows it without a restart of the network.
    const hosts = await readFile(`/var/lib/libvirt/dnsmasq/${name}.hostsfile`, 'utf8');
    expect(hosts).toContain(`${mac},198.18.81.31,one`);
    expect(await presence('dhcpHost', { mac, name: 'one', address: '198.18.81.31' })).toBe('both');
  });

  it('changes a reservation in its place, and keeps its lease time', async () => {
    const nine = { mac: '52:54:00:b0:00:09', name: 'nine', address: '198.18.81.9' };
    await change('dhcpHost', nine, { ...nine, address: '198.18.81.90' });
    for (const text of [await live(), await config()]) {
      expect(text).toMatch(/name='nine' ip='198.18.81.90'>\s*<lease expiry='2' unit='hours'\/>/);
      expect(text.indexOf('nine')).toBeLessThan(text.indexOf('one'));
    }
    const other = { mac: '52:54:00:b0:00:08', name: 'eight', address: '198.18.81.90' };
    await change('dhcpHost', { ...nine, address: '198.18.81.90' }, other);
    expect(await live()).not.toContain('nine');
    expect(await config()).toContain(`mac='52:54:00:b0:00:08' name='eight'`);
    await change('dhcpHost', other, null);
    expect(await live()).not.toContain('eight');
  });

  it.each([
    ['dhcpRange', { start: '198.18.81.100', end: '198.18.81.120' }, { start: '198.18.81.110', end: '198.18.81.130' }],
    ['dnsHost', { address: '198.18.81.50', names: 'a b' }, { address: '198.18.81.50', names: 'a c.example' }],
    ['dnsText', { name: 'note', value: `a "b" <c> & it's` }, null],
    [
      'dnsService',
      { service: 'ldap', protocol: 'tcp', domain: 'vd.example', target: 'a', port: '389', priority: '1' },
      null,
    ],
    ['portGroup', { name: 'dev', inboundAverage: '1000' }, { name: 'dev', default: 'yes', outboundAverage: '500' }],
  ] as const)('adds, changes and takes away: %s', async (section, first, second) => {
    await change(section, null, first);
    expect(await presence(section, first)).toBe('both');
    if (second !== null) {
      await change(section, first, second);
      expect(await presence(section, first)).toBeNull();
      expect(await presence(section, second)).toBe('both');
    }
    await change(section, second ?? first, null);
    expect(await presence(section, second ?? first)).toBeNull();
  });

  it('tells what virsh has changed on one side only, and changes it there', async () => {
    const xml = `<host mac='52:54:00:b0:00:05' name='five' ip='198.18.81.5'/>`;
    const five = { mac: '52:54:00:b0:00:05', name: 'five', address: '198.18.81.5' };
    await virsh('net-update', name, 'add', 'ip-dhcp-host', xml, '--live');
    expect(await presence('dhcpHost', five)).toBe('now');
    await change('dhcpHost', five, { ...five, address: '198.18.81.6' });
    expect(await config()).not.toContain('five');
    await change('dhcpHost', { ...five, address: '198.18.81.6' }, null);
    expect(await live()).not.toContain('five');
    await virsh('net-update', name, 'add', 'ip-dhcp-host', xml, '--config');
    expect(await presence('dhcpHost', five)).toBe('next');
    await change('dhcpHost', five, null);
    expect(await config()).not.toContain('five');
  });

  it('takes back what was done when libvirt refuses the rest, and says why', async () => {
    const one = { address: '198.18.81.61', names: 'one.example' };
    const two = { address: '198.18.81.62', names: 'two.example' };
    await change('dnsHost', null, one);
    await change('dnsHost', null, two);
    const before = [await live(), await config()];
    await expect(change('dnsHost', one, { ...two, names: 'other.example' })).rejects.toMatchObject({
      detail: expect.stringContaining('already at least one DNS HOST record') as string,
      source: { procedure: 'NETWORK_UPDATE' },
    });
    expect(await presence('dnsHost', one)).toBe('both');
    expect(before.map((text) => text.length)).toEqual([(await live()).length, (await config()).length]);
    await expect(change('dnsHost', { ...one, names: 'gone.example' }, null)).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { action: 'change', reason: 'entryGone' },
    });
  });

  it('tells what takes over at the next start', async () => {
    expect((await networks.details(id)).pending).toEqual([]);
    const text = await config();
    await writeFile(join(dir, 'changed.xml'), text.replace(`<forward mode='nat'`, `<forward dev='lo' mode='nat'`));
    await virsh('net-define', join(dir, 'changed.xml'));
    expect((await networks.details(id)).pending).toEqual(['forwardDevices']);
    await writeFile(join(dir, 'changed.xml'), text);
    await virsh('net-define', join(dir, 'changed.xml'));
  });

  it('changes the definition of a network that does not run, and what runs of one that is not defined', async () => {
    const seven = { mac: '52:54:00:b0:00:07', name: '', address: '198.18.81.7' };
    await virsh('net-destroy', name);
    await change('dhcpHost', null, seven);
    expect(await config()).toContain(`<host mac='52:54:00:b0:00:07' ip='198.18.81.7'/>`);
    await virsh('net-start', name);
    expect(await live()).toContain(`<host mac='52:54:00:b0:00:07' ip='198.18.81.7'/>`);
    await virsh('net-undefine', name);
    await change('dhcpHost', seven, { ...seven, address: '198.18.81.8' });
    expect(await live()).toContain(`ip='198.18.81.8'`);
    expect(await presence('dhcpHost', { ...seven, address: '198.18.81.8' })).toBe('both');
    await virsh('net-destroy', name);
    await expect(change('dhcpHost', null, seven)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
