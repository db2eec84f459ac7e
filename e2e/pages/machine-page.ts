import { expect, type Locator, type Page } from '@playwright/test';

/** The page of one machine. */
export class MachinePage {
  readonly page: Page;
  readonly console: Locator;

  constructor(page: Page) {
    this.page = page;
    this.console = page.getByRole('region', { name: 'Console', exact: true });
  }

  /** Waits for the page of this machine. */
  async expectOpen(name: string): Promise<void> {
    await expect(this.page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
  }

  async openTab(name: string): Promise<void> {
    await this.page.getByRole('tab', { name, exact: true }).click();
    await expect(this.page.getByRole('tabpanel', { name })).toBeVisible();
  }

  section(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  /** What the guest shows. */
  screen(machine: string): Locator {
    return this.console.getByRole('application', { name: `Screen of ${machine}` });
  }

  /** Runs an action from the menu in the page's head. */
  async act(machine: string, action: string): Promise<void> {
    await this.page.getByRole('button', { name: `More actions for ${machine}` }).click();
    await this.page.getByRole('menuitem', { name: action, exact: true }).click();
  }
}
