import type { IpcMain, IpcMainEvent, MessageChannelMain, MessagePortMain, WebContents } from 'electron';
import { z } from 'zod';
import type { Logger } from '../core/kernel/logger.ts';
import { appOrigin } from './app-protocol.ts';

/** IPC channel on which a page asks for a port and gets it. */
export const portChannel = 'virtdeck:port';

/** Byte channels that one page may have open at once. */
const MAX_BYTE_PORTS = 64;

const portRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rpc') }),
  z.object({ kind: z.literal('bytes'), ticket: z.string().min(16).max(256) }),
]);

/** The core's side of a port. What it does with a ticket that is unknown or used is to close the port. */
export interface PortTaker {
  takeRpcPort(port: MessagePortMain): void;
  takeBytePort(ticket: string, port: MessagePortMain): void;
}

interface PageState {
  rpcPort: MessagePortMain | null;
  bytePorts: Set<MessagePortMain>;
}

/**
 * The only door between a page and the core. A port is given to the main frame of the app's own page, at most one RPC
 * port at a time (a client that connects again gives up the one before); ports of an earlier load are closed.
 */
export class PortGateway {
  readonly #createChannel: () => MessageChannelMain;
  readonly #core: PortTaker;
  readonly #log: Logger;
  readonly #pages = new Map<WebContents, PageState>();

  constructor(createChannel: () => MessageChannelMain, core: PortTaker, log: Logger) {
    this.#createChannel = createChannel;
    this.#core = core;
    this.#log = log;
  }

  /** Starts answering requests for ports. */
  listen(ipcMain: Pick<IpcMain, 'on'>): void {
    ipcMain.on(portChannel, (event, request: unknown) => this.#answer(event, request));
  }

  /** Lets a page ask for ports; its ports end with each load and with the page. */
  admit(contents: WebContents): void {
    const state: PageState = { rpcPort: null, bytePorts: new Set() };
    this.#pages.set(contents, state);
    const leave = (): void => closePorts(state);
    contents.on('did-start-navigation', (details) => {
      if (details.isMainFrame && !details.isSameDocument) leave();
    });
    contents.on('render-process-gone', leave);
    contents.on('destroyed', () => {
      leave();
      this.#pages.delete(contents);
    });
  }

  #answer(event: IpcMainEvent, request: unknown): void {
    const page = this.#pages.get(event.sender);
    const frame = event.senderFrame;
    const isMainFrame = frame !== null && frame.parent === null && !frame.detached;
    if (page === undefined || !isMainFrame || frame.origin !== appOrigin) {
      this.#log.warn('A port was refused to a stranger', { origin: frame?.origin ?? 'none' });
      return;
    }
    const parsed = portRequest.safeParse(request);
    if (!parsed.success) {
      this.#log.warn('A request for a port makes no sense');
      return;
    }
    const wanted = parsed.data;
    if (wanted.kind === 'bytes' && page.bytePorts.size >= MAX_BYTE_PORTS) {
      this.#log.warn('A page asked for more byte channels than it can have');
      return;
    }
    const { port1, port2 } = this.#createChannel();
    if (wanted.kind === 'rpc') {
      page.rpcPort?.close();
      page.rpcPort = port1;
      this.#core.takeRpcPort(port1);
    } else {
      page.bytePorts.add(port1);
      port1.once('close', () => page.bytePorts.delete(port1));
      this.#core.takeBytePort(wanted.ticket, port1);
    }
    frame.postMessage(portChannel, wanted, [port2]);
  }
}

function closePorts(state: PageState): void {
  state.rpcPort?.close();
  state.rpcPort = null;
  for (const port of state.bytePorts) port.close();
  state.bytePorts.clear();
}
