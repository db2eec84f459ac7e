import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { ChangeWhen, HardwareChange } from '../../../../shared/contract/hardware.ts';
import { LibvirtLab, rowWith } from '../connections/fixtures/lab-libvirt.ts';
import type { HardwareBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> => {
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  return (await run('virsh', ['-q', '-c', 'qemu:///system', ...args], { env })).stdout;
};
const name = `hn-placement-${process.pid}`;
const MIB = 1024 ** 2;
const id = `e2e00000-0000-4000-8a02-${process.pid.toString(16).padStart(12, '0')}`;

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: placement of a domain (${reason})`);

describe.skipIf(reason !== null)('placement of a domain', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  let dir: string;
  let hardware: HardwareBackend;
  const change = (what: HardwareChange, when: ChangeWhen = 'both'): Promise<void> =>
    hardware.change(id, what, when, { signal, progress: () => undefined });

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'placement-'));
    const file = join(dir, 'domain.xml');
    await writeFile(
      file,
      `<domain type='qemu'><name>${name}</name><uuid>${id}</uuid><memory unit='MiB'>64</memory>
  <vcpu current='1'>2</vcpu><iothreads>1</iothreads><numatune><memory mode='restrictive' nodeset='0'/></numatune><cputune><shares>1024</shares></cputune>
  <os><type arch='x86_64' machine='pc'>hvm</type></os><devices/></domain>`,
    );
    await virsh('define', file);
    const opened = await lab.connect('qemu:///system');
    if (opened.session.hardware === undefined) throw new Error('the connection has no hardware');
    hardware = opened.session.hardware;
    await virsh('start', id);
    await rowWith(opened.machines, id, (row) => row?.state === 'running', 20_000);
  });

  afterAll(async () => {
    await lab.close();
    await Promise.allSettled([virsh('destroy', id)]);
    await Promise.allSettled([virsh('undefine', id)]);
    await rm(dir, { recursive: true, force: true });
  });

  it('is pinned now, later or both, and unpinned without a trace', async () => {
    const pins = { vcpus: [{ id: 1, cpus: '0' }], emulator: '0', iothreads: [{ id: 1, cpus: '0' }] };
    await change({ what: 'pins', pins });
    let { now, next } = await hardware.read(id, signal);
    expect([now?.placement, next?.placement]).toEqual([
      { ...pins, others: '' },
      { ...pins, others: '' },
    ]);
    expect(await virsh('vcpupin', id, '--live')).toMatch(/^ 1 +0$/m);
    expect((await virsh('emulatorpin', id, '--live')).trim()).toBe('0');
    expect((await hardware.hostCpus(signal)).pinned).toContainEqual({ id, name, cpus: '0' });

    await change({ what: 'pins', pins: { vcpus: [{ id: 0, cpus: '0' }], emulator: '', iothreads: [] } }, 'now');
    ({ now, next } = await hardware.read(id, signal));
    expect(now?.placement).toEqual({ vcpus: [{ id: 0, cpus: '0' }], emulator: '', iothreads: [], others: '' });
    expect(next?.placement).toMatchObject(pins);

    await change({ what: 'pins', pins: { vcpus: [], emulator: '', iothreads: [] } });
    ({ now, next } = await hardware.read(id, signal));
    expect(now?.placement).toEqual(next?.placement);
    const defined = await virsh('dumpxml', id, '--inactive');
    expect(defined).not.toContain('cpuset');
    expect(defined).toContain('<shares>1024</shares>');
  });

  it('takes back what was done where the host refuses a CPU', async () => {
    const none = { vcpus: [], emulator: '', iothreads: [] };
    await change({ what: 'pins', pins: none });
    const pins = { ...none, vcpus: [{ id: 0, cpus: '0' }], emulator: '4000' };
    await expect(change({ what: 'pins', pins }, 'now')).rejects.toMatchObject({ source: { kind: 'libvirt' } });
    expect((await hardware.read(id, signal)).now?.placement.vcpus).toEqual([]);
  });

  it('takes memory from other cells at once where the mode lets it, else at the next start', async () => {
    await change({ what: 'numaTune', tune: { mode: 'restrictive', nodes: '0' } });
    expect(await virsh('numatune', id, '--live')).toMatch(/numa_nodeset *: 0$/m);
    const strict = { mode: 'strict', nodes: '0' } as const;
    await expect(change({ what: 'numaTune', tune: strict }, 'now')).rejects.toMatchObject({
      params: { reason: 'onlyNext' },
    });
    await change({ what: 'numaTune', tune: strict }, 'next');
    const { now, next } = await hardware.read(id, signal);
    expect([now?.numa.tune?.mode, next?.numa.tune]).toEqual(['restrictive', strict]);
  });

  it('gets cells of its own whose memory is the machine’s, and pages', async () => {
    const cells = ['', '0'].map((nodes, vcpu) => ({ vcpus: String(vcpu), memoryBytes: 48 * MIB, nodes }));
    await change({ what: 'guestCells', cells }, 'next');
    await change({ what: 'memoryBacking', hugepages: 2 * MIB, isLocked: true, isShared: true }, 'next');
    expect((await hardware.read(id, signal)).next).toMatchObject({
      maxMemoryBytes: 96 * MIB,
      memoryBytes: 96 * MIB,
      hasSharedMemory: true,
      numa: { cells, hugepages: 2 * MIB, isLocked: true },
    });
    await expect(change({ what: 'guestCells', cells: cells.slice(1) }, 'next')).rejects.toMatchObject({
      params: { reason: 'guestCells' },
    });
    await change({ what: 'guestCells', cells: [] }, 'next');
    await change({ what: 'memoryBacking', hugepages: 'none', isLocked: false, isShared: false }, 'next');
    expect(await virsh('dumpxml', id, '--inactive')).not.toMatch(/<cell|memoryBacking/);
  });

  it('is shown on the processors of the host', async () => {
    const { cells } = await hardware.hostCpus(signal);
    expect(cells.length).toBeGreaterThan(0);
    const cpus = cells.flatMap(({ sockets }) => sockets.flatMap(({ cores }) => cores.flat()));
    expect(cpus).toContain(0);
    expect(cells[0]?.memoryBytes).toBeGreaterThan(0);
    expect(cells[0]?.freeBytes).toBeGreaterThan(0);
  });
});
