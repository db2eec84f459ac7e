import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { virsh } from '../../../../e2e/fixtures/virsh.ts';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { libvirtDir } from '../../../../e2e/lab/paths.ts';
import { AppError } from '../../kernel/app-error.ts';
import { LibvirtLab } from '../connections/fixtures/lab-libvirt.ts';
import type { ProvisioningBackend } from './ports.ts';

const poolName = `hc-images-${process.pid}`;
const image = Buffer.alloc(3 * 1024 ** 2, 'x');
image.fill('\x01CD001\x01', 32_768, 32_775);
image.fill(' ', 32_808, 32_840);
image.write('Debian 13.1.0 amd64 n', 32_808);
const sha256 = createHash('sha256').update(image).digest('hex');

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: images from an address (${reason})`);

describe.skipIf(reason !== null)('images from an address', { timeout: 30_000 }, () => {
  const lab = new LibvirtLab();
  let server: Server;
  let answer: RequestListener;
  let url: string;
  let dir: string;
  let poolId: string;
  let provisioning: ProvisioningBackend;
  let steps: [string, number | null][];

  const fetchAs = async (name: string, change: { sha256?: string; signal?: AbortSignal; url?: string } = {}) => {
    const { signal = new AbortController().signal } = change;
    const input = { connectionId: 'lab', poolId, name, url: change.url ?? url, sha256: change.sha256 ?? null };
    const progress = (step: string, fraction: number | null = null): void => void steps.push([step, fraction]);
    await provisioning.fetchImage(input, { signal, progress });
  };
  const failure = async (work: Promise<unknown>): Promise<AppError> =>
    AppError.from(
      await work.then(
        () => null,
        (error: unknown) => error,
      ),
    );

  beforeAll(async () => {
    server = createServer((request, response) => answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.iso`;
    dir = await mkdtemp(join(libvirtDir, 'hc-images-'));
    await chmod(dir, 0o755);
    await virsh('pool-create-as', poolName, 'dir', '--target', dir);
    poolId = await virsh('pool-uuid', poolName);
    await writeFile(join(dir, 'short.img'), 'short');
    await virsh('pool-refresh', poolName);
    const { session } = await lab.connect('qemu:///system');
    if (session.provisioning === undefined) throw new Error('a host that makes no machines');
    provisioning = session.provisioning;
  });

  beforeEach(() => {
    steps = [];
    answer = (_, response) => response.writeHead(200, { 'content-length': image.length }).end(image);
  });

  afterAll(async () => {
    await lab.close();
    server.closeAllConnections();
    server.close();
    await Promise.allSettled([virsh('pool-destroy', poolName)]);
    await rm(dir, { recursive: true, force: true });
  });

  it('arrives as it is, with progress, and tells what it is', async () => {
    await fetchAs('a & "b".iso', { sha256 });
    expect((await readFile(join(dir, 'a & "b".iso'))).equals(image)).toBe(true);
    expect(steps[0]).toEqual(['asking', null]);
    expect(steps.at(-1)?.[0]).toBe('fetching');
    expect(steps.at(-1)?.[1]).toBeGreaterThan(0.3);
    const ref = { connectionId: 'lab', poolId, name: 'a & "b".iso' };
    const { signal } = new AbortController();
    expect(await provisioning.image(ref, signal)).toEqual({ isIso: true, label: 'Debian 13.1.0 amd64 n' });
    const short = await provisioning.image({ ...ref, name: 'short.img' }, signal);
    expect(short).toEqual({ isIso: false, label: null });
    await expect(provisioning.image({ ...ref, name: 'none' }, signal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('arrives also where the server does not tell its size, and through a redirection', async () => {
    const { port } = server.address() as AddressInfo;
    answer = ({ url: path }, response) => {
      if (path === '/moved') response.writeHead(302, { location: `http://127.0.0.1:${port}/b.iso` }).end();
      else response.writeHead(200).end(image);
    };
    await fetchAs('sizeless.iso', { url: url.replace('a.iso', 'moved'), sha256 });
    expect((await readFile(join(dir, 'sizeless.iso'))).equals(image)).toBe(true);
    expect(await virsh('vol-dumpxml', '--pool', poolName, 'sizeless.iso')).toContain(
      `<capacity unit='bytes'>${image.length}</capacity>`,
    );
  });

  it.each<[string, RequestListener, { sha256?: string }, Record<string, unknown>]>([
    ['a refusal', (_, response) => response.writeHead(404).end('no'), {}, { reason: 'status', status: 404 }],
    ['other bytes', (_, response) => response.end(Buffer.from('other')), { sha256 }, { reason: 'checksum' }],
    [
      'too few bytes',
      (_, response) => {
        response.writeHead(200, { 'content-length': image.length });
        response.write(image.subarray(0, 1024 ** 2), () => response.destroy());
      },
      {},
      {},
    ],
    ['nothing', (_, response) => response.writeHead(200, { 'content-length': 0 }).end(), {}, { reason: 'short' }],
  ])('leaves nothing behind after %s', async (what, listener, change, params) => {
    answer = listener;
    const error = await failure(fetchAs('half.iso', change));
    expect(error, what).toMatchObject({ code: 'DOWNLOAD_FAILED', params });
    expect(await readdir(dir)).not.toContain('half.iso');
  });

  it('leaves nothing behind when it is cancelled, or when there is no server', async () => {
    const controller = new AbortController();
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': image.length });
      response.write(image.subarray(0, 2 * 1024 ** 2));
    };
    const cancelled = failure(fetchAs('half.iso', { signal: controller.signal }));
    await expect.poll(() => steps.at(-1)?.[1] ?? 0, { interval: 20 }).toBeGreaterThan(0.3);
    controller.abort(new AppError('CANCELLED'));
    expect(await cancelled).toMatchObject({ code: 'CANCELLED' });
    const nobody = await failure(fetchAs('half.iso', { url: 'http://127.0.0.1:1/a.iso' }));
    expect(nobody).toMatchObject({ code: 'DOWNLOAD_FAILED', params: { reason: 'notReached', host: '127.0.0.1:1' } });
    expect(await readdir(dir)).not.toContain('half.iso');
  });
});
