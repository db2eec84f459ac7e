import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { CloneMachineInput } from '../../../../shared/contract/provisioning.ts';
import type { MachineAction } from '../../../../shared/model/machine-actions.ts';
import { AppError } from '../../kernel/app-error.ts';
import { DomainXml } from '../../libvirt/xml/domain-xml.ts';
import { LibvirtLab, rowWith, runToEnd, type Opened } from '../connections/fixtures/lab-libvirt.ts';
import type { ProvisioningBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> =>
  (await run('virsh', ['-q', '-c', 'qemu:///system', ...args], { env: { ...process.env, LC_ALL: 'C.UTF-8' } })).stdout;
const prefix = `lab-clone-${process.pid}`;
const id = `1ab00000-0000-4000-a000-${process.pid.toString(16).padStart(12, '0')}`;
const ODD = `${prefix} it's <b> & "1" 😀`;

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: clones on a real host (${reason})`);

describe.skipIf(reason !== null)('clones on a real host', { timeout: 120_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  const pool = `${prefix}-pool`;
  const ids: string[] = [id];
  let dir: string;
  let poolDir: string;
  let opened: Opened;
  let provisioning: ProvisioningBackend;
  const steps: string[] = [];
  const task = { signal, progress: (step: string) => void steps.push(step) };

  const input = (name: string, disks: CloneMachineInput['disks']): CloneMachineInput => {
    const newId = crypto.randomUUID();
    ids.push(newId);
    return { connectionId: 'lab', id, newId, name, disks, start: false };
  };
  const info = async (file: string): Promise<Record<string, unknown>> => {
    const { stdout } = await run('qemu-img', ['info', '-U', '--output=json', join(poolDir, file)]);
    return JSON.parse(stdout) as Record<string, unknown>;
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'clone-'));
    await chmod(dir, 0o755);
    poolDir = join(dir, 'pool');
    await mkdir(poolDir);
    await virsh('pool-create-as', pool, 'dir', '--target', poolDir);
    await virsh('vol-create-as', pool, 'system.qcow2', '20M', '--format', 'qcow2');
    await virsh('vol-create-as', pool, 'data.img', '4M', '--format', 'raw');
    await writeFile(join(dir, 'outside.img'), Buffer.alloc(1024 ** 2));
    const file = join(dir, 'domain.xml');
    await writeFile(
      file,
      `<domain type='qemu'><name>${prefix}</name><uuid>${id}</uuid><memory unit='MiB'>32</memory>
        <metadata><x:own xmlns:x='urn:virtdeck-test' a='1'/></metadata>
        <os><type>hvm</type></os><devices>
        <disk type='file'><driver name='qemu' type='qcow2' cache='none'/><source file='${poolDir}/system.qcow2'/>
          <target dev='vda' bus='virtio'/></disk>
        <disk type='volume'><source pool='${pool}' volume='data.img'/><target dev='vdb' bus='virtio'/></disk>
        <disk type='file'><source file='${dir}/outside.img'/><target dev='vdc' bus='virtio'/></disk>
        <disk type='file' device='cdrom'><target dev='hda' bus='ide'/></disk>
        <interface type='network'><mac address='52:54:00:ab:00:01'/><source network='default'/></interface>
        <graphics type='vnc' passwd='secret1'/></devices></domain>`,
    );
    await virsh('define', file);
    opened = await lab.connect('qemu:///system');
    if (opened.session.provisioning === undefined) throw new Error('a host that makes no machines');
    provisioning = opened.session.provisioning;
  });

  afterAll(async () => {
    await lab.close();
    for (const each of ids) {
      await Promise.allSettled([virsh('destroy', each)]);
      await Promise.allSettled([virsh('undefine', each)]);
    }
    await Promise.allSettled([virsh('pool-destroy', pool)]);
    await rm(dir, { recursive: true, force: true });
  });

  it('tells what can become of each disk', async () => {
    const source = await provisioning.cloneSource(id, signal);
    expect(source).toMatchObject({ name: prefix, isRunning: false, hasNvram: false });
    expect(source.disks.map(({ target, volume, ways }) => [target, volume?.name ?? null, ways])).toEqual([
      ['vda', 'system.qcow2', ['copy', 'link', 'share', 'leaveOut']],
      ['vdb', 'data.img', ['copy', 'link', 'share', 'leaveOut']],
      ['vdc', null, ['leaveOut', 'share']],
      ['hda', null, ['share', 'leaveOut']],
    ]);
    expect(source.disks[0]?.volume).toMatchObject({ poolName: pool, capacityBytes: 20 * 1024 ** 2 });
  });

  it('copies one disk, links another, leaves one out, and keeps what it does not know', async () => {
    const wish = input(ODD, [
      { target: 'vda', way: 'copy', name: 'a & "copy".qcow2' },
      { target: 'vdb', way: 'link', name: 'linked <b>' },
      { target: 'vdc', way: 'leaveOut' },
      { target: 'hda', way: 'share' },
    ]);
    await provisioning.clone(wish, task);
    expect(steps).toEqual(['copyingDisk', 'creatingDisk', 'defining']);
    await rowWith(opened.machines, wish.newId, (row) => row?.name === ODD, 10_000);
    const xml = await virsh('dumpxml', '--inactive', '--security-info', wish.newId);
    const domain = new DomainXml(xml);
    expect(domain.disks.map(({ target, source }) => [target, source])).toEqual([
      ['vda', join(poolDir, 'a & "copy".qcow2')],
      ['vdb', join(poolDir, 'linked <b>')],
      ['hda', null],
    ]);
    expect(domain.interfaces[0]?.mac).toMatch(/^52:54:00:/);
    expect(domain.interfaces[0]?.mac).not.toBe('52:54:00:ab:00:01');
    expect(domain.graphics[0]?.password).toBe('secret1');
    expect(xml).toContain('xmlns:x="urn:virtdeck-test" a="1"');
    expect(xml).toMatch(/type='qcow2' cache='none'/);
    expect(await info('a & "copy".qcow2')).toMatchObject({ format: 'qcow2', 'virtual-size': 20 * 1024 ** 2 });
    expect(await info('a & "copy".qcow2')).not.toHaveProperty('backing-filename');
    expect(await info('linked <b>')).toMatchObject({
      format: 'qcow2',
      'virtual-size': 4 * 1024 ** 2,
      'backing-filename': join(poolDir, 'data.img'),
      'backing-filename-format': 'raw',
    });
    await virsh('start', wish.newId);
    await virsh('destroy', wish.newId);
  });

  it('removes the copies again when libvirt refuses the clone, and says so', async () => {
    const wish = input(ODD, [
      { target: 'vda', way: 'copy', name: 'half-made' },
      { target: 'vdb', way: 'share' },
      { target: 'vdc', way: 'leaveOut' },
      { target: 'hda', way: 'leaveOut' },
    ]);
    const error = AppError.from(await provisioning.clone(wish, task).catch((thrown: unknown) => thrown));
    expect(error.source).toMatchObject({ procedure: 'DOMAIN_DEFINE_XML_FLAGS' });
    expect(error.params).toMatchObject({ removed: 'half-made' });
    expect(await readdir(poolDir)).not.toContain('half-made');
  });

  it('asks for every disk, and refuses what is not possible, before anything is made', async () => {
    const before = await readdir(poolDir);
    await expect(provisioning.clone(input('x', []), task)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const outside = input('x', [
      { target: 'vda', way: 'copy', name: 'y' },
      { target: 'vdb', way: 'share' },
      { target: 'vdc', way: 'copy', name: 'z' },
      { target: 'hda', way: 'share' },
    ]);
    await expect(provisioning.clone(outside, task)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(await readdir(poolDir)).toEqual(before);
  });

  it('refuses a machine that runs', async () => {
    await virsh('start', id);
    const wish = input('x', []);
    await expect(provisioning.clone(wish, task)).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { reason: 'mustBeOff' },
    });
    await virsh('destroy', id);
  });

  it('makes machines from a template, which stands still as long as they stand on it', async () => {
    const act = (action: MachineAction): Promise<unknown> => runToEnd(opened.session.machines, action, id);
    await virsh('autostart', id);
    await act('makeTemplate');
    await rowWith(opened.machines, id, (row) => row?.isTemplate === true && row.autostart === false, 10_000);
    expect(await virsh('dumpxml', id)).toMatch(
      /<virtdeck:machine xmlns:virtdeck="urn:virtdeck:domain:1">\s*<virtdeck:template\/>/,
    );
    await expect(act('start')).rejects.toMatchObject({ code: 'CONFLICT', params: { reason: 'isTemplate' } });
    await expect(opened.session.snapshots?.revert(id, 'any', task)).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { reason: 'isTemplate' },
    });
    expect(await provisioning.cloneSource(id, signal)).toMatchObject({ isTemplate: true });
    const [name, file] = [`${prefix}-made-${crypto.randomUUID()}`, `${crypto.randomUUID()}.qcow2`];
    const wish = input(name, [
      { target: 'vda', way: 'link', name: file },
      { target: 'vdb', way: 'leaveOut' },
      { target: 'vdc', way: 'leaveOut' },
      { target: 'hda', way: 'share' },
    ]);
    await provisioning.clone({ ...wish, start: true }, task);
    await rowWith(opened.machines, wish.newId, (row) => row?.state === 'running', 10_000);
    expect(await virsh('dumpxml', '--inactive', wish.newId)).not.toContain('virtdeck:template');
    expect(await info(file)).toMatchObject({ 'backing-filename': join(poolDir, 'system.qcow2') });
    await virsh('destroy', wish.newId);
    const [disk] = (await opened.session.machines.disks?.(id, signal)) ?? [];
    expect(disk).toMatchObject({ target: 'vda', obstacle: 'diskInUse', usedBy: [{ name }] });
    await expect(act('makeMachine')).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { reason: 'standOnIt', names: expect.stringContaining(name) as string },
    });
    // The clone of the first test stands on the second disk.
    for (const each of ids.slice(1)) await Promise.allSettled([virsh('undefine', each)]);
    await act('makeMachine');
    await rowWith(opened.machines, id, (row) => row?.isTemplate === false, 10_000);
    expect(await virsh('dumpxml', id)).not.toContain('virtdeck:template');
  });
});
