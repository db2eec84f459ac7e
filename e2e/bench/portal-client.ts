import { execFile } from 'node:child_process';
import http from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createTRPCClient, createWSClient, wsLink, type TRPCClient } from '@trpc/client';
import { WebSocket, type ClientOptions } from 'ws';
import type { AppRouter } from '../../electron/core/app/router.ts';
import type { ByteCarrier } from '../../shared/contract/byte-channel.ts';
import type { Machine } from '../../shared/contract/machines.ts';
import { socketCarrier } from '../../electron/core/rpc/carriers/byte-carriers.ts';

const WAIT_MS = 60_000;

/** What a browser does with a portal: exchanges the token for a session, calls, opens byte channels. */
export class PortalClient {
  readonly rpc: TRPCClient<AppRouter>;
  readonly #ws: ReturnType<typeof createWSClient>;
  readonly #origin: string;
  readonly #options: ClientOptions;

  private constructor(origin: string, cookie: string) {
    const options: ClientOptions = { origin, headers: { cookie }, perMessageDeflate: false };
    class SessionSocket extends WebSocket {
      constructor(address: string) {
        super(address, options);
      }
    }
    this.#origin = origin;
    this.#options = options;
    this.#ws = createWSClient({
      url: `${origin.replace('http', 'ws')}/rpc`,
      // The socket of `ws` has the members that the client uses.
      WebSocket: SessionSocket as unknown as typeof globalThis.WebSocket,
    });
    this.rpc = createTRPCClient<AppRouter>({ links: [wsLink({ client: this.#ws })] });
  }

  /** `url` is what the portal printed. Throws where it gives no session. */
  static async open(url: string): Promise<PortalClient> {
    const reply = await fetch(url, { redirect: 'manual' });
    const cookie = reply.headers.get('set-cookie')?.split(';')[0];
    if (cookie === undefined) throw new Error(`the portal gave no session (${reply.status})`);
    return new PortalClient(new URL(url).origin, cookie);
  }

  /** The id of the only connection. Rejects with its error where it cannot connect. */
  onlineConnection(): Promise<string> {
    return this.#until('the connection', (found, fail) =>
      this.rpc.connections.watch.subscribe(undefined, {
        onData: (event) => {
          const [connection] = event.type === 'snapshot' ? event.items : event.upsert;
          if (connection?.phase === 'online') found(connection.id);
          else if (connection?.error) fail(new Error(`${connection.error.code}: ${connection.error.detail}`));
        },
        onError: fail,
      }),
    );
  }

  /** The first machine of that name. */
  machine(connectionId: string, name: string): Promise<Machine> {
    return this.#until(`the machine ${name}`, (found, fail) =>
      this.rpc.machines.watch.subscribe(
        { connectionId },
        {
          onData: (event) => {
            const rows = event.type === 'snapshot' ? event.items : event.upsert;
            const row = rows.find((one) => one.name === name);
            if (row !== undefined) found(row);
          },
          onError: fail,
        },
      ),
    );
  }

  /** Resolves when the task has succeeded, rejects with its error when it has failed. */
  async succeeded(taskId: string, timeoutMs: number): Promise<void> {
    await this.#until(
      'the end of a task',
      (found, fail) =>
        this.rpc.tasks.watch.subscribe(undefined, {
          onData: (event) => {
            const rows = event.type === 'snapshot' ? event.items : event.upsert;
            const task = rows.find(({ id }) => id === taskId);
            if (task?.status === 'succeeded') found(true);
            else if (task?.endedAt != null) fail(new Error(`${task.status}: ${task.error?.detail ?? ''}`));
          },
          onError: fail,
        }),
      timeoutMs,
    );
  }

  /** Redeems a ticket, as the page does for a console. */
  openBytes(ticket: string): Promise<ByteCarrier> {
    const address = `${this.#origin.replace('http', 'ws')}/bytes?ticket=${encodeURIComponent(ticket)}`;
    const socket = new WebSocket(address, this.#options);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(socketCarrier(socket)));
      socket.once('error', reject);
    });
  }

  /** Sends a file to a ticket by curl: as a browser does, in native code of another process. */
  async putFile(ticket: string, path: string): Promise<void> {
    const { origin = '', headers } = this.#options;
    const address = `${this.#origin}/bytes?ticket=${encodeURIComponent(ticket)}`;
    const told = { origin, expect: '', ...headers };
    const args = Object.entries(told).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
    await promisify(execFile)('curl', ['-sS', '-f', '-T', path, ...args, address]);
  }

  /** Sends pieces to a ticket, as the body of a request. Why it is over is told by the task. */
  put(ticket: string, sizeBytes: number, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const { origin, headers } = this.#options;
    const address = `${this.#origin}/bytes?ticket=${encodeURIComponent(ticket)}`;
    return new Promise((resolve) => {
      const request = http.request(address, {
        method: 'PUT',
        headers: { ...headers, origin, 'content-length': String(sizeBytes) },
      });
      request.once('response', (response) => response.resume());
      request.once('close', () => resolve());
      pipeline(Readable.from(pieces, { objectMode: false }), request).catch(() => request.destroy());
    });
  }

  async close(): Promise<void> {
    await this.#ws.close();
  }

  async #until<T>(
    what: string,
    subscribe: (found: (value: T) => void, fail: (error: Error) => void) => { unsubscribe: () => void },
    timeoutMs = WAIT_MS,
  ): Promise<T> {
    let stop = (): void => undefined;
    const timer: { handle?: NodeJS.Timeout } = {};
    try {
      return await new Promise<T>((resolve, reject) => {
        timer.handle = setTimeout(() => reject(new Error(`${what} did not come within ${timeoutMs} ms`)), timeoutMs);
        const subscription = subscribe(resolve, reject);
        stop = () => subscription.unsubscribe();
      });
    } finally {
      clearTimeout(timer.handle);
      stop();
    }
  }
}
