import type { Locator, Page } from '@playwright/test';

/** The pages of networks as a person or a screen reader finds them: by roles and names only. */
export class NetworksPage {
  readonly page: Page;
  readonly networks: Locator;
  readonly dialog: Locator;

  constructor(page: Page) {
    this.page = page;
    this.networks = page.getByRole('grid', { name: 'Networks' });
    this.dialog = page.getByRole('dialog');
  }

  network(name: string): Locator {
    return this.networks.getByRole('row', { name, exact: true });
  }

  /** Opens the row's menu and picks an action. */
  async act(name: string, action: string): Promise<void> {
    await this.network(name).click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: action, exact: true }).click();
  }
}
