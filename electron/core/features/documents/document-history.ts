import { createHash } from 'node:crypto';
import type {
  DocumentChange,
  DocumentRef,
  DocumentResource,
  DocumentVersion,
} from '../../../../shared/contract/documents.ts';
import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { KeyedMutex } from '../../kernel/keyed-mutex.ts';
import { LiveList, type Watcher } from '../../kernel/live-list.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { DocumentHistoryStore, KeptVersion } from './ports.ts';

/** Of one document; the oldest are forgotten. */
export const MAX_VERSIONS = 50;
/** Characters of all versions of one document; the newest is kept in any case. */
export const MAX_LENGTH = 1024 * 1024;
/** Documents whose newest version is known without a look into the store. */
const MAX_KNOWN = 5_000;

interface HistoryDeps {
  store: DocumentHistoryStore;
  clock: Clock;
  log: Logger;
  /** What is another in the second document than in the first. */
  compare(resource: DocumentResource, before: string, after: string): DocumentChange[];
}

/** Remembers each version of a document that is seen, without passwords. */
export class DocumentHistory {
  readonly #deps: HistoryDeps;
  /** One version at a time for each document. */
  readonly #turns = new KeyedMutex();
  /** A digest of the newest text of each; the one seen longest ago is the first to go. */
  readonly #newest = new Map<string, string>();
  readonly #watched = new Map<string, { list: LiveList<DocumentVersion>; watchers: number }>();

  constructor(deps: HistoryDeps) {
    this.#deps = deps;
  }

  /** A document as it is now; kept where it is another one than before. */
  saw(document: DocumentRef, text: string): void {
    const key = keyOf(document);
    const digest = createHash('sha256').update(text).digest('base64');
    if (this.#newest.get(key) === digest) return;
    this.#remember(key, digest);
    this.#turns
      .run(key, () => this.#keep(document, text))
      .catch((error: unknown) => {
        // The document may be one that we cannot read; tried again when it is seen next.
        this.#newest.delete(key);
        this.#deps.log.warn('a version of a document was not kept', { code: AppError.from(error).code });
      });
  }

  async *watch(document: DocumentRef, watcher: Watcher): AsyncIterable<FeedEvent<DocumentVersion>> {
    const key = keyOf(document);
    const watched = this.#watched.get(key) ?? {
      list: new LiveList<DocumentVersion>(this.#deps.clock),
      watchers: 0,
    };
    this.#watched.set(key, watched);
    watched.watchers += 1;
    try {
      await this.#turns.run(key, async () => {
        watched.list.reset((await this.#deps.store.load(document)).map(withoutText), 'live');
      });
      yield* watched.list.watch(watcher);
    } finally {
      watched.watchers -= 1;
      if (watched.watchers === 0) this.#watched.delete(key);
    }
  }

  /** The text of a version. Throws NOT_FOUND. */
  async text(document: DocumentRef, versionId: string): Promise<string> {
    const found = (await this.#deps.store.load(document)).find(({ id }) => id === versionId);
    if (found === undefined) throw new AppError('NOT_FOUND', { detail: 'the version is not kept any more' });
    return found.text;
  }

  /** The connection does not exist any more. */
  async forget(connectionId: string): Promise<void> {
    for (const key of [...this.#newest.keys()]) if (key.startsWith(`${connectionId}/`)) this.#newest.delete(key);
    await this.#deps.store.forget(connectionId);
  }

  async #keep(document: DocumentRef, text: string): Promise<void> {
    const { store, clock } = this.#deps;
    const kept = await store.load(document);
    const before = kept.at(-1);
    if (before?.text === text) return;
    const changes = before === undefined ? null : this.#deps.compare(document.resource, before.text, text);
    const versions = bounded([...kept, { id: crypto.randomUUID(), timeMs: clock.now(), text, changes }]);
    await store.save(document, versions);
    this.#watched.get(keyOf(document))?.list.reset(versions.map(withoutText), 'live');
  }

  #remember(key: string, digest: string): void {
    this.#newest.delete(key);
    this.#newest.set(key, digest);
    const [oldest] = this.#newest.keys();
    if (this.#newest.size > MAX_KNOWN && oldest !== undefined) this.#newest.delete(oldest);
  }
}

function keyOf({ connectionId, resource, id }: DocumentRef): string {
  return `${connectionId}/${resource}/${id}`;
}

function withoutText({ id, timeMs, changes }: KeptVersion): DocumentVersion {
  return { id, timeMs, changes };
}

function bounded(versions: readonly KeptVersion[]): KeptVersion[] {
  let length = 0;
  const fits = versions.toReversed().filter((version, age) => {
    length += version.text.length;
    return age === 0 || (age < MAX_VERSIONS && length <= MAX_LENGTH);
  });
  return fits.reverse();
}
