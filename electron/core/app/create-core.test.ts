import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FeedEvent } from '../../../shared/contract/feed.ts';
import type { Notice } from '../../../shared/contract/settings.ts';
import { silentLogger } from '../kernel/logger.ts';
import { createCore, type Core } from './create-core.ts';

let profileDir: string;
let core: Core | null;

beforeEach(async () => {
  profileDir = await mkdtemp(join(tmpdir(), 'virtdeck-core-'));
  core = null;
});
afterEach(async () => {
  await core?.close();
  await rm(profileDir, { recursive: true, force: true });
});

const open = async (): Promise<Core> => (core = await createCore({ profileDir, shell: 'portal', log: silentLogger }));

/** Calls as a page does. */
function caller(signal: AbortSignal) {
  return core!.router.createCaller({ ready: () => Promise.resolve() }, { signal });
}

async function notices(): Promise<Notice[]> {
  const watching = new AbortController();
  const feed = (await caller(watching.signal).settings.watchNotices()) as AsyncIterable<FeedEvent<Notice>>;
  for await (const event of feed) {
    watching.abort();
    return event.type === 'snapshot' ? event.items : [];
  }
  return [];
}

it('starts with damaged files, keeps them aside, and says so', async () => {
  for (const file of ['settings.json', 'connections.json']) await writeFile(join(profileDir, file), '{"damaged');
  await open();
  const told = await notices();
  expect(told.map(({ kind, params }) => [kind, params['file']])).toEqual([
    ['fileDamaged', 'settings.json'],
    ['fileDamaged', 'connections.json'],
  ]);
  for (const { params } of told) expect(await readFile(params['keptAs'] ?? '', 'utf8')).toBe('{"damaged');
  const { signal } = new AbortController();
  await caller(signal).settings.update({ theme: 'dark' });
  expect(JSON.parse(await readFile(join(profileDir, 'settings.json'), 'utf8'))).toMatchObject({ theme: 'dark' });
});

it('says of a file that is read late, too', async () => {
  await writeFile(join(profileDir, 'secrets.json'), 'damaged');
  await open();
  const { signal } = new AbortController();
  const target = { kind: 'libvirt', uri: 'test:///default' } as const;
  const { id } = await caller(signal).connections.add({ name: 'a', target, autoConnect: false });
  await caller(signal).connections.remove({ id });
  expect(await notices()).toMatchObject([{ kind: 'fileDamaged', params: { file: 'secrets.json' } }]);
});

it('keeps connections and settings over a restart, and never a secret in them', async () => {
  await open();
  const { signal } = new AbortController();
  const target = { kind: 'libvirt', uri: 'qemu+tcp://127.0.0.1:9/system' } as const;
  const secret = { value: 'hunter2', remember: false };
  await caller(signal).connections.add({ name: 'kvm "1" <b>', target, secret });
  await caller(signal).settings.update({ language: 'zh-CN' });
  await core!.close();
  for (const file of await readdir(profileDir))
    if (file.endsWith('.json')) expect(await readFile(join(profileDir, file), 'utf8')).not.toContain('hunter2');
  await open();
  expect(core!.language()).toBe('zh-CN');
  expect(JSON.parse(await readFile(join(profileDir, 'connections.json'), 'utf8'))).toMatchObject({
    connections: [{ name: 'kvm "1" <b>', target }],
  });
});

it('says what is wrong with a connection it is told to make, and stays closed', async () => {
  const options = { profileDir, shell: 'portal', log: silentLogger } as const;
  await expect(createCore({ ...options, connect: ['nonsense'] })).rejects.toMatchObject({ code: 'BAD_URI' });
  await expect(createCore({ ...options, connect: ['cloud:nobody has this'] })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});
