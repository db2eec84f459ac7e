import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import type { Task } from '../../../../shared/contract/tasks.ts';
import { systemClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { TaskEngine } from '../../tasks/task-engine.ts';
import { countCalls, LibvirtLab, type CallCounter } from '../connections/fixtures/lab-libvirt.ts';
import type { ConnectionSupervisor } from '../connections/supervisor.ts';
import type { StorageBackend } from './ports.ts';
import { VolumeTransfers } from './volume-transfers.ts';

const run = promisify(execFile);
const virsh = async (...args: string[]): Promise<string> =>
  (await run('virsh', ['-q', '-c', 'qemu:///system', ...args])).stdout;
const MIB = 1024 ** 2;
const within = { timeout: 20_000, interval: 10 };
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: bytes of a real host's volumes (${reason})`);

describe.skipIf(reason !== null)("bytes of a real host's volumes", { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const poolName = `ht-transfers-${process.pid}`;
  const tasks = new TaskEngine(systemClock, silentLogger);
  const content = Buffer.concat([randomBytes(40 * MIB), Buffer.alloc(20 * MIB), randomBytes(20 * MIB + 7)]);
  let dir: string;
  let pool: string;
  let poolId: string;
  let counter: CallCounter;
  let supervisor: ConnectionSupervisor;
  let transfers: VolumeTransfers;
  let offered: Duplex;

  beforeAll(async () => {
    dir = await mkdtemp(join(libvirtDir, 'ht-transfers-'));
    await chmod(dir, 0o755);
    pool = join(dir, 'pool');
    await mkdir(pool);
    await virsh('pool-create-as', poolName, 'dir', '--target', pool);
    poolId = (await virsh('pool-uuid', poolName)).trim();
    counter = await countCalls('/run/libvirt/libvirt-sock', dir);
    supervisor = lab.supervise(`qemu+unix:///system?socket=${counter.socket}`);
    await isOnline();
    transfers = new VolumeTransfers({
      backend,
      online: isOnline,
      tasks,
      bytes: {
        offer: (stream) => {
          offered = stream;
          return 'ticket';
        },
      },
      clock: systemClock,
      log: silentLogger,
    });
  });

  afterAll(async () => {
    await lab.close();
    await counter.close();
    await Promise.allSettled([virsh('pool-destroy', poolName)]);
    await rm(dir, { recursive: true, force: true });
  });

  const isOnline = async (): Promise<void> => {
    await vi.waitFor(() => {
      // Not after the pause that a host gets whose connection is lost often.
      supervisor.connect();
      return supervisor.session;
    }, within);
  };
  const backend = (): StorageBackend => {
    if (supervisor.session.storage === undefined) throw new Error('a host without storage');
    return supervisor.session.storage;
  };
  const ref = (name: string) => ({ connectionId: 'lab', poolId, name });
  const openUpload = async (name: string): Promise<string> => {
    const input = { ...ref(name), sizeBytes: content.length };
    // The test before may have cut the connection.
    await isOnline();
    await backend().createForUpload(input);
    return (await transfers.upload(input)).taskId;
  };
  const task = (id: string): Task | undefined => tasks.list.items.get(id);
  const ended = (id: string): Promise<Task | undefined> =>
    vi.waitFor(() => {
      if (task(id)?.endedAt == null) throw new Error(`it is at ${String(task(id)?.fraction)}`);
      return task(id);
    }, within);
  /** Part of the file, in pieces as a page sends them. */
  const send = async (startMib: number, endMib: number): Promise<void> => {
    const part = content.subarray(startMib * MIB, endMib * MIB);
    for (let at = 0; at < part.length; at += 60_000) {
      if (!offered.write(part.subarray(at, at + 60_000))) await once(offered, 'drain');
    }
  };

  it('takes a file, and goes on where the connection was cut several times', async () => {
    const taskId = await openUpload('sent.img');
    await send(0, 17);
    counter.cut();
    await send(17, 50);
    expect(task(taskId)?.status).toBe('running');
    counter.cut();
    await send(50, Infinity);
    offered.end();
    expect(await ended(taskId)).toMatchObject({ status: 'succeeded', error: null });
    expect(transfers.checksumOf(taskId)).toBe(hashOf(content));
    expect(hashOf(await readFile(join(pool, 'sent.img')))).toBe(hashOf(content));
    // Zeros became holes.
    expect((await stat(join(pool, 'sent.img'))).blocks * 512).toBeLessThan(62 * MIB);
  });

  it('removes what did not come to its end', async () => {
    const cut = await openUpload('cut.img');
    offered.write(content.subarray(0, MIB));
    offered.destroy();
    expect((await ended(cut))?.status).toBe('cancelled');
    expect(await readdir(pool)).not.toContain('cut.img');
    const stopped = await openUpload('stopped.img');
    offered.write(content.subarray(0, MIB));
    tasks.cancel(stopped);
    expect((await ended(stopped))?.status).toBe('cancelled');
    expect(await readdir(pool)).not.toContain('stopped.img');
    await expect(openUpload('sent.img')).rejects.toMatchObject({ source: { procedure: 'STORAGE_VOL_CREATE_XML' } });
    expect(await readdir(pool)).toContain('sent.img');
  });

  it('gives a volume as it is, holes and all, also over a connection that is cut', async () => {
    const path = join(pool, 'holes.img');
    const file = await open(path, 'w');
    await file.write(content, 0, 40 * MIB, 5 * MIB);
    await file.truncate(90 * MIB + 7);
    await file.close();
    await virsh('pool-refresh', poolName);
    const sha256 = hashOf(await readFile(path));

    await isOnline();
    const { taskId, sizeBytes } = await transfers.download(ref('holes.img'));
    expect(sizeBytes).toBe(90 * MIB + 7);
    const hash = createHash('sha256');
    let gotBytes = 0;
    let nextCut = 11 * MIB;
    offered.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      gotBytes += chunk.length;
      if (gotBytes < nextCut) return;
      nextCut += 31 * MIB;
      counter.cut();
    });
    offered.once('end', () => offered.end());
    expect(await ended(taskId)).toMatchObject({ status: 'succeeded', error: null });
    expect(hash.digest('hex')).toBe(sha256);
    expect(transfers.checksumOf(taskId)).toBe(sha256);

    // The channel of streams is not held up by those that nobody read.
    await isOnline();
    const stopped = await transfers.download(ref('holes.img'));
    tasks.cancel(stopped.taskId);
    expect((await ended(stopped.taskId))?.status).toBe('cancelled');
    const checked = await transfers.checksum(ref('holes.img'));
    await ended(checked.taskId);
    expect(transfers.checksumOf(checked.taskId)).toBe(sha256);
    await expect(transfers.download(ref('nothing.img'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
