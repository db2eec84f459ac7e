import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { labCache, libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { MachineDiskInput, NewMachineInput } from '../../../../shared/contract/provisioning.ts';
import { AppError } from '../../kernel/app-error.ts';
import { append, DomainEdit } from '../../libvirt/xml/domain-edit.ts';
import { child } from '../../libvirt/xml/elements.ts';
import { DomainXml } from '../../libvirt/xml/domain-xml.ts';
import { LibvirtLab, type Opened } from '../connections/fixtures/lab-libvirt.ts';
import type { ProvisioningBackend } from './ports.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> =>
  (await run('virsh', ['-q', '-c', 'qemu:///system', ...args], { env: { ...process.env, LC_ALL: 'C.UTF-8' } })).stdout;
const MIB = 1024 ** 2;
/** An emulated guest on a busy machine takes its time. */
const BOOT_TIMEOUT_MS = 240_000;
const prefix = `prov-seed-${process.pid}`;
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ it\'s "me" & <b>';

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: cloud images on a real host (${reason})`);

describe.skipIf(reason !== null)('cloud images on a real host', { timeout: 120_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  const ids: string[] = [];
  let dir: string;
  let poolDir: string;
  let poolId: string;
  let opened: Opened;
  let provisioning: ProvisioningBackend;
  const steps: string[] = [];
  const task = { signal, progress: (step: string) => void steps.push(step) };

  const input = (name: string, disk: Partial<Extract<MachineDiskInput, { kind: 'image' }>>): NewMachineInput => {
    const id = crypto.randomUUID();
    ids.push(id);
    return {
      connectionId: 'lab',
      id,
      name: `${prefix}-${name}`,
      virtType: 'qemu',
      osId: 'debian12',
      machineType: 'pc',
      firmware: 'bios',
      tpm: false,
      vcpus: 1,
      memoryBytes: 128 * MIB,
      installer: { kind: 'none' },
      disks: [
        {
          kind: 'image',
          image: { poolId, name: 'image.img' },
          way: 'copy',
          poolId,
          name: `${name} & "1".qcow2`,
          format: 'qcow2',
          capacityBytes: 20 * MIB,
          bus: null,
          ...disk,
        },
      ],
      cloudInit: {
        seed: { poolId, name: `${name}-seed.iso` },
        hostName: 'web1.example.org',
        userData: {
          kind: 'form',
          form: { userName: 'admin', password: 'secret', sshKeys: [KEY], packages: ['nginx'] },
        },
        networkConfig: 'version: 2\n# 网络\n',
      },
      networks: [],
      xml: null,
      start: false,
    };
  };
  const info = async (file: string): Promise<unknown> =>
    JSON.parse((await run('qemu-img', ['info', '-U', '--output=json', join(poolDir, file)])).stdout);
  /** Lets a domain start the lab's little Linux, which tells what is on its CD, and write what it says to a file. */
  const withKernel = async (id: string, log: string): Promise<void> => {
    const edit = new DomainEdit(await virsh('dumpxml', '--inactive', id));
    const os = child(edit.root, 'os');
    const serial = child(edit.root, 'devices', 'serial');
    if (os === null || serial === null) throw new Error('a domain without os or serial');
    append(os, { name: 'kernel', text: join(labCache, 'guest/vmlinuz') });
    append(os, { name: 'initrd', text: join(labCache, 'guest/initrd') });
    append(os, { name: 'cmdline', text: 'console=ttyS0 quiet cryptomgr.notests lab_seed' });
    append(serial, { name: 'log', attributes: { file: log, append: 'off' } });
    const file = join(dir, 'with-kernel.xml');
    await writeFile(file, edit.toString());
    await virsh('define', file);
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'cloud-init-'));
    await chmod(dir, 0o755);
    poolDir = join(dir, 'pool');
    await mkdir(poolDir);
    await writeFile(join(poolDir, 'image.img'), Buffer.alloc(4 * MIB, 'what the image holds'));
    await virsh('pool-create-as', prefix, 'dir', '--target', poolDir);
    poolId = (await virsh('pool-uuid', prefix)).trim();
    opened = await lab.connect('qemu:///system');
    if (opened.session.provisioning === undefined) throw new Error('a host that makes no machines');
    provisioning = opened.session.provisioning;
  });

  afterAll(async () => {
    await lab.close();
    for (const id of ids) {
      await Promise.allSettled([virsh('destroy', id)]);
      await Promise.allSettled([virsh('undefine', id, '--nvram')]);
    }
    await Promise.allSettled([virsh('pool-destroy', prefix)]);
    await rm(dir, { recursive: true, force: true });
  });

  it('copies and grows the image, gives the seed to the guest, and takes it away after a shutdown', async () => {
    const wish = input('copy', {});
    await provisioning.create(wish, task);
    expect(steps).toEqual(['copyingDisk', 'writingSeed', 'defining']);
    expect(await info('copy & "1".qcow2')).toMatchObject({ format: 'qcow2', 'virtual-size': 20 * MIB });
    const compared = await run('qemu-img', ['compare', join(poolDir, 'image.img'), join(poolDir, 'copy & "1".qcow2')]);
    expect(compared.stdout).toContain('Images are identical');
    const log = join(dir, 'console.log');
    await withKernel(wish.id, log);
    await virsh('start', wish.id);
    await expect.poll(() => readFile(log, 'utf8'), { timeout: BOOT_TIMEOUT_MS, interval: 500 }).toContain('== end');
    const told = (await readFile(log, 'utf8')).replaceAll('\r', '');
    const document = (name: string): string => told.split(`== ${name}\n`)[1]?.split('== ')[0] ?? '';
    expect(document('meta-data')).toBe(`instance-id: ${wish.id}\nlocal-hostname: web1.example.org\n`);
    expect(document('network-config')).toBe('version: 2\n# 网络\n');
    expect(document('user-data')).toMatch(/^#cloud-config\n/);
    expect(parse(document('user-data'))).toMatchObject({
      users: [
        'default',
        { name: 'admin', passwd: expect.stringMatching(/^\$6\$/) as string, ssh_authorized_keys: [KEY] },
      ],
      packages: ['nginx'],
    });
    // Forced off, it may not have read all of it.
    await virsh('destroy', wish.id);
    await virsh('start', wish.id);
    expect(await readdir(poolDir)).toContain('copy-seed.iso');
    // Whoever deletes the machine now is offered to delete it, too.
    const disks = (await opened.session.machines.disks?.(wish.id, signal)) ?? [];
    expect(disks.map(({ target, obstacle }) => [target, obstacle])).toEqual([
      ['vda', null],
      ['sda', null],
    ]);
    await expect.poll(() => readFile(log, 'utf8'), { timeout: BOOT_TIMEOUT_MS, interval: 500 }).toContain('ready');
    await virsh('shutdown', wish.id);
    await expect
      .poll(() => virsh('dumpxml', wish.id), { timeout: 60_000, interval: 500 })
      .not.toContain('urn:virtdeck:seed');
    expect(await readdir(poolDir)).not.toContain('copy-seed.iso');
    expect(new DomainXml(await virsh('dumpxml', wish.id)).disks.map(({ target }) => target)).toEqual(['vda']);
  }, 600_000);

  it('links to the image, and takes the seed from a machine that runs when it is asked to', async () => {
    const wish = { ...input('link', { way: 'link' }), start: true };
    const { xml, command } = await provisioning.preview(wish, signal);
    expect(xml).toContain('urn:virtdeck:seed:1');
    expect(command).toContain(`qemu-img create -f qcow2 -b ${join(poolDir, 'image.img')} -F raw`);
    expect(command).toContain('--cloud-init meta-data=meta-data,user-data=user-data,network-config=network-config');
    await provisioning.create(wish, task);
    expect(await info('link & "1".qcow2')).toMatchObject({
      'virtual-size': 20 * MIB,
      'backing-filename': join(poolDir, 'image.img'),
    });
    expect(new DomainXml(await virsh('dumpxml', wish.id)).disks).toContainEqual({
      device: 'cdrom',
      target: 'sda',
      source: join(poolDir, 'link-seed.iso'),
      pool: null,
    });
    await provisioning.removeSeed(wish.id, task);
    const live = await virsh('dumpxml', wish.id);
    expect(new DomainXml(live).disks).toContainEqual({ device: 'cdrom', target: 'sda', source: null, pool: null });
    expect(live).not.toContain('urn:virtdeck:seed');
    const next = await virsh('dumpxml', '--inactive', wish.id);
    expect(new DomainXml(next).disks.map(({ device }) => device)).toEqual(['disk']);
    expect(next).not.toContain('urn:virtdeck:seed');
    expect(await readdir(poolDir)).not.toContain('link-seed.iso');
    // A second time there is nothing to do.
    await provisioning.removeSeed(wish.id, task);
  });

  it('takes away the mark of a seed that somebody else has removed', async () => {
    const wish = input('gone', {});
    await provisioning.create(wish, task);
    await virsh('detach-disk', '--config', wish.id, 'sda');
    await virsh('vol-delete', '--pool', prefix, 'gone-seed.iso');
    await provisioning.removeSeed(wish.id, task);
    expect(await virsh('dumpxml', wish.id)).not.toContain('urn:virtdeck:seed');
  });

  it('removes disk and seed again when a later step fails', async () => {
    const wish = { ...input('fails', {}), name: `${prefix}-link` };
    const error = AppError.from(await provisioning.create(wish, task).catch((thrown: unknown) => thrown));
    expect(error.source).toMatchObject({ procedure: 'DOMAIN_DEFINE_XML_FLAGS' });
    expect(error.params).toMatchObject({ removed: 'fails-seed.iso, fails & "1".qcow2' });
    expect((await readdir(poolDir)).filter((name) => name.startsWith('fails'))).toEqual([]);
  });

  it('ends after the step in which it was cancelled, and leaves nothing', async () => {
    const controller = new AbortController();
    const wish = input('cancelled', {});
    const cancelled = provisioning.create(wish, {
      signal: controller.signal,
      progress: (step) => {
        if (step === 'copyingDisk') controller.abort(new AppError('CANCELLED'));
      },
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED', params: { removed: 'cancelled & "1".qcow2' } });
    expect((await readdir(poolDir)).filter((name) => name.startsWith('cancelled'))).toEqual([]);
    expect((await virsh('list', '--all', '--uuid')).split(/\s+/)).not.toContain(wish.id);
  });
});
