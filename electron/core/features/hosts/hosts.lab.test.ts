import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { virsh } from '../../../../e2e/fixtures/virsh.ts';
import { readLab } from '../../../../e2e/lab/lab.ts';
import type { HostEvent, HostSample, NodeDevice } from '../../../../shared/contract/hosts.ts';
import type { HostSecret, NewSecretInput } from '../../../../shared/contract/secrets.ts';
import { countCalls, LibvirtLab, type CallCounter } from '../connections/fixtures/lab-libvirt.ts';
import type { HostBackend } from './ports.ts';

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: a real host itself (${reason})`);

const WAIT = { timeout: 10_000, interval: 20 };

/** The next `count` events. */
async function take(host: HostBackend, count: number): Promise<HostEvent[]> {
  const leave = new AbortController();
  const events: HostEvent[] = [];
  for await (const event of host.watch({ signal: leave.signal, ready: () => Promise.resolve() })) {
    if (events.push(event) === count) leave.abort();
  }
  return events;
}

const samplesOf = (events: readonly HostEvent[]): HostSample[] =>
  events.flatMap((event) => (event.type === 'sample' ? event.sample : []));

describe.skipIf(reason !== null)('a real host itself', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  let counter: CallCounter;
  let host: HostBackend;

  beforeAll(async () => {
    counter = await countCalls('/run/libvirt/libvirt-sock', await lab.dir());
    const { session } = await lab.connect(`qemu+unix:///system?socket=${counter.socket}`);
    if (session.host === undefined) throw new Error('a connection without a host');
    host = session.host;
  });
  afterAll(async () => {
    await lab.close();
    await counter.close();
  });

  it('tells what it is in four calls', async () => {
    const before = counter.calls.length;
    const { facts, way } = await host.details();
    // Beside them the list of machines goes on as always.
    const calls = counter.calls.slice(before).filter((call) => /CAPABILITIES|SYSINFO|^NODE_/.test(call));
    expect(calls.sort()).toEqual([
      'CONNECT_GET_CAPABILITIES',
      'CONNECT_GET_DOMAIN_CAPABILITIES',
      'CONNECT_GET_SYSINFO',
      'NODE_GET_INFO',
    ]);
    expect(facts).toMatchObject({ architecture: 'x86_64', hasIommu: expect.any(Boolean) as boolean });
    expect(facts.cpus).toBeGreaterThan(0);
    expect(facts.memoryBytes).toBeGreaterThan(2 ** 28);
    expect(facts.cells.flatMap(({ cpus }) => cpus)).toHaveLength(facts.cpus);
    expect(facts.guests[0]?.architecture).toBe('x86_64');
    expect(facts.guests[0]?.virtTypes).toContain('qemu');
    expect(facts.guests[0]?.machineTypes).toBeGreaterThan(5);
    expect(way).toEqual({ transport: 'unix socket', protocol: null, cipher: null, certificate: null });
  });

  it('tells how busy it is, CPU by CPU, and what the connection carries', async () => {
    const [first, second] = samplesOf(await take(host, 3));
    expect(first?.load.cpuPercent).toBeNull();
    expect(second?.load.cpuPercent).toBeGreaterThanOrEqual(0);
    expect(second?.cores.length).toBeGreaterThan(0);
    for (const { percent } of second?.cores ?? []) expect(percent).toBeGreaterThanOrEqual(0);
    expect(second?.load.memoryUsedBytes).toBeGreaterThan(0);
    expect(second?.memoryTotalBytes).toBeGreaterThan(second?.load.memoryUsedBytes ?? Infinity);
    expect(second?.freeHugepages).toEqual([]);
    expect(second?.networks?.map(({ name }) => name)).toContain('default');
    const { traffic } = second!;
    expect(traffic.latencyMs).toBeGreaterThan(0);
    expect(traffic.calls).toBeGreaterThan(first!.traffic.calls);
    expect(traffic.receivedBytes).toBeGreaterThan(first!.traffic.receivedBytes);
  });

  it('asks nothing while nobody looks, and still knows the load of before', async () => {
    const quiet = counter.calls.length;
    const [history] = await take(host, 1);
    expect(history).toMatchObject({ type: 'history' });
    expect(history?.type === 'history' && history.loads.length).toBeGreaterThanOrEqual(2);
    expect(counter.calls.slice(quiet).filter((call) => call.startsWith('NODE_'))).toEqual([]);
  });

  it('lists its devices in eleven calls, and reads those that are looked at', async () => {
    const before = counter.calls.length;
    const leave = new AbortController();
    const rows = new Map<string, NodeDevice>();
    const watching = (async () => {
      for await (const event of host.devices.watch({ signal: leave.signal, ready: () => Promise.resolve() })) {
        for (const row of event.type === 'snapshot' ? event.items : event.upsert) rows.set(row.id, row);
      }
    })();
    const names = (await virsh('nodedev-list')).split('\n').filter((name) => name !== '');
    await vi.waitFor(() => expect([...rows.keys()].sort()).toEqual(expect.arrayContaining(names.sort())), WAIT);
    expect(counter.calls.slice(before).filter((call) => call.includes('NODE_DEVICE'))).toHaveLength(11);
    expect(rows.get('computer')).toEqual({
      id: 'computer',
      connectionId: 'lab',
      kind: 'system',
      details: null,
      usedBy: null,
    });
    const net = [...rows.values()].find(({ kind }) => kind === 'net')!;
    host.devices.look([net.id]);
    await vi.waitFor(() => expect(rows.get(net.id)?.details?.label).toBeTypeOf('string'), WAIT);
    expect(net.id).toContain(`net_${rows.get(net.id)?.details?.label}_`);
    expect(await host.devices.xml(net.id)).toContain(`<name>${net.id}</name>`);
    expect(counter.calls.filter((call) => call === 'NODE_DEVICE_GET_XML_DESC')).toHaveLength(2);
    await expect(host.devices.xml('no_such')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    leave.abort();
    await watching;
  });

  it('keeps secrets whose values it gets, and removes one whose value is refused', async () => {
    const leave = new AbortController();
    const rows = new Map<string, HostSecret>();
    const watching = (async () => {
      for await (const event of host.secrets.watch({ signal: leave.signal, ready: () => Promise.resolve() })) {
        if (event.type === 'snapshot') rows.clear();
        else for (const id of event.remove) rows.delete(id);
        for (const row of event.type === 'snapshot' ? event.items : event.upsert) rows.set(row.id, row);
      }
    })();
    const usageName = `host-secret <&> ${process.pid}`;
    const input: NewSecretInput = {
      connectionId: 'lab',
      usage: 'ceph',
      usageName,
      description: 'made by a test',
      isEphemeral: true,
      isPrivate: false,
      secretValue: 'aGVsbG8=',
      encoding: 'base64',
    };
    await host.secrets.define(input);
    const find = (): HostSecret | undefined => [...rows.values()].find((row) => row.usageName === usageName);
    await vi.waitFor(() => expect(find()).toBeDefined(), WAIT);
    const { id } = find()!;
    expect(find()).toEqual({
      id,
      connectionId: 'lab',
      usage: 'ceph',
      usageName,
      description: 'made by a test',
      isEphemeral: true,
      isPrivate: false,
    });
    expect(await virsh('secret-get-value', id)).toBe('aGVsbG8=');
    await host.secrets.setValue(id, 'grüß', 'text');
    expect(await virsh('secret-get-value', '--plain', id)).toBe('grüß');
    await expect(host.secrets.define(input)).rejects.toMatchObject({ source: { kind: 'libvirt' } });
    await virsh('secret-undefine', id);
    await vi.waitFor(() => expect(find()).toBeUndefined(), WAIT);
    await expect(host.secrets.delete(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(host.secrets.define({ ...input, secretValue: '' })).rejects.toMatchObject({
      source: { kind: 'libvirt' },
    });
    expect(await virsh('secret-list')).not.toContain(usageName);
    expect(counter.calls).not.toContain('SECRET_GET_VALUE');
    leave.abort();
    await watching;
  });

  it('takes a host that tells little', async () => {
    const { session } = await lab.connect('test:///default');
    const { facts } = await session.host!.details();
    expect(facts).toMatchObject({ architecture: 'i686', firmwares: null, system: null });
    const [sample] = samplesOf(await take(session.host!, 2));
    expect(sample?.load.memoryUsedBytes).toBeNull();
  });
});
