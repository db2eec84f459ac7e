import { expect, type Locator, type Page } from '@playwright/test';

/** The pages of storage as a person or a screen reader finds them: by roles and names only. */
export class StoragePage {
  readonly page: Page;
  readonly pools: Locator;
  readonly volumes: Locator;
  readonly dialog: Locator;

  constructor(page: Page) {
    this.page = page;
    this.pools = page.getByRole('grid', { name: 'Storage' });
    this.volumes = page.getByRole('grid', { name: 'Volumes' });
    this.dialog = page.getByRole('dialog');
  }

  pool(name: string): Locator {
    return this.pools.getByRole('row', { name, exact: true });
  }

  volume(name: string): Locator {
    return this.volumes.getByRole('row', { name, exact: true });
  }

  /** Opens the page of a pool from the list of pools. */
  async openPool(name: string): Promise<void> {
    await this.pool(name).dblclick();
    await expect(this.page.getByRole('heading', { name, exact: true, level: 1 })).toBeVisible();
  }

  /** Opens the row's menu and picks an action. */
  async act(row: Locator, action: string): Promise<void> {
    await row.click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: action, exact: true }).click();
  }

  field(name: string): Locator {
    return this.dialog.getByRole('textbox', { name });
  }

  button(name: string): Locator {
    return this.dialog.getByRole('button', { name, exact: true });
  }

  /** Presses the dialog's button and waits until what it started is done. */
  async finish(button: string): Promise<void> {
    await this.button(button).click();
    await expect(this.dialog).toBeHidden({ timeout: 60_000 });
  }
}
