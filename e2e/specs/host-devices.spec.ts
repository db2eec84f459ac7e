import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { seriousFindings } from '../fixtures/axe.ts';
import { needLab, needSshd } from '../fixtures/backends.ts';
import { Cleanup } from '../fixtures/cleanup.ts';
import { KVM_HOST, startWithKvmHost, type KvmHost } from '../fixtures/kvm-host.ts';
import { defineGuest, virsh, type SpecGuest } from '../fixtures/virsh.ts';
import { AppPage } from '../pages/app-page.ts';

/** A PCI device of the host that a machine could be given: no bridge. */
interface Card {
  name: string;
  /** e.g. `domain='0' bus='0' slot='5' function='0'`. */
  address: string;
  driver: string | null;
}

const cleanup = new Cleanup();
let host: KvmHost;
let guest: SpecGuest;
let card: Card | null = null;

async function findCard(): Promise<Card | null> {
  const names = (await virsh('nodedev-list', '--cap', 'pci')).split('\n').filter((name) => name !== '');
  for (const name of names.reverse()) {
    const xml = await virsh('nodedev-dumpxml', name);
    if (/<class>0x06/.test(xml)) continue;
    const part = (tag: string): string => `${tag}='${new RegExp(`<${tag}>(\\d+)</${tag}>`).exec(xml)?.[1] ?? '0'}'`;
    const address = ['domain', 'bus', 'slot', 'function'].map(part).join(' ');
    return { name, address, driver: /<driver>\s*<name>(.*)<\/name>/.exec(xml)?.[1] ?? null };
  }
  return null;
}

test.beforeAll(async () => {
  needSshd('key');
  await needLab('libvirt');
  guest = await defineGuest('hd-devices', 0xe7);
  cleanup.defer(() => guest.remove());
  card = await findCard();
  if (card !== null) {
    const file = join(guest.dataDir, 'card.xml');
    const source = `<source><address ${card.address}/></source>`;
    await writeFile(file, `<hostdev mode='subsystem' type='pci' managed='yes'>${source}</hostdev>`);
    await virsh('attach-device', guest.uuid, file, '--config');
  }
  host = await startWithKvmHost(cleanup);
});
test.afterAll(() => cleanup.run());

test('tells which machine has a device, and what is lost before it is detached', async ({ page }) => {
  test.skip(card === null, 'this computer has no PCI device but bridges');
  const { name, driver } = card ?? { name: '', driver: null };
  const app = new AppPage(page);
  await app.open(host.portal.url);
  await app.waitUntilConnected(KVM_HOST);
  await app.scope(KVM_HOST).click();
  await app.navigation.getByRole('link', { name: 'Host', exact: true }).click();
  await page.getByRole('tab', { name: 'Devices' }).click();
  const tree = page.getByRole('tree', { name: 'Devices' });
  await page.getByRole('searchbox', { name: 'Filter' }).fill(name);
  const line = tree.getByRole('treeitem', { name, exact: true });
  await expect(line).toContainText(guest.name);
  // It is found by its machine, too.
  await page.getByRole('searchbox', { name: 'Filter' }).fill(guest.name);
  await line.click();
  const details = page.getByRole('region', { name, exact: true });
  await expect(details.getByRole('link', { name: guest.name })).toBeVisible();

  await details.getByRole('button', { name: /More/ }).click();
  await expect(page.getByRole('menuitem', { name: /^Give back to the host/ })).toContainText('The host has it already');
  await page.getByRole('menuitem', { name: /^Detach from the host/ }).click();
  const dialog = page.getByRole('dialog', { name: /^Detach .* from the host\?$/ });
  await expect(dialog).toContainText(`Given to ${guest.name}, which does not run.`);
  expect(await seriousFindings(page)).toEqual([]);
  // Whoever confirmed it could lose the lab.
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  if (driver !== null) expect(await virsh('nodedev-dumpxml', name)).toContain(`<name>${driver}</name>`);

  await virsh('undefine', guest.uuid);
  await page.getByRole('searchbox', { name: 'Filter' }).fill(name);
  await expect(line).not.toContainText(guest.name);
  await guest.define();
});
