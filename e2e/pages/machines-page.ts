import { expect, type Locator, type Page } from '@playwright/test';

/** The Machines page as a person or a screen reader finds it: by roles and names only. */
export class MachinesPage {
  readonly page: Page;
  readonly grid: Locator;
  readonly filter: Locator;
  readonly tasks: Locator;

  constructor(page: Page) {
    this.page = page;
    this.grid = page.getByRole('grid', { name: 'Machines' });
    this.filter = page.getByRole('searchbox', { name: 'Filter' });
    this.tasks = page.getByRole('region', { name: 'Tasks' });
  }

  async goto(baseUrl: string): Promise<void> {
    await this.page.goto(new URL('#/machines', baseUrl).href);
    await expect(this.grid).toBeVisible();
  }

  /** The row of the machine with exactly this name. */
  row(name: string): Locator {
    return this.grid.getByRole('row', { name, exact: true });
  }

  /** Opens the row's menu as a right click does and picks an action. */
  async act(name: string, action: string): Promise<void> {
    await this.row(name).click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: action, exact: true }).click();
  }

  /** Answers the confirmation dialog with the button of that name. */
  async confirm(button: string): Promise<void> {
    await this.page.getByRole('dialog').getByRole('button', { name: button, exact: true }).click();
  }

  async open(name: string): Promise<void> {
    await this.row(name).dblclick();
  }
}
