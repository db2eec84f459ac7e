import { z } from 'zod';
import {
  chainFault,
  entryFaults,
  filterDirections,
  filterNameFault,
  filterProtocols,
  filterRuleActions,
  isPriority,
  type FilterEntry,
} from '../model/filter-rules.ts';
import type { NetworkMachine } from './networks.ts';

/** A network filter of a libvirt host, as one row of the table. JSON-safe. */
export interface NetworkFilter {
  /** UUID. */
  id: string;
  connectionId: string;
  name: string;
  /** Where its rules stand: `root`, or a chain of one protocol. */
  chain: string;
  /** Of its chain among the others; null where libvirt chooses it. */
  priority: number | null;
  /** In their order; the first 1,000. */
  entries: FilterEntry[];
  /** Names of the filters that refer to it. */
  referredBy: string[];
  /** The machines whose cards have it themselves. Null where it could not be found out. */
  usedBy: NetworkMachine[] | null;
}

/** More entries than this are neither shown nor changed, but in the XML. */
export const MAX_FILTER_ENTRIES = 1_000;

const name = z.string().max(255);
const attributes = z.record(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/), z.string().max(1_024));
const priority = z.number().nullable().refine(isPriority);

/** As it is told: anything that the host has. */
const toldEntry = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('rule'),
    action: name,
    direction: name,
    priority: z.number().nullable(),
    isStateful: z.boolean(),
    protocol: name,
    isInverted: z.boolean(),
    values: attributes,
  }),
  z.object({
    kind: z.literal('reference'),
    filter: name,
    parameters: z.array(z.object({ name, value: z.string().max(1_024) })).max(1_000),
  }),
]);

const isOneOf = (words: readonly string[], word: string): boolean => words.includes(word);

/** As it is asked for. */
const newEntry = toldEntry.refine(
  (entry) =>
    Object.keys(entryFaults(entry)).length === 0 &&
    (entry.kind === 'reference' ||
      (isOneOf(filterRuleActions, entry.action) &&
        isOneOf(filterDirections, entry.direction) &&
        // One that has no form keeps its protocol.
        (entry.protocol === '' || entry.protocol === 'stp' || isOneOf(filterProtocols, entry.protocol)))),
);

const chain = z.string().refine((text) => chainFault(text) === null);
const newName = z.string().refine((text) => filterNameFault(text, []) === null);

export const filterRef = z.object({ connectionId: z.string().max(64), filterId: z.string().max(64) });
export type FilterRef = z.infer<typeof filterRef>;

export const newFilterInput = z.object({
  connectionId: z.string().max(64),
  /** The UUID that it gets. */
  id: z.uuid(),
  name: newName,
  chain,
  priority,
  entries: z.array(newEntry).max(100),
});
export type NewFilterInput = z.infer<typeof newFilterInput>;

export const copyFilterInput = filterRef.extend({ id: z.uuid(), name: newName });
export type CopyFilterInput = z.infer<typeof copyFilterInput>;

const place = z.number().int().min(0).max(MAX_FILTER_ENTRIES);

/** `before` is what the person saw at that place: where the host has something else by now, nothing is written. */
export const filterChange = z.discriminatedUnion('what', [
  z.object({ what: z.literal('add'), entries: z.array(newEntry).min(1).max(100) }),
  z.object({ what: z.literal('replace'), index: place, before: toldEntry, after: newEntry }),
  z.object({ what: z.literal('remove'), index: place, before: toldEntry }),
  z.object({ what: z.literal('chain'), chain, priority }),
]);
export type FilterChange = z.infer<typeof filterChange>;

export const changeFilterInput = filterRef.extend({ change: filterChange });
export type ChangeFilterInput = z.infer<typeof changeFilterInput>;

export const deleteFiltersInput = z.object({ filters: z.array(filterRef).min(1).max(1_000) });
