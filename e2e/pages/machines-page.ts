import { expect, type Locator, type Page } from '@playwright/test';

/** What is read of a row in the page. */
interface RowElement {
  getAttribute(name: string): string | null;
  getBoundingClientRect(): { top: number };
}

/** The Machines page as a person or a screen reader finds it: by roles and names only. */
export class MachinesPage {
  readonly page: Page;
  readonly grid: Locator;
  readonly filter: Locator;
  /** What stands below the head where there are no rows, and everything else of the page. */
  readonly body: Locator;
  readonly tasks: Locator;

  constructor(page: Page) {
    this.page = page;
    this.grid = page.getByRole('grid', { name: 'Machines' });
    this.body = page.getByRole('main');
    this.filter = page.getByRole('searchbox', { name: 'Filter' });
    this.tasks = page.getByRole('region', { name: 'Tasks' });
  }

  /** The row of the machine with exactly this name. */
  row(name: string): Locator {
    return this.grid.getByRole('row', { name, exact: true });
  }

  /** The names of the rows on the screen, from top to bottom. */
  async names(): Promise<string[]> {
    const rows = this.grid
      .getByRole('row')
      .filter({ has: this.page.getByRole('checkbox', { name: /^Select (?!all$)/ }) });
    // In one go: a live row may be gone a moment later.
    const found = await rows.evaluateAll((elements: RowElement[]) =>
      elements.map((row) => ({ name: row.getAttribute('aria-label') ?? '', top: row.getBoundingClientRect().top })),
    );
    return found.sort((one, other) => one.top - other.top).map(({ name }) => name);
  }

  async select(...names: string[]): Promise<void> {
    for (const name of names) await this.row(name).getByRole('checkbox').click();
  }

  /** Opens the row's menu as a right click does. */
  async openMenu(name: string): Promise<void> {
    await this.row(name).click({ button: 'right' });
  }

  menuItem(action: string): Locator {
    return this.page.getByRole('menuitem', { name: action, exact: true });
  }

  /** Opens the row's menu and picks an action. */
  async act(name: string, action: string): Promise<void> {
    await this.openMenu(name);
    await this.menuItem(action).click();
  }

  /** The same, and says yes to the question that follows. */
  async actAndConfirm(name: string, action: string): Promise<void> {
    await this.act(name, action);
    await this.confirm(action);
  }

  /** Answers the confirmation dialog with the button of that name. */
  async confirm(button: string): Promise<void> {
    const dialog = this.page.getByRole('dialog');
    await dialog.getByRole('button', { name: button, exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  async open(name: string): Promise<void> {
    await this.row(name).dblclick();
  }
}
