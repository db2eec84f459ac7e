import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { putNovaBehindFront } from '../fixtures/fronted-cloud.ts';
import { makeHome, type Home } from '../fixtures/home.ts';
import { SideCloud } from '../fixtures/nova.ts';
import { startPortalProcess, type PortalProcess } from '../fixtures/portal-process.ts';
import { PrivateLibvirtd } from '../fixtures/private-libvirtd.ts';
import { defineGuest, virshOn } from '../fixtures/virsh.ts';
import { startDelayProxy, type DelayProxy } from '../lab/delay-proxy.ts';
import { freePort, startSshd, type Sshd } from '../lab/sshd.ts';
import { AppPage } from '../pages/app-page.ts';
import { MachinesPage } from '../pages/machines-page.ts';

const BACK_MS = 120_000;

const cleanup = new Cleanup();
const perTest = new Cleanup();
let home: Home;
let sshd: Sshd;
let sshdDir: string;
let line: DelayProxy;
let libvirtd: PrivateLibvirtd;
let portal: PortalProcess;
let portalArgs: string[];
let app: AppPage;
let machines: MachinesPage;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  sshdDir = await mkdtemp(join(tmpdir(), 'virtdeck-sshd-'));
  cleanup.defer(() => rm(sshdDir, { recursive: true, force: true }));
  sshd = await startSshd({ mode: 'key', dir: sshdDir, hostKeyTypes: ['ed25519'] });
  cleanup.defer(() => sshd.stop());
  line = await startDelayProxy({ targetPort: sshd.port, roundTripMs: 2 });
  cleanup.defer(() => line.stop());
  libvirtd = await PrivateLibvirtd.start();
  cleanup.defer(() => libvirtd.remove());
  home = await makeHome({
    keys: { id_ed25519: sshd.clientKeys.ed25519 },
    knownHosts: [sshd.knownHostsLine(), `[127.0.0.1]:${line.port} ${sshd.hostKeys.ed25519 ?? ''}`],
    sshConfig: [
      `Host kvm-direct\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  User ${sshd.user}`,
      `Host kvm-far\n  HostName 127.0.0.1\n  Port ${line.port}\n  User ${sshd.user}`,
    ].join('\n'),
  });
  cleanup.defer(() => home.remove());
  portalArgs = ['--port', String(await freePort()), '--token', 'token-of-pull-the-plug'];
  const uris = ['qemu+ssh://kvm-direct/system', 'qemu+ssh://kvm-far/system', libvirtd.uri];
  portal = await startPortal(uris.flatMap((uri) => ['--connect', uri]));
  cleanup.defer(() => portal.dispose());
});
test.afterAll(() => cleanup.run());
test.afterEach(() => perTest.run());

test.beforeEach(async ({ page }) => {
  app = new AppPage(page);
  machines = new MachinesPage(page);
  await app.open(portal.url);
  for (const name of ['kvm-direct', 'kvm-far', 'test+unix:///default']) await app.waitUntilConnected(name);
});

function startPortal(args: readonly string[]): Promise<PortalProcess> {
  return startPortalProcess({ env: home.env, profileDir: join(home.dir, 'profile'), args: [...portalArgs, ...args] });
}

/** Shows the machines of one connection only. */
async function show(connection: string): Promise<void> {
  await app.scope(connection).click();
  await expect(app.scope(connection)).toHaveAttribute('aria-current', 'true');
}

/** Waits until the connection is shown as down: the reason, the countdown, and a row that is grey. */
async function expectDown(connection: string, row: string, reason: RegExp): Promise<void> {
  await expect(machines.row(row)).toHaveAccessibleDescription(/^Last known state/);
  const problems = machines.page.getByRole('region', { name: 'Connection problems' });
  await expect(problems).toContainText(connection);
  await expect(problems).toContainText(reason);
  await expect(problems).toContainText(/Next try in \d+/);
}

/** Waits until the connection is up again by itself. */
async function expectBack(connection: string, row: string): Promise<void> {
  await app.waitUntilConnected(connection, BACK_MS);
  await expect(machines.row(row)).toHaveAccessibleDescription('');
  await expect(machines.page.getByRole('region', { name: 'Connection problems' })).toBeHidden();
}

test('SSH sessions that are killed come back', async () => {
  await show('kvm-direct');
  await expect(machines.row('lab-guest')).toBeVisible();
  await sshd.killSessions();
  await expectBack('kvm-direct', 'lab-guest');
});

test('an sshd that is stopped makes one grey list, which is right again after its return', async () => {
  await show('kvm-direct');
  await expect(machines.row('lab-guest')).toBeVisible();
  await sshd.stop();
  await expectDown('kvm-direct', 'lab-guest', /refused the connection|Connection lost/);
  // What was done meanwhile is not known yet.
  const guest = await defineGuest('e2e-plug', 4);
  perTest.defer(() => guest.remove());
  // The other host is as it was: one dead host holds up nobody.
  await expect(app.scope('test+unix:///default')).toContainText('Connected');

  sshd = await startSshd({ mode: 'key', dir: sshdDir, port: sshd.port, hostKeyTypes: ['ed25519'] });
  cleanup.defer(() => sshd.stop());
  await expectBack('kvm-direct', 'lab-guest');
  await expect(machines.row(guest.name)).toBeVisible();
});

test('a network that stops to deliver is noticed, and the connection comes back', async () => {
  await show('kvm-far');
  await expect(machines.row('lab-guest')).toBeVisible();
  line.stall();
  await expectDown('kvm-far', 'lab-guest', /./);
  line.resume();
  await expectBack('kvm-far', 'lab-guest');
});

test('a libvirtd that is killed and started again is shown as it is then', async () => {
  const name = 'e2e-forgotten';
  const file = join(home.dir, 'forgotten.xml');
  await writeFile(
    file,
    `<domain type='test'><name>${name}</name><memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>`,
  );
  await virshOn(libvirtd.uri, 'define', file);
  await show('test+unix:///default');
  await expect(machines.row(name)).toBeVisible();
  await libvirtd.kill();
  await expectDown('test+unix:///default', name, /./);
  await libvirtd.start();
  // The test driver starts with its own domain and nothing else.
  await expectBack('test+unix:///default', 'test');
  await expect(machines.row(name)).toBeHidden();
});

test('a portal that dies is said to be away, and the page goes on when it is back', async ({ page }) => {
  await show('test+unix:///default');
  await expect(machines.row('test')).toBeVisible();
  await portal.kill();
  const away = page.getByRole('alert').filter({ hasText: "Virtdeck's core does not answer" });
  await expect(away).toBeVisible();
  portal = await startPortal([]);
  cleanup.defer(() => portal.dispose());
  await expect(away).toBeHidden({ timeout: BACK_MS });
  await expectBack('test+unix:///default', 'test');
});

test('a Nova that is away makes its cloud grey until it answers again', async () => {
  await needLab('openstack');
  const cloud = await SideCloud.open('lab-edu');
  const name = 'cloud behind a front';
  const nova = await putNovaBehindFront(perTest, home, cloud, name);
  await portal.stop();
  portal = await startPortal(['--connect', `cloud:${name}`]);
  cleanup.defer(() => portal.dispose());
  await app.open(portal.url);
  await app.waitUntilConnected(name);
  await show(name);
  await expect(machines.row('lab-server')).toBeVisible();

  await nova.setDown(true);
  await expectDown(name, 'lab-server', /refused the connection|Connection lost/);
  const server = await cloud.createServer('e2e-plug');
  perTest.defer(() => cloud.deleteServer(server.id));
  await expect(machines.row(server.name)).toBeHidden();
  await nova.setDown(false);
  await expectBack(name, 'lab-server');
  await expect(machines.row(server.name)).toBeVisible();
});
