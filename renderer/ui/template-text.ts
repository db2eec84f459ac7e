import type { TFunction } from 'i18next';

/** From Unicode's private use area: no text of ours has it. */
const MARK = '\uE000';

/**
 * A text with one value in it, e.g. `Select {{name}}`, looked up once and filled for each row: tables fill thousands
 * while they scroll.
 */
export function templateText(t: TFunction, key: string, valueName: string): (value: string) => string {
  const text = t(key, { [valueName]: MARK });
  return (value) => text.replaceAll(MARK, () => value);
}
