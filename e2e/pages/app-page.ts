import { expect, type Locator, type Page } from '@playwright/test';

/** The frame around every page, by roles and names only. */
export class AppPage {
  readonly page: Page;
  readonly navigation: Locator;
  readonly tasks: Locator;

  constructor(page: Page) {
    this.page = page;
    this.navigation = page.getByRole('navigation', { name: 'Navigation' });
    this.tasks = page.getByRole('region', { name: 'Tasks' });
  }

  /** Opens the address that the app printed, then the page of that hash. */
  async open(url: string, path = '/machines'): Promise<void> {
    // A question of the app may already stand above the page.
    const frame = this.page.getByRole('navigation', { name: 'Navigation', includeHidden: true });
    // Chromium drops what it loads when a bridge of its own machine comes or goes (ERR_NETWORK_CHANGED).
    await expect(async () => {
      await this.page.goto(url);
      await expect(frame).toBeVisible({ timeout: 20_000 });
    }).toPass();
    await this.goto(path);
  }

  /** Goes to a page of the app that is already open. */
  async goto(path: string): Promise<void> {
    await this.page.evaluate(`location.hash = ${JSON.stringify(path)}`);
  }

  /** A connection's entry in the list of scopes; its name tells its state. */
  scope(connection: string): Locator {
    return this.navigation.getByRole('link', { name: startingWith(connection) });
  }

  /** Waits until the connection's entry says that it is up. */
  async waitUntilConnected(connection: string, timeout?: number): Promise<void> {
    await expect(this.scope(connection)).toContainText('Connected', timeout === undefined ? {} : { timeout });
  }

  async openTasks(): Promise<void> {
    if (!(await this.tasks.isVisible())) await this.page.getByRole('button', { name: /^Tasks/ }).click();
    await expect(this.tasks).toBeVisible();
  }

  /** The newest line of the task drawer for an action on a machine. */
  task(action: string, machine: string): Locator {
    return this.tasks.getByRole('listitem', { name: `${action} ${machine}`, exact: true }).first();
  }
}

/** A pattern for names that begin with this text, whatever is in it. */
export function startingWith(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
}
