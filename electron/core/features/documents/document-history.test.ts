import { expect, it, vi } from 'vitest';
import type { DocumentRef } from '../../../../shared/contract/documents.ts';
import { systemClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { DocumentHistory, MAX_LENGTH, MAX_VERSIONS } from './document-history.ts';
import type { KeptVersion } from './ports.ts';

const document: DocumentRef = { resource: 'machine', connectionId: 'c', id: 'm' };

function make(): { history: DocumentHistory; kept: () => KeptVersion[]; loads: () => number } {
  let kept: KeptVersion[] = [];
  const load = vi.fn(() => Promise.resolve(kept));
  const save = (_document: DocumentRef, versions: KeptVersion[]): Promise<void> => {
    kept = versions;
    return Promise.resolve();
  };
  const history = new DocumentHistory({
    store: { load, save, forget: () => Promise.resolve() },
    clock: systemClock,
    log: silentLogger,
    compare: (_resource, before, after) => {
      if (after === 'unreadable') throw new Error('no XML');
      return [{ what: 'changed', isDevice: false, part: `${before}>${after}`.slice(0, 20), label: '', facts: [] }];
    },
  });
  return { history, kept: () => kept, loads: () => load.mock.calls.length };
}

const texts = (versions: readonly KeptVersion[]): string[] => versions.map(({ text }) => text);

it('keeps what is another than before, in turn, and does not ask the store for what is the same', async () => {
  const { history, kept, loads } = make();
  for (const text of ['a', 'a', 'b', 'unreadable', 'b', 'a', 'a']) history.saw(document, text);
  await vi.waitFor(() => expect(texts(kept())).toEqual(['a', 'b', 'a']));
  expect(kept().map(({ changes }) => changes?.[0]?.part)).toEqual([undefined, 'a>b', 'b>a']);
  const before = loads();
  history.saw(document, 'a');
  expect(loads()).toBe(before);
});

it('forgets the oldest, by number and by length', async () => {
  const { history, kept } = make();
  for (let at = 0; at < MAX_VERSIONS + 5; at++) history.saw(document, `v${at}`);
  await vi.waitFor(() => expect(texts(kept()).at(-1)).toBe(`v${MAX_VERSIONS + 4}`));
  expect(kept()).toHaveLength(MAX_VERSIONS);
  history.saw(document, 'x'.repeat(MAX_LENGTH + 1));
  await vi.waitFor(() => expect(kept()).toHaveLength(1));
});

it('tells who watches, without the texts', async () => {
  const { history } = make();
  history.saw(document, 'a');
  const leave = new AbortController();
  const seen: string[][] = [];
  for await (const event of history.watch(document, { signal: leave.signal, ready: () => Promise.resolve() })) {
    const versions = event.type === 'snapshot' ? event.items : event.upsert;
    seen.push(versions.map(({ changes }) => changes?.[0]?.part ?? 'first'));
    expect(JSON.stringify(versions)).not.toContain('text');
    if (event.type === 'snapshot') history.saw(document, 'b');
    else leave.abort();
  }
  expect(seen).toEqual([['first'], ['a>b']]);
});
