/** The list with the changes in the one of that key. */
export function replaced<T extends { key: string }>(items: readonly T[], key: string, change: Partial<T>): T[] {
  return items.map((item) => (item.key === key ? { ...item, ...change } : item));
}
