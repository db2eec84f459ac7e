import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, type Locator } from '@playwright/test';
import { seriousFindings } from '../fixtures/axe.ts';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost, type KvmHost } from '../fixtures/kvm-host.ts';
import { virsh } from '../fixtures/virsh.ts';
import { libvirtDir } from '../lab/paths.ts';
import { AppPage } from '../pages/app-page.ts';

/** A filter has no event: what is changed elsewhere shows at the next reading. */
const READ_MS = 20_000;
const FILTER = 'hf-web';
const DOMAIN = 'hf-guarded';
const DOMAIN_ID = 'e2e00000-0000-4000-8a05-000000000010';
const MAC = '52:54:00:8a:05:20';

const cleanup = new Cleanup();
let host: KvmHost;
let dir: string;
let app: AppPage;
let filters: Locator;
let dialog: Locator;

test.describe.configure({ mode: 'serial' });

/** Removes what this spec, or an earlier run of it, has left on the host. */
async function forget(): Promise<void> {
  if ((await virsh('list', '--all', '--name')).split('\n').includes(DOMAIN)) await virsh('undefine', DOMAIN);
  if (new RegExp(`\\s${FILTER}$`, 'm').test(await virsh('nwfilter-list'))) await virsh('nwfilter-undefine', FILTER);
}

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  dir = await mkdtemp(join(libvirtDir, 'hf-filters-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  await forget();
  cleanup.defer(forget);
  await writeFile(
    join(dir, 'domain.xml'),
    `<domain type='qemu'><name>${DOMAIN}</name><uuid>${DOMAIN_ID}</uuid><memory unit='MiB'>16</memory>
      <os><type>hvm</type></os><devices><interface type='network'><mac address='${MAC}'/>
        <source network='default'/></interface></devices></domain>`,
  );
  await virsh('define', join(dir, 'domain.xml'));
  host = await startWithKvmHost(cleanup);
});
test.afterAll(() => cleanup.run());

test.beforeEach(async ({ page }) => {
  app = new AppPage(page);
  filters = page.getByRole('grid', { name: 'Security groups' });
  dialog = page.getByRole('dialog');
  await app.open(host.portal.url, '/security-groups');
  await app.waitUntilConnected(KVM_HOST);
});

test('makes a filter of templates, and changes its rules', async ({ page }) => {
  await expect(filters.getByRole('row', { name: 'clean-traffic', exact: true })).toContainText('Network filter');
  await page.getByRole('button', { name: 'New network filter' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('clean-traffic');
  await expect(dialog).toContainText('There is a filter with this name already');
  await dialog.getByRole('textbox', { name: 'Name' }).fill(FILTER);
  await dialog.getByRole('checkbox', { name: /^SSH/ }).check();
  await dialog.getByRole('checkbox', { name: /^Drop the rest/ }).check();
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(dialog).toBeHidden();
  await filters.getByRole('row', { name: FILTER, exact: true }).dblclick();
  const rules = page.getByRole('table', { name: 'Rules' });
  await expect(rules.getByRole('row', { name: /^Accept To the machine TCP Any port 22/ })).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);

  await page.getByRole('button', { name: 'Add rule' }).click();
  expect(await seriousFindings(page)).toEqual([]);
  const port = dialog.getByRole('textbox', { name: 'Destination port' });
  await port.fill('80-8o');
  await expect(dialog).toContainText('0 to 65535');
  await expect(dialog.getByRole('button', { name: 'Add', exact: true })).toBeDisabled();
  await port.fill('8080-8090');
  await dialog.getByRole('textbox', { name: 'Source address' }).fill('198.51.100.0/24');
  await dialog.getByRole('textbox', { name: 'Comment' }).fill('<b>the office</b>');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(rules.getByRole('row', { name: /port 8080-8090/ })).toContainText('<b>the office</b>');
  const xml = await virsh('nwfilter-dumpxml', FILTER);
  expect(xml).toMatch(/srcipaddr='198\.51\.100\.0' srcipmask='24' dstportstart='8080' dstportend='8090'/);

  await page.getByRole('button', { name: 'Add other filter' }).click();
  await dialog.getByRole('combobox', { name: 'Filter' }).click();
  await page.getByRole('option', { name: 'no-mac-spoofing' }).click();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: 'Remove no-mac-spoofing' }).click();
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(dialog).toBeHidden();
  expect(await virsh('nwfilter-dumpxml', FILTER)).not.toContain('filterref');
});

test('is written as XML, and cannot be renamed there', async ({ page }) => {
  await filters.getByRole('row', { name: FILTER, exact: true }).dblclick();
  await page.getByRole('tab', { name: 'XML' }).click();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(page.getByRole('textbox', { name: `Document of ${FILTER}` })).toBeFocused();
  for (const key of ['Control+Home', 'End', 'Enter']) await page.keyboard.press(key);
  await page.keyboard.insertText('<rule action="accept" direction="in"><icmp type="8"/></rule>');
  await page.getByRole('button', { name: 'Review changes' }).click();
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  expect(await virsh('nwfilter-dumpxml', FILTER)).toContain("<icmp type='8'/>");
});

test('guards a network card, and cannot be deleted then', async ({ page }) => {
  await app.goto('/machines');
  await page.getByRole('row', { name: DOMAIN, exact: true }).dblclick();
  await page.getByRole('tab', { name: 'Hardware' }).click();
  await page.getByRole('list', { name: 'Parts of the machine' }).getByRole('button', { name: MAC }).click();
  await page.getByRole('combobox', { name: 'Network filter' }).click();
  await page.getByRole('option', { name: FILTER }).click();
  const values = page.getByRole('textbox', { name: 'Values of variables' });
  await values.fill('IP 192.0.2.7');
  await expect(page.getByText('NAME=value in each line')).toBeVisible();
  await values.fill('IP=192.0.2.7\nIP=192.0.2.8');
  await page.getByRole('button', { name: 'Apply' }).first().click();
  await expect
    .poll(() => virsh('dumpxml', DOMAIN))
    .toMatch(new RegExp(`filter='${FILTER}'>\\s*<parameter name='IP' value='192.0.2.7'/>\\s*<parameter name='IP'`));

  await app.goto('/security-groups');
  const row = filters.getByRole('row', { name: FILTER, exact: true });
  await expect(row).toContainText(DOMAIN, { timeout: READ_MS });
  await row.click({ button: 'right' });
  await expect(page.getByRole('menuitem', { name: 'Delete' })).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Escape');
  await row.dblclick();
  await page.getByRole('tab', { name: 'Used by' }).click();
  await expect(page.getByRole('row', { name: new RegExp(DOMAIN) })).toContainText(MAC);
});

test('is deleted when nobody has it', async ({ page }) => {
  await virsh('undefine', DOMAIN);
  await filters.getByRole('row', { name: FILTER, exact: true }).dblclick();
  await page.getByRole('button', { name: 'Delete', exact: true }).click({ timeout: READ_MS });
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByText('This network filter does not exist any more')).toBeVisible();
  expect(await virsh('nwfilter-list')).not.toContain(FILTER);
});
