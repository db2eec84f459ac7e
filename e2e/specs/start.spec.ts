import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { needLab } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { makeHome } from '../fixtures/home.ts';
import { startPortalProcess } from '../fixtures/portal-process.ts';
import { filesWith } from '../fixtures/profile-files.ts';
import { cloudsFile } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

const cli = resolve(import.meta.dirname, '../../build/portal/cli.js');
const cleanup = new Cleanup();

test.afterEach(() => cleanup.run());

/** Runs the portal until it ends by itself. */
async function runPortal(
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [cli, '--browser', ...args], { env: { ...process.env, DISPLAY: '', ...env } });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.once('exit', done));
  return { code, output };
}

test('says where it is ready and lets in who has the token, then who has the cookie', async ({ page, request }) => {
  const home = await makeHome();
  cleanup.defer(() => home.remove());
  const portal = await startPortalProcess({ env: home.env, args: ['--token', 'a-token-of-this-test'] });
  cleanup.defer(() => portal.dispose());
  expect(portal.output()).toMatch(/^Virtdeck is ready at http:\/\/127\.0\.0\.1:\d+\/\?token=a-token-of-this-test$/m);
  const { origin } = new URL(portal.url);

  expect((await request.get(origin)).status()).toBe(401);
  expect((await request.get(`${origin}/?token=another-token`)).status()).toBe(403);

  await page.goto(portal.url);
  await expect(page.getByRole('heading', { name: 'Welcome to Virtdeck' })).toBeVisible();
  // Neither the address bar nor a script has what would let somebody else in.
  expect(page.url()).not.toContain('token');
  expect(await page.evaluate('document.cookie')).toBe('');
  await page.goto(origin);
  await expect(page.getByRole('heading', { name: 'Welcome to Virtdeck' })).toBeVisible();
});

test('refuses a flag it does not know, a port in use and a profile in use', async () => {
  const home = await makeHome();
  cleanup.defer(() => home.remove());
  const portal = await startPortalProcess({ env: home.env });
  cleanup.defer(() => portal.dispose());
  const ownProfile = ['--profile', join(home.dir, 'profile')];

  const unknown = await runPortal([...ownProfile, '--no-such-flag'], home.env);
  expect(unknown.code).toBe(1);
  expect(unknown.output).toContain('--no-such-flag');
  expect(unknown.output).toContain('Usage:');

  const { port } = new URL(portal.url);
  const inUse = await runPortal([...ownProfile, '--port', port], home.env);
  expect(inUse.code).toBe(1);
  expect(inUse.output).toContain(port);
  expect(inUse.output.trim().split('\n')).toHaveLength(1);

  const locked = await runPortal(['--profile', portal.profileDir], home.env);
  expect(locked.code).toBe(1);
  expect(locked.output).toContain('another Virtdeck uses the profile');

  const badUri = await runPortal([...ownProfile, '--connect', 'nosuch://host/system'], home.env);
  expect(badUri.code).toBe(1);
  expect(badUri.output).toContain('nosuch');

  const noCloud = await runPortal([...ownProfile, '--connect', 'cloud:nowhere'], home.env);
  expect(noCloud.code).toBe(1);
  expect(noCloud.output).toContain('nowhere');
});

test('connects what it is told to, and after a restart what it knows, with no secret on disk', async ({ page }) => {
  await needLab('libvirt', 'openstack');
  const home = await makeHome({ cloudsFile });
  cleanup.defer(() => home.remove());
  const profileDir = join(home.dir, 'profile');
  const first = await startPortalProcess({
    env: home.env,
    profileDir,
    args: ['--connect', 'test:///default', '--connect', 'cloud:lab-edu'],
  });
  cleanup.defer(() => first.dispose());
  const app = new AppPage(page);
  const machines = new MachinesPage(page);
  await app.open(first.url);
  await app.waitUntilConnected('test:///default');
  await app.waitUntilConnected('lab-edu');
  await expect(machines.row('test')).toBeVisible();
  await expect(machines.row('lab-server')).toBeVisible();
  expect(await first.stop()).toBe(0);
  expect(await filesWith(profileDir, 'redhat')).toEqual([]);

  // Before anything answers, the list of last time is there.
  const second = await startPortalProcess({ env: home.env, profileDir });
  cleanup.defer(() => second.dispose());
  await app.open(second.url);
  // The list of last time is there at once; what clouds.yaml still holds is not asked for.
  await expect(machines.row('lab-server')).toBeVisible();
  await app.waitUntilConnected('lab-edu');
  await app.waitUntilConnected('test:///default');
  await expect(machines.row('test')).toBeVisible();
  expect(await filesWith(profileDir, 'redhat')).toEqual([]);
});
