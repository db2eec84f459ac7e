import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionConfig } from '../../../../shared/contract/connections.ts';
import { rowOf } from '../../features/machines/backends/libvirt-rows.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { createConnectionStore, createMachineCache } from './profile-stores.ts';

const id = '5f0c3a52-6a7a-4b5e-9a7e-2f6f6a1f0a01';
const name = `"a' <script>alert(1)</script> $(rm) 😀`;
const row = {
  ...rowOf({ id: 'u1', name, isActive: true }, { connectionId: id, hostName: 'kvm1' }, undefined),
  cpuPercent: 12,
};
const config: ConnectionConfig = {
  id,
  name,
  target: { kind: 'libvirt', uri: 'qemu+ssh://kvm1/system', proxyJump: '', sshAuth: 'auto' },
  autoConnect: true,
};

let dir: string;
let damaged: string[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'virtdeck-stores-'));
  damaged = [];
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const cache = () => createMachineCache(dir, new FakeClock(), silentLogger, (file) => damaged.push(file));
const store = () => createConnectionStore(dir, new FakeClock(), (file) => damaged.push(file));

describe('the cache of machines', () => {
  it('shows after a restart what was known, without figures that are long over', async () => {
    await cache().save(id, [row]);
    expect(await cache().load(id)).toEqual([{ ...row, cpuPercent: null }]);
  });

  it('is empty where nothing was cached, and after it was forgotten', async () => {
    const cached = cache();
    expect(await cached.load(id)).toEqual([]);
    await cached.save(id, [row]);
    await cached.forget(id);
    expect(await readdir(join(dir, 'cache'))).toEqual([]);
    expect(await cache().load(id)).toEqual([]);
  });

  it('puts a damaged file aside, says so, and goes on without', async () => {
    await mkdir(join(dir, 'cache'));
    await writeFile(join(dir, 'cache', `${id}.json`), '{"version":1,"machines":[{"id":1}]}');
    expect(await cache().load(id)).toEqual([]);
    expect(damaged).toEqual([`${id}.json`]);
    expect(await readdir(join(dir, 'cache'))).toEqual([expect.stringMatching(/\.damaged-/)]);
  });

  it('does not fail where it cannot be read or written', async () => {
    await mkdir(join(dir, 'cache', `${id}.json`), { recursive: true });
    expect(await cache().load(id)).toEqual([]);
    await cache().save(id, [row]);
  });

  // A file that is always full stands where the temporary file would be written.
  it.skipIf(process.platform !== 'linux')('keeps the old list where the disk is full', async () => {
    const cached = cache();
    await cached.save(id, [row]);
    await symlink('/dev/full', join(dir, 'cache', `${id}.json.new`));
    await cached.save(id, []);
    expect(await cache().load(id)).toHaveLength(1);
  });

  it('takes no id that would lead elsewhere', async () => {
    await cache().save('../../etc/passwd', [row]);
    expect(await readdir(dir)).toEqual([]);
    expect(await cache().load('../connections')).toEqual([]);
  });
});

describe('the store of connections', () => {
  it('keeps them over a restart', async () => {
    await store().save([config]);
    expect(await store().load()).toEqual([config]);
  });

  it('fills in what older versions did not write', async () => {
    const old = { version: 1, connections: [{ id, name, target: { kind: 'libvirt', uri: 'test:///default' } }] };
    await writeFile(join(dir, 'connections.json'), JSON.stringify(old));
    expect(await store().load()).toMatchObject([{ target: { sshAuth: 'auto' }, autoConnect: true }]);
  });

  it('puts a file with an unknown kind of connection aside, whole', async () => {
    const text = JSON.stringify({ version: 1, connections: [{ ...config, target: { kind: 'xen' } }] });
    await writeFile(join(dir, 'connections.json'), text);
    expect(await store().load()).toEqual([]);
    expect(damaged).toEqual(['connections.json']);
    const kept = (await readdir(dir))[0] ?? '';
    expect(await readFile(join(dir, kept), 'utf8')).toBe(text);
  });
});
