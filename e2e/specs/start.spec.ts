import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { needLab, skipBecause } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { makeHome } from '../fixtures/home.ts';
import { startPortalProcess } from '../fixtures/portal-process.ts';
import { PrivateLibvirtd } from '../fixtures/private-libvirtd.ts';
import { filesWith } from '../fixtures/profile-files.ts';
import { cloudsFile } from '../lab/paths.ts';
import { freePort } from '../lab/sshd.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

const root = resolve(import.meta.dirname, '../..');
const cli = join(root, 'build/portal/cli.js');
const cleanup = new Cleanup();

test.afterEach(() => cleanup.run());

function connect(...uris: string[]): string[] {
  return uris.flatMap((uri) => ['--connect', uri]);
}

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

test('npm start takes its flags, serves what they name and ends with Ctrl-C', async ({ page }) => {
  // It builds first where something has changed.
  await needLab('libvirt');
  const home = await makeHome();
  cleanup.defer(() => home.remove());
  const libvirtd = await PrivateLibvirtd.start();
  cleanup.defer(() => libvirtd.remove());
  const port = await freePort();
  const profileDir = join(home.dir, 'a profile of its own');
  const portal = await startPortalProcess({
    isByNpm: true,
    env: home.env,
    profileDir,
    args: ['--port', String(port), '--token', 'token given by hand', ...connect(libvirtd.uri, 'test:///default')],
  });
  cleanup.defer(() => portal.dispose());
  const url = new URL(portal.url);
  expect(url.port).toBe(String(port));
  expect(url.searchParams.get('token')).toBe('token given by hand');
  const app = new AppPage(page);
  const machines = new MachinesPage(page);
  await app.open(portal.url);
  await app.waitUntilConnected('test+unix:///default');
  await app.waitUntilConnected('test:///default');
  await expect(machines.row('test')).toHaveCount(2);
  expect(await readdir(profileDir)).toEqual(expect.arrayContaining(['connections.json', 'lock', 'virtdeck.log']));

  await portal.stop();
  // Nothing is left: the profile and the port are free for the next start, which knows the connections.
  expect(await readdir(profileDir)).not.toContain('lock');
  const next = await startPortalProcess({ env: home.env, profileDir, args: ['--port', String(port)] });
  cleanup.defer(() => next.dispose());
  await app.open(next.url);
  await expect(machines.row('test')).toHaveCount(2);
});

test('connects what it is told to, and after a restart what it knows, with no secret on disk', async ({ page }) => {
  await needLab('libvirt', 'openstack');
  const home = await makeHome({ cloudsFile });
  cleanup.defer(() => home.remove());
  const profileDir = join(home.dir, 'profile');
  const first = await startPortalProcess({
    env: home.env,
    profileDir,
    args: connect('test:///default', 'cloud:lab-edu'),
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

test('where the network says nothing, the browser comes instead of Electron within 20 s', async ({ request }) => {
  // The installer writes this file once the binary is there.
  skipBecause(existsSync(join(root, 'node_modules/electron/path.txt')) ? "Electron's binary is here already" : '');
  test.setTimeout(120_000);
  const home = await makeHome();
  cleanup.defer(() => home.remove());
  // The browser of this desktop writes down what it was asked to open.
  const opened = join(home.dir, 'opened');
  const browser = join(home.dir, 'bin/xdg-open');
  await writeFile(browser, `#!/bin/sh\nprintf %s "$1" > '${opened}'\n`);
  await chmod(browser, 0o755);
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
  cleanup.defer(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => silent.close(done));
  });

  const child = spawn(process.execPath, ['scripts/start.mjs', '--profile', join(home.dir, 'profile')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...home.env,
      DISPLAY: ':99',
      ELECTRON_MIRROR: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`,
      electron_config_cache: join(home.dir, 'electron-cache'),
    },
  });
  const exited = new Promise<number | null>((done) => child.once('exit', done));
  cleanup.defer(async () => {
    child.kill('SIGINT');
    await exited;
  });
  const lines: { text: string; at: number }[] = [];
  const read = (chunk: Buffer): void => {
    for (const text of chunk.toString().split('\n')) if (text !== '') lines.push({ text, at: Date.now() });
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const line = (text: string): { text: string; at: number } | undefined => lines.find((one) => one.text.includes(text));
  await expect.poll(() => line('Virtdeck is ready at'), { timeout: 100_000 }).toBeDefined();
  expect(line('Virtdeck opens in the browser instead')?.text).toMatch(/^Electron could not be fetched: .*\.$/);
  const waitedMs = (line('Virtdeck is ready at')?.at ?? 0) - (line("Fetching Electron's binary")?.at ?? 0);
  expect(waitedMs, lines.map(({ text }) => text).join('\n')).toBeLessThan(20_000);

  // What stands in the list of processes is good for one visit, and is not the printed token.
  await expect.poll(() => readFile(opened, 'utf8').catch(() => '')).toContain('/?token=');
  const url = await readFile(opened, 'utf8');
  expect(line('Virtdeck is ready at')?.text).not.toContain(new URL(url).search);
  expect((await request.get(url)).status()).toBe(200);
  expect((await request.get(url)).status()).toBe(403);
});
