import type { Dialog } from 'electron';
import type { Logger } from '../core/kernel/logger.ts';
import type { MenuTexts } from './menu-texts.ts';
import type { ConnectionRequest } from './start-arguments.ts';

export interface ConnectionRequestsOptions {
  dialog: Pick<Dialog, 'showMessageBox'>;
  texts: () => MenuTexts;
  /** Gives a libvirt URI or `cloud:NAME` to the core. */
  addConnection: (connect: string) => Promise<void>;
  log: Logger;
}

/**
 * Asks the person about connections that somebody outside the window wants to add, one question at a time, and adds
 * what was agreed to. The same request is not asked twice while it waits.
 */
export class ConnectionRequests {
  readonly #options: ConnectionRequestsOptions;
  readonly #waiting = new Map<string, ConnectionRequest>();
  #asking: Promise<void> | null = null;

  constructor(options: ConnectionRequestsOptions) {
    this.#options = options;
  }

  /** Resolves when every request that waits has been answered; never rejects. */
  submit(requests: readonly ConnectionRequest[]): Promise<void> {
    for (const request of requests) {
      if (!this.#waiting.has(request.connect)) this.#waiting.set(request.connect, request);
    }
    this.#asking ??= this.#askAll().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #askAll(): Promise<void> {
    for (const [connect, request] of this.#waiting) {
      try {
        if (await this.#isWanted(request)) await this.#options.addConnection(connect);
      } catch (error) {
        this.#options.log.error('A requested connection could not be added', { error: String(error) });
      }
      this.#waiting.delete(connect);
    }
  }

  async #isWanted({ connect, from }: ConnectionRequest): Promise<boolean> {
    const texts = this.#options.texts().addConnection;
    const { response } = await this.#options.dialog.showMessageBox({
      type: 'question',
      message: texts.title,
      detail: `${from === 'link' ? texts.fromLink : texts.fromCommandLine}\n\n${connect}`,
      buttons: [texts.add, texts.cancel],
      // Enter and Escape both leave things as they are.
      defaultId: 1,
      cancelId: 1,
      noLink: true,
    });
    return response === 0;
  }
}
