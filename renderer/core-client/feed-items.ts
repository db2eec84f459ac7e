import type { FeedEvent } from '../../shared/contract/feed.ts';

/** The items of a feed by their ids after an event, in the order in which they came; `before` is null at first. */
export function itemsAfter<T extends { id: string }>(
  before: ReadonlyMap<string, T> | null,
  event: FeedEvent<T>,
): ReadonlyMap<string, T> {
  if (event.type === 'snapshot') return new Map(event.items.map((item) => [item.id, item]));
  const next = new Map(before);
  for (const id of event.remove) next.delete(id);
  for (const item of event.upsert) next.set(item.id, item);
  return next;
}
