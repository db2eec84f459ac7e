import { readFile } from 'node:fs/promises';
import { expect, test, type Locator } from '@playwright/test';
import { startApiProxy } from '../fixtures/api-proxy.ts';
import { needLab } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { makeHome } from '../fixtures/home.ts';
import { SideCloud } from '../fixtures/nova.ts';
import { startPortalProcess, type PortalProcess } from '../fixtures/portal-process.ts';
import { filesWith } from '../fixtures/profile-files.ts';
import { cloudsFile } from '../lab/paths.ts';
import { freePort } from '../lab/sshd.ts';
import { AddConnectionDialog } from '../pages/add-connection-dialog.ts';
import { AppPage } from '../pages/app-page.ts';

const PASSWORD = 'redhat';

const cleanup = new Cleanup();
const perTest = new Cleanup();
let portal: PortalProcess;
let cloud: SideCloud;
let app: AppPage;
let dialog: AddConnectionDialog;

test.beforeAll(async () => {
  await needLab('openstack');
  cloud = await SideCloud.open('lab-edu');
  const home = await makeHome({ cloudsFile });
  cleanup.defer(() => home.remove());
  portal = await startPortalProcess({ env: home.env, profileDir: `${home.dir}/profile` });
  cleanup.defer(() => portal.dispose());
});
test.afterAll(() => cleanup.run());
test.afterEach(() => perTest.run());

test.beforeEach(async ({ page }) => {
  app = new AppPage(page);
  dialog = new AddConnectionDialog(page);
  await app.open(portal.url, '/connections');
});

/** Fills the form of a cloud with user and password. */
async function fillForm(values: { name: string; authUrl?: string; project?: string }): Promise<void> {
  await dialog.open('OpenStack cloud');
  await dialog.field('Name').fill(values.name);
  await dialog.field('Auth URL').fill(values.authUrl ?? cloud.auth.auth_url);
  await dialog.field('User').fill(cloud.auth.username);
  await dialog.secret('Password').fill(PASSWORD);
  await dialog.dialog.getByRole('switch', { name: 'Remember it' }).uncheck();
  await dialog.field('Project').fill(values.project ?? cloud.auth.project_name);
}

/** Drops a file on the dialog as from the desktop. */
async function dropFile(target: Locator, name: string, text: string): Promise<void> {
  const transfer = await target
    .page()
    .evaluateHandle(
      `(() => { const t = new DataTransfer(); t.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)})); return t; })()`,
    );
  await target.dispatchEvent('drop', { dataTransfer: transfer });
}

test('offers the clouds of clouds.yaml', async () => {
  await dialog.open('OpenStack cloud');
  await dialog.suggestion('lab-edu').click();
  await expect(dialog.field('Auth URL')).toHaveValue(cloud.auth.auth_url);
  await dialog.field('Name').fill('found');
  await dialog.submit();
  await dialog.finish('found');
});

test('takes a dropped clouds.yaml and an openrc, and says what is in neither', async () => {
  await dialog.open('OpenStack cloud');
  const drop = dialog.dialog.getByText('Drop clouds.yaml or openrc here');
  await dropFile(drop, 'notes.txt', 'nothing of use');
  await expect(dialog.failure).toContainText('neither clouds.yaml nor openrc');

  const yaml = (await readFile(cloudsFile, 'utf8')).replaceAll('lab-', 'dropped-');
  await dropFile(drop, 'clouds.yaml', yaml);
  await dialog.suggestion('dropped-edu').click();
  await expect(dialog.field('User')).toHaveValue(cloud.auth.username);
  await dialog.choice('Cancel').click();

  await dialog.open('OpenStack cloud');
  const openrc = [
    `export OS_AUTH_URL=${cloud.auth.auth_url}`,
    `export OS_USERNAME="${cloud.auth.username}"`,
    `export OS_PASSWORD='${PASSWORD}'`,
    `export OS_PROJECT_NAME=${cloud.auth.project_name}`,
    'export OS_USER_DOMAIN_NAME=Default',
    'export OS_PROJECT_DOMAIN_NAME=Default',
    'export OS_IDENTITY_API_VERSION=3',
  ].join('\n');
  await dropFile(dialog.dialog.getByText('Drop clouds.yaml or openrc here'), 'edu-openrc.sh', openrc);
  await expect(dialog.field('Auth URL')).toHaveValue(cloud.auth.auth_url);
  await dialog.field('Name').fill('by openrc');
  await dialog.dialog.getByRole('switch', { name: 'Remember it' }).uncheck();
  await dialog.submit();
  await dialog.finish('by openrc');
  expect(await filesWith(portal.profileDir, PASSWORD)).toEqual([]);
});

test('logs in with an application credential', async () => {
  const url = `${cloud.auth.auth_url}/users/${cloud.userId}/application_credentials`;
  const made = await cloud.call<{ application_credential: { id: string; secret: string } }>('POST', url, {
    application_credential: { name: `e2e-${Date.now()}` },
  });
  const { id, secret } = made.application_credential;
  perTest.defer(() => cloud.call('DELETE', `${url}/${id}`));
  await dialog.open('OpenStack cloud');
  await dialog.field('Name').fill('credential');
  await dialog.field('Auth URL').fill(cloud.auth.auth_url);
  await dialog.choice('Application credential').click();
  await dialog.submit();
  await expect(dialog.field('Credential id')).toHaveAccessibleDescription('Give the id, or the name and the user');
  await dialog.field('Credential id').fill(id);
  await dialog.secret('Credential secret').fill(secret);
  await dialog.dialog.getByRole('switch', { name: 'Remember it' }).uncheck();
  await dialog.submit();
  await dialog.finish('credential');
  expect(await filesWith(portal.profileDir, secret)).toEqual([]);
});

test('asks again after a wrong password', async () => {
  await fillForm({ name: 'asked again' });
  await dialog.secret('Password').fill('wrong');
  await dialog.submit();
  const prompt = dialog.prompt(`Password for ${cloud.auth.username}`);
  await prompt.getByLabel('Password', { exact: true }).fill('wrong too');
  await prompt.getByRole('button', { name: 'Log in' }).click();
  await expect(prompt.getByRole('alert')).toContainText('not accepted');
  await prompt.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await prompt.getByRole('button', { name: 'Log in' }).click();
  await dialog.finish('asked again');
});

test('says what is wrong with an address or a project, and keeps what was typed', async () => {
  const cases = [
    { authUrl: 'cloud.example.com:5000', text: /^$/ },
    { authUrl: `http://127.0.0.1:${await freePort()}/v3`, text: /refused the connection/ },
    { authUrl: cloud.auth.auth_url.replace('http:', 'https:'), text: /http and https are mixed up/ },
    { authUrl: cloud.url('image').replace(/\/(v2\/?)?$/, ''), text: /No Keystone at this address/ },
    { authUrl: cloud.auth.auth_url, project: 'no-such-project', text: /No access to no-such-project/ },
  ];
  for (const { authUrl, project, text } of cases) {
    await fillForm({ name: 'wrong', authUrl, ...(project !== undefined && { project }) });
    await dialog.submit();
    if (text.source === '^$') {
      await expect(dialog.field('Auth URL')).toHaveAccessibleDescription('An address begins with http:// or https://');
    } else {
      await expect(dialog.failure).toContainText(text);
      await dialog.choice('Change the settings').click();
    }
    await expect(dialog.field('Auth URL')).toHaveValue(authUrl);
    await dialog.close();
  }
});

test('shows a self-signed certificate and trusts it only when told to', async ({ page }) => {
  const proxy = await startApiProxy({ target: new URL(cloud.auth.auth_url).origin, isTls: true });
  perTest.defer(() => proxy.stop());
  await fillForm({ name: 'self-signed', authUrl: `${proxy.url}/v3` });
  await dialog.submit();
  await expect(dialog.failure).toContainText('The certificate of 127.0.0.1 is not trusted');
  await expect(dialog.failure).toContainText(proxy.fingerprint);
  await dialog.choice('Try again').click();
  await expect(dialog.failure).toContainText('is not trusted');
  await dialog.choice('Trust this certificate for this cloud').click();
  await dialog.finish('self-signed');
  await page.getByRole('link', { name: 'self-signed', exact: true }).click();
  await expect(page.getByRole('main')).toContainText('HTTPS');
});

test('the doctor lists every endpoint, and sends a name that nobody knows elsewhere', async ({ page }) => {
  const { host } = new URL(cloud.url('compute'));
  const proxy = await startApiProxy({
    target: new URL(cloud.auth.auth_url).origin,
    rewrite: (body) => body.replaceAll(host, `controller.invalid:${new URL(`http://${host}`).port}`),
  });
  perTest.defer(() => proxy.stop());
  await fillForm({ name: 'with a doctor', authUrl: `${proxy.url}/v3` });
  await dialog.submit();
  await expect(dialog.failure).toContainText('Name not found: controller.invalid');
  await dialog.close();

  await page.getByRole('link', { name: 'with a doctor', exact: true }).click();
  await page.getByRole('button', { name: 'Check endpoints' }).click();
  const table = page.getByRole('table', { name: 'Endpoints' });
  await expect(table).toBeVisible();
  for (const type of ['identity', 'image', 'network', 'placement']) {
    await expect(table.getByRole('row', { name: new RegExp(`^${type} `) }).first()).toContainText('Works');
  }
  const compute = table.getByRole('row', { name: /^compute / }).first();
  await expect(compute).toContainText('Name not found');
  await compute.getByRole('button', { name: 'Use 127.0.0.1 instead of controller.invalid' }).click();
  await app.waitUntilConnected('with a doctor');
});
