import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { needLab } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { putNovaBehindFront } from '../fixtures/fronted-cloud.ts';
import { makeHome, type Home } from '../fixtures/home.ts';
import { SideCloud } from '../fixtures/nova.ts';
import { startPortalProcess } from '../fixtures/portal-process.ts';
import { PrivateLibvirtd } from '../fixtures/private-libvirtd.ts';
import { virshOn } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinePage } from '../pages/machine-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

const HOST = 'test+unix:///default';

const cleanup = new Cleanup();
let home: Home;
let app: AppPage;
let machines: MachinesPage;
let machine: MachinePage;

test.beforeEach(async ({ page }) => {
  home = await makeHome();
  cleanup.defer(() => home.remove());
  app = new AppPage(page);
  machines = new MachinesPage(page);
  machine = new MachinePage(page);
});
test.afterEach(() => cleanup.run());

async function start(uri: string): Promise<void> {
  const portal = await startPortalProcess({
    env: home.env,
    profileDir: join(home.dir, 'profile'),
    args: ['--connect', uri],
  });
  cleanup.defer(() => portal.dispose());
  await app.open(portal.url);
}

/** The app with a libvirt of the test's own, which has one machine. */
async function startConnected(): Promise<PrivateLibvirtd> {
  await needLab('libvirt');
  const libvirtd = await PrivateLibvirtd.start();
  cleanup.defer(() => libvirtd.remove());
  await start(libvirtd.uri);
  await app.waitUntilConnected(HOST);
  await expect(machines.row('test')).toContainText('Running');
  return libvirtd;
}

/** A host that takes connections and says nothing, until it is stopped. */
async function startSilentHost(): Promise<{ uri: string; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const stop = async (): Promise<void> => {
    const closed = new Promise((done) => server.close(done));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { uri: `qemu+tcp://127.0.0.1:${(server.address() as AddressInfo).port}/system`, stop };
}

test('while a host has not answered its pages say that they load, and then why they cannot', async ({ page }) => {
  const host = await startSilentHost();
  await start(host.uri);
  await expect(app.scope('127.0.0.1')).toContainText('Connecting');
  await expect(machines.body.getByRole('status', { name: 'Loading' })).toBeVisible();

  await app.scope('127.0.0.1').click();
  const scope = new URL(page.url().replace('#', '')).searchParams.get('scope') ?? '';
  expect(scope).not.toBe('');
  await app.goto(`/machines/${scope}/00000000-0000-4000-8000-000000000000`);
  await expect(page.getByRole('status', { name: 'Reading the machine' })).toBeVisible();

  await host.stop();
  await expect(page.getByRole('main').getByRole('alert')).toContainText(/refused the connection|Connection lost/);
  await expect(page.getByRole('status', { name: 'Reading the machine' })).toBeHidden();
  await app.goto('/machines');
  await expect(machines.body).toContainText('Nothing to show yet');
  await expect(machines.body.getByRole('status', { name: 'Loading' })).toBeHidden();
});

test('a host without machines says so, and shows the first one that is made elsewhere', async () => {
  const libvirtd = await startConnected();
  const xml = await virshOn(libvirtd.uri, 'dumpxml', 'test');
  await virshOn(libvirtd.uri, 'destroy', 'test');
  await virshOn(libvirtd.uri, 'undefine', 'test');
  await expect(machines.body).toContainText('No machines here');
  const file = join(home.dir, 'made.xml');
  await writeFile(file, xml.replace('<name>test</name>', '<name>made elsewhere</name>'));
  await virshOn(libvirtd.uri, 'define', file);
  await expect(machines.row('made elsewhere')).toContainText('Off');
});

test('the page of a machine that is deleted elsewhere says so', async ({ page }) => {
  const libvirtd = await startConnected();
  await machines.open('test');
  await machine.expectOpen('test');
  await virshOn(libvirtd.uri, 'destroy', 'test');
  await virshOn(libvirtd.uri, 'undefine', 'test');
  await expect(page.getByRole('heading', { level: 1, name: 'This machine is gone' })).toBeVisible();
  await app.goto('/machines/no-such-connection/no-such-machine');
  await expect(page.getByRole('heading', { name: 'This connection does not exist any more' })).toBeVisible();
  await page.getByRole('link', { name: 'All machines' }).click();
  await expect(machines.body).toContainText('No machines here');
});

test('the page of a machine whose host is lost keeps what was known, and says that it is old', async ({ page }) => {
  const libvirtd = await startConnected();
  await machines.open('test');
  await expect(machine.section('Facts')).toContainText('UUID');
  await libvirtd.kill();
  await expect(page.getByRole('main').getByRole('alert')).toContainText('Last known state');
  await expect(machine.section('Facts')).toContainText('UUID');
  await libvirtd.start();
  await expect(page.getByRole('main').getByRole('alert')).toBeHidden({ timeout: 120_000 });
});

test('what a host does not support is said where it is asked for', async ({ page }) => {
  await startConnected();
  await machines.open('test');
  await machine.expectOpen('test');
  // libvirt's test driver has neither a screen nor a serial console.
  await machine.openTab('Console');
  await expect(machine.console).toContainText('no graphics device');
  await machine.openTab('Console log');
  const log = page.getByRole('tabpanel', { name: 'Console log' });
  await expect(log.getByRole('alert')).toContainText('Not supported there');
  await expect(log).not.toContainText('Nothing yet');
});

test('what a user may neither see nor do is said, and works again when the right is there', async ({ page }) => {
  await needLab('openstack');
  const cloud = await SideCloud.open('lab-edu');
  let isForbidden = false;
  const forbidden = {
    status: 403,
    body: JSON.stringify({ forbidden: { code: 403, message: "Policy doesn't allow this to be performed." } }),
  };
  const name = 'cloud with few rights';
  await putNovaBehindFront(cleanup, home, cloud, name, (method, path) =>
    isForbidden && (method === 'POST' || /\/servers\/[0-9a-f-]{36}/.test(path)) ? forbidden : null,
  );
  await start(`cloud:${name}`);
  await app.waitUntilConnected(name);
  await expect(machines.row('lab-server')).toContainText('Running');

  isForbidden = true;
  await machines.open('lab-server');
  await machine.expectOpen('lab-server');
  const failure = page.getByRole('main').getByRole('alert').filter({ hasText: 'You are not allowed to do this' });
  await expect(failure).toBeVisible();
  await failure.getByRole('button', { name: 'Technical details' }).click();
  await expect(failure).toContainText("Policy doesn't allow this to be performed.");
  // Nothing is awaited any more, so no place is kept for it.
  await expect(machine.section('Facts')).toBeHidden();
  await app.openTasks();
  await machine.act('lab-server', 'Lock');
  await expect(app.task('Lock', 'lab-server')).toContainText('You are not allowed to do this');

  isForbidden = false;
  await failure.getByRole('button', { name: 'Try again' }).click();
  await expect(failure).toBeHidden();
  await expect(machine.section('Facts')).toContainText('m1.tiny');
});

test('a list that a user may not see says so instead of being empty', async ({ page }) => {
  await needLab('openstack');
  const cloud = await SideCloud.open('lab-edu');
  const name = 'cloud without a list';
  await putNovaBehindFront(cleanup, home, cloud, name, (_method, path) =>
    path.includes('/servers/detail')
      ? { status: 403, body: JSON.stringify({ forbidden: { code: 403, message: 'servers:detail is not for you' } }) }
      : null,
  );
  await start(`cloud:${name}`);
  await expect(page.getByRole('main')).toContainText('You are not allowed to do this');
  await expect(machines.body).not.toContainText('No machines here');
});
