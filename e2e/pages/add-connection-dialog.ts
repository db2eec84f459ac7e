import { expect, type Locator, type Page } from '@playwright/test';

/** The dialog that adds or edits a connection, and the questions that come up while it connects. */
export class AddConnectionDialog {
  readonly page: Page;
  readonly dialog: Locator;

  constructor(page: Page) {
    this.page = page;
    this.dialog = page.getByRole('dialog', { name: 'Add a connection' });
  }

  /** Opens it from the navigation. */
  async open(kind: 'KVM host' | 'OpenStack cloud' = 'KVM host'): Promise<void> {
    await this.page.getByRole('navigation').getByRole('button', { name: 'Add connection' }).click();
    await this.dialog.getByRole('button', { name: kind, exact: true }).click();
  }

  field(name: string): Locator {
    return this.dialog.getByRole('textbox', { name, exact: true });
  }

  get uri(): Locator {
    return this.field('Connection address (URI)');
  }

  /** A secret's field; it has no role while it is hidden. */
  secret(label: string): Locator {
    return this.dialog.getByLabel(label, { exact: true });
  }

  /** One of a row of choices. */
  choice(name: string): Locator {
    return this.dialog.getByRole('button', { name, exact: true });
  }

  /** Something found on this computer. */
  suggestion(name: string): Locator {
    return this.dialog.getByRole('list', { name: 'Found on this computer' }).getByRole('button', { name });
  }

  async showMore(): Promise<void> {
    const more = this.choice('More options');
    if ((await more.getAttribute('aria-expanded')) === 'false') await more.click();
  }

  async submit(): Promise<void> {
    await this.dialog.getByRole('button', { name: /^(Add|Save) and connect$/ }).click();
  }

  /** Types an address and connects. */
  async addUri(uri: string, name?: string): Promise<void> {
    await this.uri.fill(uri);
    if (name !== undefined) await this.field('Name').fill(name);
    await this.submit();
  }

  /** Waits for success and closes. */
  async finish(name: string): Promise<void> {
    await expect(this.dialog.getByRole('heading', { name: `${name} is connected` })).toBeVisible();
    await this.dialog.getByRole('button', { name: 'Done', exact: true }).click();
    await expect(this.dialog).toBeHidden();
  }

  /** What went wrong, in the dialog. */
  get failure(): Locator {
    return this.dialog.getByRole('alert');
  }

  async close(): Promise<void> {
    await this.dialog.getByRole('button', { name: /^(Close|Cancel|Continue in the background)$/ }).click();
    await expect(this.dialog).toBeHidden();
  }

  /** A question of the app with this title. */
  prompt(title: string | RegExp): Locator {
    return this.page.getByRole('dialog', { name: title });
  }
}
