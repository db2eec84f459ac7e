/**
 * How fresh a list is: `loading` nothing known yet; `cached` from the last session's disk cache; `live` matches the
 * server; `stale` the connection is down and this is the last known state.
 */
export type Freshness = 'loading' | 'cached' | 'live' | 'stale';

/**
 * One message of a live list. The first is always a snapshot; patches follow with consecutive `seq`, and a later
 * snapshot, numbered like them, replaces everything.
 * A receiver that sees a gap must subscribe again. Items are keyed by `id`.
 */
export type FeedEvent<T extends { id: string }> =
  | { type: 'snapshot'; seq: number; freshness: Freshness; items: T[] }
  | { type: 'patch'; seq: number; freshness: Freshness; upsert: T[]; remove: string[] };
