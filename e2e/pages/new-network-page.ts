import { expect, type Locator, type Page } from '@playwright/test';

/** The page that makes a network, as a person or a screen reader finds it: by roles and names only. */
export class NewNetworkPage {
  readonly page: Page;
  readonly form: Locator;
  readonly review: Locator;

  constructor(page: Page) {
    this.page = page;
    this.form = page.getByRole('main');
    this.review = page.getByRole('region', { name: 'What will be made' });
  }

  async open(): Promise<void> {
    await this.page.getByRole('button', { name: 'New network' }).click();
    await expect(this.page.getByRole('heading', { name: 'New network', level: 1 })).toBeVisible();
  }

  kind(name: string): Locator {
    return this.form.getByRole('radio', { name, exact: true });
  }

  field(name: string): Locator {
    return this.form.getByRole('textbox', { name, exact: true });
  }

  async create(): Promise<void> {
    await this.form.getByRole('button', { name: 'Create network', exact: true }).click();
  }
}
