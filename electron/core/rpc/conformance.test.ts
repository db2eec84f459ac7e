import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createTRPCClient, createWSClient, TRPCClientError, wsLink, type TRPCClient } from '@trpc/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { FeedEvent } from '../../../shared/contract/feed.ts';
import { ByteChannel, WINDOW_BYTES, type ByteCarrier } from '../../../shared/contract/byte-channel.ts';
import { PortWebSocket } from '../../../renderer/core-client/port-link.ts';
import { AppError } from '../kernel/app-error.ts';
import { systemClock } from '../kernel/clock.ts';
import { LiveList } from '../kernel/live-list.ts';
import { silentLogger } from '../kernel/logger.ts';
import { TaskEngine } from '../tasks/task-engine.ts';
import { ByteChannels } from './byte-channels.ts';
import { portCarrier, socketCarrier } from './carriers/byte-carriers.ts';
import { createRpcServer } from './carriers/serve.ts';
import { procedure, router, watcherOf } from './trpc.ts';

interface Row {
  id: string;
  value: number;
  padding: string;
}

/** A core made for the test: one procedure of each kind. */
function createTestCore() {
  const list = new LiveList<Row>(systemClock, 5);
  const tasks = new TaskEngine(systemClock, silentLogger);
  const bytes = new ByteChannels(systemClock);
  const ended: string[] = [];
  const testRouter = router({
    echo: procedure.input(z.object({ text: z.string().max(100) })).query(({ input }) => input.text),
    refuse: procedure.mutation(() => {
      throw new AppError('LIBVIRT_ERROR', {
        params: { machine: 'a "b" <script>' },
        retryable: true,
        detail: 'internal error',
        source: {
          kind: 'libvirt',
          code: 1,
          domain: 10,
          level: 2,
          message: 'internal error',
          str1: 'x',
          str2: null,
          str3: null,
          int1: -1,
          int2: 7,
          procedure: 'DOMAIN_CREATE_WITH_FLAGS',
        },
      });
    }),
    crash: procedure.query(() => {
      throw new Error('secret stack');
    }),
    never: procedure.query(
      (o) => new Promise<string>((resolve) => o.signal?.addEventListener('abort', () => resolve(''))),
    ),
    watch: procedure.subscription(async function* (o) {
      try {
        yield* list.watch(watcherOf(o));
      } finally {
        ended.push('watch');
      }
    }),
    startTask: procedure.mutation(() =>
      tasks.start({
        kind: 'test',
        target: null,
        run: (task) =>
          new Promise((_resolve, reject) =>
            task.signal.addEventListener('abort', () => reject(AppError.from(task.signal.reason))),
          ),
      }),
    ),
    watchTasks: procedure.subscription((o) => tasks.watch(watcherOf(o))),
    cancelTask: procedure.input(z.string()).mutation(({ input }) => tasks.cancel(input)),
    open: procedure.mutation(() => bytes.offer(echo())),
  });
  return { list, tasks, bytes, ended, testRouter };
}

/** Sends back what it gets. */
function echo(): Duplex {
  return new PassThrough({ highWaterMark: 64 * 1024 });
}

type TestCore = ReturnType<typeof createTestCore>;
type TestRouter = TestCore['testRouter'];

interface Link {
  client: TRPCClient<TestRouter>;
  openBytes(ticket: string): Promise<ByteCarrier>;
  /** Breaks the carrier as a lost network does; the client connects anew by itself. */
  cut(): void;
  /** Stops taking what the server sends, as a page does that hangs, until the function it returns is called. */
  stall(): () => void;
  close(): Promise<void>;
}

function link(webSocket: typeof WebSocket, url: string) {
  const ws = createWSClient({
    url,
    // Both carriers' sockets have the members that the client uses.
    WebSocket: webSocket as unknown as typeof globalThis.WebSocket,
    retryDelayMs: () => 10,
  });
  return { ws, client: createTRPCClient<TestRouter>({ links: [wsLink({ client: ws })] }) };
}

async function connectBySocket(core: TestCore): Promise<Link> {
  const rpc = createRpcServer(core.testRouter, silentLogger);
  const http: Server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (opened) => {
      const ticket = new URL(request.url ?? '/', 'http://x').searchParams.get('ticket');
      if (ticket === null) rpc.serveSocket(opened, request);
      else core.bytes.redeem(ticket, socketCarrier(opened));
      opened.once('close', () => sockets.clients.delete(opened));
      sockets.clients.add(opened);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/rpc`;
  const clientSockets = new Set<WebSocket>();
  class TestSocket extends WebSocket {
    constructor(address: string) {
      super(address);
      clientSockets.add(this);
      this.once('close', () => clientSockets.delete(this));
    }
  }
  const { ws, client } = link(TestSocket as typeof WebSocket, url);
  return {
    client,
    openBytes: (ticket) =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${url}?ticket=${ticket}`);
        socket.once('open', () => resolve(socketCarrier(socket)));
      }),
    cut: () => {
      for (const socket of sockets.clients) socket.terminate();
    },
    stall: () => {
      const stalled = [...clientSockets];
      for (const socket of stalled) socket.pause();
      return () => {
        for (const socket of stalled) socket.resume();
      };
    },
    close: async () => {
      await ws.close();
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}

function connectByPort(core: TestCore): Promise<Link> {
  const rpc = createRpcServer(core.testRouter, silentLogger);
  const open = new Set<MessagePort>();
  const pair = (serve: (port: MessagePort) => void): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    open.add(port1);
    port1.once('close', () => open.delete(port1));
    serve(port1);
    return port2;
  };
  const clientPorts = new Set<MessagePort>();
  class TestPortSocket extends PortWebSocket {
    constructor(url: string) {
      super(url, () => {
        const port = pair((serverPort) => rpc.servePort(serverPort));
        clientPorts.add(port);
        // Node's MessagePort has the members of the DOM's that are used here.
        return Promise.resolve(port as unknown as globalThis.MessagePort);
      });
    }
  }
  const { ws, client } = link(TestPortSocket as unknown as typeof WebSocket, 'ws://port');
  return Promise.resolve({
    client,
    openBytes: (ticket) => Promise.resolve(portCarrier(pair((port) => core.bytes.redeem(ticket, portCarrier(port))))),
    cut: () => {
      for (const port of open) port.close();
    },
    stall: () => {
      const stalled = [...clientPorts].map((port) => {
        const dom = port as unknown as globalThis.MessagePort;
        return { dom, take: dom.onmessage, held: [] as MessageEvent[] };
      });
      // A port has no pause: what comes is put by, and its taking is not told.
      for (const { dom, held } of stalled) dom.onmessage = (event) => held.push(event);
      return () => {
        for (const { dom, take, held } of stalled) {
          dom.onmessage = take;
          for (const event of held) take?.call(dom, event);
        }
      };
    },
    close: async () => {
      await ws.close();
      for (const port of open) port.close();
    },
  });
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

function errorOf(error: unknown): AppErrorData {
  if (!(error instanceof TRPCClientError)) throw error;
  const shape = error.data as { app: AppErrorData };
  return shape.app;
}

/** What is in use after a full collection. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

/** A reader in this process that takes everything: what it has, every other reader could have. */
function keepUp(list: LiveList<Row>, signal: AbortSignal): { value: number } {
  const seen = { value: 0 };
  const take = (rows: Row[]): void => {
    for (const { value } of rows) seen.value = value;
  };
  void (async () => {
    for await (const event of list.watch({ signal, ready: () => Promise.resolve() }))
      take(event.type === 'snapshot' ? event.items : event.upsert);
  })();
  return seen;
}

/** Collects a feed as the renderer does. */
function collect(client: TRPCClient<TestRouter>) {
  const events: FeedEvent<Row>[] = [];
  const rows = new Map<string, Row>();
  const subscription = client.watch.subscribe(undefined, {
    onData: (event) => {
      events.push(event);
      if (event.type === 'snapshot') rows.clear();
      for (const row of event.type === 'snapshot' ? event.items : event.upsert) rows.set(row.id, row);
      if (event.type === 'patch') for (const id of event.remove) rows.delete(id);
    },
  });
  return { events, rows, stop: () => subscription.unsubscribe() };
}

describe.each([
  ['WebSocket', connectBySocket],
  ['MessagePort', connectByPort],
])('contract over %s', (_name, connect) => {
  let core: TestCore;
  let app: Link;

  beforeEach(async () => {
    core = createTestCore();
    app = await connect(core);
  });

  afterEach(async () => {
    await app.close();
    await until(() => core.list.watcherCount === 0 && core.tasks.list.watcherCount === 0 && core.bytes.openCount === 0);
  });

  it('replies', async () => {
    expect(await app.client.echo.query({ text: 'héllo 😀' })).toBe('héllo 😀');
  });

  it('carries a typed error with all its fields', async () => {
    const error = errorOf(await app.client.refuse.mutate().catch((e: unknown) => e));
    expect(error).toMatchObject({
      code: 'LIBVIRT_ERROR',
      params: { machine: 'a "b" <script>' },
      retryable: true,
      source: { kind: 'libvirt', code: 1, int1: -1, procedure: 'DOMAIN_CREATE_WITH_FLAGS' },
    });
  });

  it('hides the stack of a bug behind a correlation id', async () => {
    const failure = await app.client.crash.query().catch((e: unknown) => e);
    expect(errorOf(failure)).toMatchObject({
      code: 'INTERNAL',
      correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(JSON.stringify((failure as TRPCClientError<TestRouter>).shape)).not.toContain('conformance.test');
  });

  it('refuses bad input and unknown procedures', async () => {
    const bad = await app.client.echo.query({ text: 'x'.repeat(101) }).catch((e: unknown) => e);
    expect(errorOf(bad)).toMatchObject({ code: 'BAD_INPUT', detail: expect.stringContaining('100') as string });
    const anyClient = app.client as unknown as { nowhere: { query(): Promise<unknown> } };
    expect(errorOf(await anyClient.nowhere.query().catch((e: unknown) => e)).code).toBe('NOT_FOUND');
  });

  it('cancels a task, whose end is seen in the feed', async () => {
    const id = await app.client.startTask.mutate();
    const states: string[] = [];
    const watching = app.client.watchTasks.subscribe(undefined, {
      onData: (event) => {
        for (const task of event.type === 'snapshot' ? event.items : event.upsert) states.push(task.status);
      },
    });
    await until(() => states.includes('running'));
    await app.client.cancelTask.mutate(id);
    await until(() => states.includes('cancelled'));
    watching.unsubscribe();
  });

  it('ends a subscription on the server when the client stops it', async () => {
    const feed = collect(app.client);
    await until(() => feed.events.length === 1);
    feed.stop();
    await until(() => core.ended.length === 1 && core.list.watcherCount === 0);
  });

  it('numbers patches after a snapshot', async () => {
    core.list.reset([{ id: 'a', value: 0, padding: '' }], 'live');
    const feed = collect(app.client);
    await until(() => feed.events.length === 1);
    for (let value = 1; value <= 3; value++) {
      core.list.patch([{ id: 'a', value, padding: '' }]);
      await until(() => feed.rows.get('a')?.value === value);
    }
    core.list.patch([], ['a']);
    await until(() => feed.rows.size === 0);
    expect(feed.events.map((event) => [event.type, event.seq])).toEqual([
      ['snapshot', 0],
      ['patch', 1],
      ['patch', 2],
      ['patch', 3],
      ['patch', 4],
    ]);
    feed.stop();
  });

  it('a cut connection rejects calls, cleans up the server, and comes back with a new snapshot', async () => {
    core.list.reset([{ id: 'a', value: 1, padding: '' }], 'live');
    const feed = collect(app.client);
    await until(() => feed.events.length === 1);
    const hanging = app.client.never.query().catch((e: unknown) => e);
    await app.client.echo.query({ text: 'in order' });
    app.cut();
    expect(await hanging).toBeInstanceOf(TRPCClientError);
    await until(() => core.ended.length === 1);
    core.list.patch([{ id: 'b', value: 2, padding: '' }], ['a']);
    await until(() => feed.rows.has('b') && !feed.rows.has('a'));
    expect(feed.events.at(-1)?.type).toBe('snapshot');
    feed.stop();
  });

  it('conflates a feed whose reader does not keep up', async () => {
    const padding = 'x'.repeat(1_000);
    const rows = (value: number): Row[] => Array.from({ length: 2_000 }, (_, i) => ({ id: `r${i}`, value, padding }));
    core.list.reset(rows(0), 'live');
    const feed = collect(app.client);
    await until(() => feed.events.length === 1);
    // 200 MB of changes while this very thread, the reader, never gets a turn.
    for (let value = 1; value <= 100; value++) core.list.patch(rows(value));
    await until(() => feed.rows.get('r1999')?.value === 100);
    expect(feed.events.length).toBeLessThan(10);
    feed.stop();
  });

  it('sends a stalled reader no more than fits, and then only what is newest', async () => {
    const padding = 'x'.repeat(1_000);
    const rows = (value: number): Row[] => Array.from({ length: 500 }, (_, i) => ({ id: `r${i}`, value, padding }));
    core.list.reset(rows(0), 'live');
    const feed = collect(app.client);
    await until(() => feed.events.length === 1);
    const resume = app.stall();
    const leaving = new AbortController();
    const other = keepUp(core.list, leaving.signal);
    for (let value = 1; value <= 400; value++) {
      core.list.patch(rows(value));
      // Each of these 200 MB would be sent, were it not for the reader.
      await until(() => other.value === value);
    }
    leaving.abort();
    expect(feed.rows.get('r0')?.value).toBe(0);
    const before = feed.events.length;
    resume();
    await until(() => feed.rows.get('r499')?.value === 400);
    // What the system's socket buffers hold was sent before it was full.
    expect(feed.events.length - before).toBeLessThan(40);
    feed.stop();
  }, 60_000);

  it('a cut in the middle of a byte stream ends it on both sides', async () => {
    const stream = echo();
    const channel = new ByteChannel(await app.openBytes(core.bytes.offer(stream)));
    const over = new Promise<string>((resolve) => (channel.onOver = (end) => resolve(end.kind)));
    let received = 0;
    channel.onData = (bytes) => {
      received += bytes.length;
      channel.consumed(bytes.length);
      channel.write(new Uint8Array(16 * 1024));
    };
    channel.write(new Uint8Array(64 * 1024));
    await until(() => received > 256 * 1024);
    app.cut();
    expect(await over).toBe('closed');
    await until(() => stream.destroyed && core.bytes.openCount === 0);
  });

  it('keeps nothing of fifty sessions that came and went', async () => {
    const padding = 'x'.repeat(10_000);
    core.list.reset(
      Array.from({ length: 200 }, (_, i) => ({ id: `r${i}`, value: 0, padding })),
      'live',
    );
    const session = async (): Promise<void> => {
      const other = await connect(core);
      const feed = collect(other.client);
      await until(() => feed.events.length === 1);
      const channel = new ByteChannel(await other.openBytes(await other.client.open.mutate()));
      channel.write(new Uint8Array(64 * 1024));
      other.cut();
      feed.stop();
      await other.close();
      await until(() => core.list.watcherCount === 0 && core.bytes.openCount === 0);
    };
    for (let n = 0; n < 10; n++) await session();
    const before = heapBytes();
    for (let n = 0; n < 50; n++) await session();
    // Each of them had a copy of 2 MB of rows.
    expect(heapBytes() - before).toBeLessThan(20 * 1024 * 1024);
  }, 120_000);

  it('carries 100 MB both ways through a byte channel, whole and in order', async () => {
    const carrier = await app.openBytes(await app.client.open.mutate());
    const channel = new ByteChannel(carrier);
    const total = 100 * 1024 * 1024;
    const block = randomBytes(1024 * 1024);
    const sent = createHash('sha256');
    const received = createHash('sha256');
    let receivedBytes = 0;
    const done = new Promise<string>((resolve) => (channel.onOver = (end) => resolve(end.kind)));
    channel.onData = (bytes) => {
      received.update(bytes);
      receivedBytes += bytes.length;
      channel.consumed(bytes.length);
    };
    let sentBytes = 0;
    const pump = (): void => {
      while (sentBytes < total) {
        block.writeUInt32BE(sentBytes / block.length, 0);
        const copy = Buffer.from(block);
        sent.update(copy);
        sentBytes += copy.length;
        if (!channel.write(copy)) return;
      }
      channel.end();
    };
    channel.onDrain = pump;
    pump();
    expect(await done).toBe('end');
    expect(receivedBytes).toBe(total);
    expect(received.digest('hex')).toBe(sent.digest('hex'));
  }, 60_000);

  it('holds back what a stalled reader of bytes does not take', async () => {
    let pushed = 0;
    const source = new Duplex({
      read() {
        pushed += 64 * 1024;
        // Zeros would not be sent, and the reader's window alone would hold them back.
        this.push(Buffer.alloc(64 * 1024, 1));
      },
      write: (_chunk, _encoding, callback) => callback(),
    });
    const carrier = await app.openBytes(core.bytes.offer(source));
    const channel = new ByteChannel(carrier);
    let received = 0;
    channel.onData = (bytes) => (received += bytes.length);
    await until(() => received > WINDOW_BYTES - 128 * 1024);
    const before = pushed;
    await app.client.echo.query({ text: 'a turn for everybody' });
    expect(pushed).toBe(before);
    expect(pushed).toBeLessThan(2 * WINDOW_BYTES);
    channel.close();
    await until(() => source.destroyed);
  });

  it('a ticket is good once', async () => {
    const ticket = await app.client.open.mutate();
    const first = new ByteChannel(await app.openBytes(ticket));
    const second = new ByteChannel(await app.openBytes(ticket));
    expect(await new Promise((resolve) => (second.onOver = (end) => resolve(end.kind)))).toBe('closed');
    first.close();
  });

  it('a stream that fails tells why', async () => {
    const stream = echo();
    const channel = new ByteChannel(await app.openBytes(core.bytes.offer(stream)));
    const over = new Promise((resolve) => (channel.onOver = resolve));
    stream.destroy(new AppError('CONNECTION_LOST', { detail: 'gone' }));
    expect(await over).toMatchObject({ kind: 'error', error: { code: 'CONNECTION_LOST', detail: 'gone' } });
  });

  it('cuts off a peer that overruns its window', async () => {
    const stream = new Duplex({ read: () => undefined, write: () => undefined });
    const carrier = await app.openBytes(core.bytes.offer(stream));
    const closed = new Promise<void>((resolve) => (carrier.onClose = resolve));
    for (let sent = 0; sent <= WINDOW_BYTES; sent += 32 * 1024) carrier.send(new Uint8Array(32 * 1024));
    await closed;
    await until(() => stream.destroyed);
  });
});
