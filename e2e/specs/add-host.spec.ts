import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { sshUri } from '../fixtures/connect.ts';
import { makeHome, type Home } from '../fixtures/home.ts';
import { startPortalProcess, type PortalProcess } from '../fixtures/portal-process.ts';
import { filesWith } from '../fixtures/profile-files.ts';
import { freePort, startSshd, whyNoSshd, type Sshd, type SshdMode } from '../lab/sshd.ts';
import { AddConnectionDialog } from '../pages/add-connection-dialog.ts';
import { AppPage } from '../pages/app-page.ts';

const run = promisify(execFile);
const hostKeyTypes = ['ed25519'] as const;
const cleanup = new Cleanup();
const perTest = new Cleanup();
let sshd: Sshd;
let home: Home;
let portal: PortalProcess;
let dialog: AddConnectionDialog;

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  sshd = await startSshd({ mode: 'key', hostKeyTypes });
  cleanup.defer(() => sshd.stop());
  home = await makeHome({
    keys: { id_ed25519: sshd.clientKeys.ed25519 },
    sshConfig: `Host lab-by-alias\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  User ${sshd.user}\n`,
  });
  cleanup.defer(() => home.remove());
  portal = await startPortalProcess({ env: home.env, profileDir: join(home.dir, 'profile') });
  cleanup.defer(() => portal.dispose());
});
test.afterAll(() => cleanup.run());
test.afterEach(() => perTest.run());

test.beforeEach(async ({ page }) => {
  await new AppPage(page).open(portal.url, '/connections');
  dialog = new AddConnectionDialog(page);
});

/** A socket that only root may use, as libvirt's own is outside the group libvirt. */
const forbidden = { socket: '/run/libvirt/libvirt-admin-sock' };

/** A server of the test's own, known to the home's known_hosts unless the test is about that. */
async function startServer(mode: SshdMode, isKnown = true): Promise<Sshd> {
  const server = await startSshd({ mode, hostKeyTypes });
  perTest.defer(() => server.stop());
  if (isKnown) await writeFile(home.knownHostsFile, `${server.knownHostsLine()}\n`, { flag: 'a' });
  return server;
}

test('by form: asks once about an unknown host key, with the fingerprint of ssh-keygen', async ({ page }) => {
  await writeFile(home.knownHostsFile, '');
  await dialog.open();
  await dialog.field('User').fill(sshd.user);
  await dialog.field('Host').fill('127.0.0.1');
  await dialog.field('Port').fill(String(sshd.port));
  await expect(dialog.uri).toHaveValue(sshUri(sshd));
  await dialog.field('Name').fill('by form');
  await dialog.submit();

  const prompt = dialog.prompt('Do you know this host?');
  const { stdout } = await run('ssh-keygen', ['-lf', join(sshd.dir, 'ssh_host_ed25519_key.pub')]);
  const fingerprint = /SHA256:\S+/.exec(stdout)?.[0] ?? '';
  await expect(prompt.getByRole('group', { name: 'ssh-ed25519 fingerprint' })).toHaveText(fingerprint);
  await prompt.getByRole('button', { name: 'Do not connect' }).click();
  await expect(dialog.failure).toContainText('The host key of 127.0.0.1 was not accepted');
  expect(await home.readKnownHosts()).toBe('');

  await dialog.choice('Try again').click();
  await prompt.getByRole('button', { name: 'It is the same: connect' }).click();
  await dialog.finish('by form');
  expect(await home.readKnownHosts()).toContain(sshd.hostKeys.ed25519);
  await run('ssh-keygen', ['-F', `[127.0.0.1]:${sshd.port}`, '-f', home.knownHostsFile]);

  // The second time nothing is asked.
  await dialog.open();
  await dialog.addUri(sshUri(sshd), 'known by now');
  await dialog.finish('known by now');
  await expect(
    page.getByRole('table', { name: 'Connections' }).getByRole('row', { name: /known by now/ }),
  ).toContainText('Connected');
});

test('refuses a changed host key and shows both fingerprints', async () => {
  const server = await startServer('key', false);
  const stranger = (await readFile(`${server.clientKeys.stranger}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');
  await writeFile(home.knownHostsFile, `[127.0.0.1]:${server.port} ${stranger}\n`, { flag: 'a' });
  await dialog.open();
  await dialog.addUri(sshUri(server, { keyfile: server.clientKeys.ed25519 }), 'changed key');
  await expect(dialog.failure).toContainText('The host key of 127.0.0.1 has changed');
  const shown = await run('ssh-keygen', ['-lf', join(server.dir, 'ssh_host_ed25519_key.pub')]);
  const known = await run('ssh-keygen', ['-lf', `${server.clientKeys.stranger}.pub`]);
  for (const { stdout } of [shown, known]) {
    await expect(dialog.failure).toContainText(/SHA256:\S+/.exec(stdout)?.[0] ?? 'no fingerprint');
  }
  await expect(dialog.failure).toContainText(`ssh-keygen -R '[127.0.0.1]:${server.port}'`);
  await expect(dialog.dialog.getByRole('heading', { name: 'changed key could not be connected' })).toBeVisible();
});

test('asks for the passphrase of a key, again after a wrong one', async () => {
  await writeFile(home.knownHostsFile, `${sshd.knownHostsLine()}\n`, { flag: 'a' });
  await dialog.open();
  await dialog.field('User').fill(sshd.user);
  await dialog.field('Host').fill('127.0.0.1');
  await dialog.field('Port').fill(String(sshd.port));
  await dialog.choice('Key file').click();
  await dialog.field('Name').fill('passphrase');
  await dialog.submit();
  await expect(dialog.dialog.getByText('Give the path of the private key')).toBeVisible();
  await dialog.field('Key file').fill(sshd.clientKeys.encrypted);
  await dialog.submit();
  const prompt = dialog.prompt('Unlock the SSH key');
  await prompt.getByLabel('Passphrase', { exact: true }).fill('not the passphrase');
  await prompt.getByRole('button', { name: 'Unlock' }).click();
  await expect(prompt.getByRole('alert')).toContainText('not accepted');
  await prompt.getByLabel('Passphrase', { exact: true }).fill(sshd.keyPassphrase);
  await prompt.getByRole('button', { name: 'Unlock' }).click();
  await dialog.finish('passphrase');
  expect(await filesWith(portal.profileDir, sshd.keyPassphrase)).toEqual([]);
});

test('asks for the password again after a wrong one, and says what a user without rights on libvirt must do', async () => {
  const reason = whyNoSshd('password');
  test.skip(reason !== null, reason ?? '');
  const server = await startServer('password');
  await dialog.open();
  await dialog.addUri(sshUri(server, forbidden), 'password');
  const prompt = dialog.prompt(`Password for ${server.user}@127.0.0.1`);
  await prompt.getByLabel('Password', { exact: true }).fill('wrong');
  await prompt.getByRole('button', { name: 'Log in' }).click();
  await expect(prompt.getByRole('alert')).toContainText('not accepted');
  await prompt.getByLabel('Password', { exact: true }).fill(server.password);
  await prompt.getByRole('button', { name: 'Log in' }).click();
  await expect(dialog.failure).toContainText(`libvirt does not let ${server.user} in`);
  await expect(dialog.failure).toContainText(`usermod -aG libvirt ${server.user}`);
  // One wrong answer is one failed login: our own retries do not lock anybody out.
  const attempts = (await server.readLog()).match(/Failed password for/g) ?? [];
  expect(attempts).toHaveLength(1);
  expect(await filesWith(portal.profileDir, server.password)).toEqual([]);
});

test('answers the questions of a keyboard-interactive login', async () => {
  const mode = whyNoSshd('twoFactor') === null ? 'twoFactor' : 'keyboardInteractive';
  const reason = whyNoSshd(mode);
  test.skip(reason !== null, reason ?? '');
  const server = await startServer(mode);
  await dialog.open();
  await dialog.addUri(sshUri(server, forbidden), 'two factors');
  // The question for the password is the same as that of any other login; the one-time code is the server's own.
  const password = dialog.prompt(`Password for ${server.user}@127.0.0.1`);
  await password.getByLabel('Password', { exact: true }).fill(server.password);
  await password.getByRole('button', { name: 'Log in' }).click();
  if (mode === 'twoFactor') {
    const questions = dialog.prompt('127.0.0.1 asks');
    await questions.getByLabel(/Verification code/).fill(server.oneTimeCode());
    await questions.getByRole('button', { name: 'Answer' }).click();
  }
  // Logged in: the next refusal is libvirt's.
  await expect(dialog.failure).toContainText('libvirt does not let');
  expect(await server.readLog()).toContain('Accepted keyboard-interactive');
});

test('offers the hosts of ~/.ssh/config', async () => {
  await writeFile(home.knownHostsFile, `${sshd.knownHostsLine()}\n`, { flag: 'a' });
  await dialog.open();
  await dialog.suggestion('lab-by-alias').click();
  await expect(dialog.uri).toHaveValue('qemu+ssh://lab-by-alias/system');
  await dialog.submit();
  await dialog.finish('lab-by-alias');
});

test('goes through a jump host', async ({ page }) => {
  const jump = await startServer('jump');
  await writeFile(home.knownHostsFile, `${sshd.knownHostsLine()}\n`, { flag: 'a' });
  await writeFile(
    join(home.sshDir, 'config'),
    `Host *\n  IdentityFile ${jump.clientKeys.ed25519}\n  IdentityFile ${sshd.clientKeys.ed25519}\n  UserKnownHostsFile ${home.knownHostsFile}\n`,
  );
  await dialog.open();
  await dialog.showMore();
  await dialog.field('Jump host').fill(`${jump.user}@127.0.0.1:${jump.port}`);
  await dialog.addUri(sshUri(sshd), 'behind a jump host');
  await dialog.finish('behind a jump host');
  expect(await jump.readLog()).toContain('Accepted publickey');
  await page.getByRole('link', { name: 'behind a jump host', exact: true }).click();
  await expect(page.getByText(`${jump.user}@127.0.0.1:${jump.port}`)).toBeVisible();
});

test('uses a helper on the host where forwarding is forbidden', async ({ page }) => {
  const server = await startServer('noForwarding');
  await dialog.open();
  await dialog.addUri(sshUri(server, { keyfile: server.clientKeys.ed25519 }), 'no forwarding');
  await dialog.finish('no forwarding');
  await page.getByRole('link', { name: 'no forwarding', exact: true }).click();
  await expect(page.getByRole('main')).toContainText(/virt-ssh-helper|netcat|nc -U|socat/);
});

test('says at the field what is wrong with an address, and keeps what was typed', async () => {
  await dialog.open();
  const wrong = [
    ['', 'Needed'],
    ['kvm1', 'An address begins like'],
    ['qemu+ssh:///system', 'The host is missing'],
    ['qemu+ssh://kvm1:99999/system', 'A port is a number'],
    ['qemu+ssh://kvm1/%zz', 'two hexadecimal digits'],
  ];
  for (const [uri = '', text = ''] of wrong) {
    await dialog.uri.fill(uri);
    await dialog.field('Name').fill('wrong');
    await dialog.submit();
    await expect(dialog.uri).toHaveAccessibleDescription(new RegExp(text));
    await expect(dialog.uri).toHaveValue(uri);
  }
  // What only the core knows stands above the form.
  await dialog.addUri('nosuch+ssh://kvm1/system', 'wrong');
  await expect(dialog.failure).toContainText('This is not a libvirt address');
  await expect(dialog.uri).toHaveValue('nosuch+ssh://kvm1/system');
});

test('says why a host cannot be reached', async () => {
  const port = await freePort();
  const cases = [
    [`qemu+ssh://root@127.0.0.1:${port}/system`, '127.0.0.1 refused the connection'],
    ['qemu+ssh://root@no-such-host.invalid/system', 'Name not found: no-such-host.invalid'],
    [sshUri(sshd, { socket: '/run/no-libvirt-here' }), 'No libvirt found on 127.0.0.1'],
  ];
  await writeFile(home.knownHostsFile, `${sshd.knownHostsLine()}\n`, { flag: 'a' });
  for (const [uri = '', text = ''] of cases) {
    await dialog.open();
    await dialog.addUri(uri, 'unreachable');
    await expect(dialog.failure).toContainText(text);
    // What was typed is still there.
    await dialog.choice('Change the settings').click();
    await expect(dialog.uri).toHaveValue(uri);
    await dialog.close();
  }
});

test('keeps a password in the vault, and nowhere else', async ({ page }) => {
  const reason = whyNoSshd('password');
  test.skip(reason !== null, reason ?? '');
  const server = await startServer('password');
  // A profile with this connection alone: after the restart others would ask their questions first.
  const start = async (): Promise<PortalProcess> => {
    const started = await startPortalProcess({ env: home.env, profileDir: join(home.dir, 'vault-profile') });
    perTest.defer(() => started.dispose());
    await new AppPage(page).open(started.url, '/connections');
    return started;
  };
  const first = await start();
  await dialog.open();
  await dialog.uri.fill(sshUri(server, forbidden));
  await dialog.choice('Password').click();
  await dialog.secret('Password').fill(server.password);
  await dialog.field('Name').fill('remembered');
  await dialog.submit();
  const prompt = dialog.prompt('Protect your passwords');
  await prompt.getByLabel('New passphrase', { exact: true }).fill('vault passphrase');
  await prompt.getByLabel('Once more', { exact: true }).fill('vault passphrase');
  await prompt.getByRole('button', { name: 'Create the vault' }).click();
  await expect(dialog.failure).toContainText('libvirt does not let');
  await first.stop();
  for (const secret of [server.password, 'vault passphrase']) {
    expect(await filesWith(first.profileDir, secret)).toEqual([]);
  }
  // After the next start the vault is opened, and the password is not asked for.
  await start();
  const unlock = dialog.prompt('Open the vault');
  await unlock.getByLabel('Vault passphrase', { exact: true }).fill('vault passphrase');
  await unlock.getByRole('button', { name: 'Open', exact: true }).click();
  const row = page.getByRole('table', { name: 'Connections' }).getByRole('row', { name: /remembered/ });
  await expect(row).toContainText(`libvirt does not let ${server.user} in`);
});
