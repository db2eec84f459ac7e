import type { FeedEvent } from '../../../../../shared/contract/feed.ts';
import {
  secretUsages,
  type HostSecret,
  type NewSecretInput,
  type SecretEncoding,
} from '../../../../../shared/contract/secrets.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { LiveList, Watcher } from '../../../kernel/live-list.ts';
import { WatchedList } from '../../../kernel/watched-list.ts';
import { listSecretsFlags, secretEventId } from '../../../libvirt/protocol/constants.ts';
import type { RetOf } from '../../../libvirt/protocol/procedures.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { newSecretXml, readSecretDescription } from '../../../libvirt/xml/secret-xml.ts';
import type { ConnectContext } from '../../connections/ports.ts';
import type { SecretBackend } from '../ports.ts';
import { ifTold } from './if-told.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Secrets beyond these are not shown; each costs a call, once. */
const MAX_SECRETS = 500;

type SecretRef = RetOf<'CONNECT_LIST_ALL_SECRETS'>['secrets'][number];

/** The secrets of one libvirt host. Their values go there and are never asked for. Costs no call before the first who watches. */
export class LibvirtSecrets implements SecretBackend {
  readonly #context: ConnectContext;
  readonly #session: LibvirtSession;
  readonly #list: WatchedList<HostSecret>;
  /** By UUID. */
  readonly #descriptions = new Map<string, string | null>();
  #events: Promise<void> | null = null;

  constructor(context: ConnectContext, session: LibvirtSession) {
    this.#context = context;
    this.#session = session;
    this.#list = new WatchedList(context, async (list) => {
      // Events first, in the same pipeline: what changes while the lists are read is not missed.
      await Promise.all([this.#registerEvents(), this.#read(list)]);
    });
  }

  watch(watcher: Watcher): AsyncIterable<FeedEvent<HostSecret>> {
    return this.#list.watch(watcher);
  }

  secret(id: string): HostSecret | undefined {
    return this.#list.items.get(id);
  }

  async define(input: NewSecretInput): Promise<void> {
    const { rpc } = this.#session;
    const options = { timeoutMs: CALL_TIMEOUT_MS };
    const { secret } = await rpc.call('SECRET_DEFINE_XML', { xml: newSecretXml(input), flags: 0 }, options);
    try {
      await this.#setValue(secret, input.secretValue, input.encoding);
    } catch (error) {
      // One without its value is of no use; what went wrong with the value counts more than that it stays.
      await rpc.call('SECRET_UNDEFINE', { secret }, options).catch((thrown: unknown) => {
        this.#context.log.warn('a half-made secret stays', { code: AppError.from(thrown).code });
      });
      throw error;
    } finally {
      await this.#list.refresh();
    }
  }

  async setValue(id: string, value: string, encoding: SecretEncoding): Promise<void> {
    await this.#setValue(await this.#find(id), value, encoding);
  }

  async delete(id: string): Promise<void> {
    const secret = await this.#find(id);
    await this.#session.rpc.call('SECRET_UNDEFINE', { secret }, { timeoutMs: CALL_TIMEOUT_MS });
    await this.#list.refresh();
  }

  async #setValue(secret: SecretRef, text: string, encoding: SecretEncoding): Promise<void> {
    const value = Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8');
    await this.#session.rpc.call('SECRET_SET_VALUE', { secret, value, flags: 0 }, { timeoutMs: CALL_TIMEOUT_MS });
  }

  /** Throws NOT_FOUND. */
  async #find(id: string): Promise<SecretRef> {
    return (await this.#session.rpc.call('SECRET_LOOKUP_BY_UUID', { uuid: id }, { timeoutMs: CALL_TIMEOUT_MS })).secret;
  }

  /** Three lists, and the XML of each once. */
  async #read(list: LiveList<HostSecret>): Promise<void> {
    const [all, ephemeral, hidden] = await Promise.all([
      this.#secrets(0),
      this.#secrets(listSecretsFlags.ephemeral),
      this.#secrets(listSecretsFlags.private),
    ]);
    const shown = all.slice(0, MAX_SECRETS);
    const ids = new Set(shown.map(({ uuid }) => uuid));
    for (const id of [...this.#descriptions.keys()]) if (!ids.has(id)) this.#descriptions.delete(id);
    const isOf = (secrets: readonly SecretRef[], id: string): boolean => secrets.some(({ uuid }) => uuid === id);
    const rows = shown.map(async (secret): Promise<HostSecret> => {
      const usage = secretUsages[secret.usageType] ?? 'none';
      return {
        id: secret.uuid,
        connectionId: this.#context.connectionId,
        usage,
        usageName: usage === 'none' ? null : secret.usageID,
        description: await this.#descriptionOf(secret),
        isEphemeral: isOf(ephemeral, secret.uuid),
        isPrivate: isOf(hidden, secret.uuid),
      };
    });
    list.reset(await Promise.all(rows), 'live');
  }

  async #secrets(flags: number): Promise<SecretRef[]> {
    const args = { needResults: 1, flags };
    return (await this.#session.rpc.call('CONNECT_LIST_ALL_SECRETS', args, { timeoutMs: CALL_TIMEOUT_MS })).secrets;
  }

  async #descriptionOf(secret: SecretRef): Promise<string | null> {
    const known = this.#descriptions.get(secret.uuid);
    if (known !== undefined) return known;
    const options = { timeoutMs: CALL_TIMEOUT_MS };
    // It may have gone meanwhile.
    const answer = await ifTold(
      this.#session.rpc.call('SECRET_GET_XML_DESC', { secret, flags: 0 }, options),
      this.#context.log,
    );
    const description = answer === null ? null : readSecretDescription(answer.xml);
    this.#descriptions.set(secret.uuid, description);
    return description;
  }

  /** Once per connection, when secrets are first looked at. */
  #registerEvents(): Promise<void> {
    this.#events ??= this.#register();
    return this.#events;
  }

  async #register(): Promise<void> {
    const { rpc } = this.#session;
    const { scope, log } = this.#context;
    scope.defer(
      rpc.onEvent('SECRET_EVENT_LIFECYCLE', ({ secret }) => {
        this.#descriptions.delete(secret.uuid);
        this.#list.refreshSoon();
      }),
    );
    const args = { eventID: secretEventId.lifecycle, secret: null };
    // A daemon older than the event: what it would tell is found by the next reading.
    await ifTold(rpc.call('CONNECT_SECRET_EVENT_REGISTER_ANY', args, { timeoutMs: CALL_TIMEOUT_MS }), log);
  }
}
