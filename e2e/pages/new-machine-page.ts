import { expect, type Locator, type Page } from '@playwright/test';

/** The page that makes a machine as a person or a screen reader finds it: by roles and names only. */
export class NewMachinePage {
  readonly page: Page;
  readonly form: Locator;

  constructor(page: Page) {
    this.page = page;
    this.form = page.getByRole('main');
  }

  async open(): Promise<void> {
    await this.page.getByRole('button', { name: 'New machine' }).click();
    await expect(this.page.getByRole('heading', { name: 'New machine', level: 1 })).toBeVisible();
  }

  field(name: string): Locator {
    return this.form.getByRole('textbox', { name, exact: true });
  }

  choice(name: string): Locator {
    return this.form.getByRole('combobox', { name, exact: true });
  }

  button(name: string): Locator {
    return this.form.getByRole('button', { name, exact: true });
  }

  choose(name: string, option: string): Promise<void> {
    return this.chooseIn(this.form, name, option);
  }

  /** The same, of one of several disks or cards. */
  async chooseIn(group: Locator, name: string, option: string): Promise<void> {
    await group.getByRole('combobox', { name, exact: true }).click();
    await this.page.getByRole('option', { name: option, exact: true }).click();
  }

  /** Picks a volume of a pool. */
  async pickVolume(pool: string, label: string, volume: string): Promise<void> {
    await this.choose('Storage pool', pool);
    await this.choice(label).fill(volume);
    await this.page.getByRole('option', { name: volume }).click();
  }

  async next(): Promise<void> {
    await this.button('Next').click();
  }
}
