import type { IncomingMessage } from 'node:http';
import type { AnyRouter } from '@trpc/server';
import { getWSConnectionHandler } from '@trpc/server/adapters/ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { AppError } from '../../kernel/app-error.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { RpcContext } from '../trpc.ts';
import { PortSocket, type ServerPort } from './port-socket.ts';
import { SendMeter } from './send-meter.ts';

/** A client that does not answer a ping for this long is gone. */
const PING_MS = 15_000;
const PONG_WAIT_MS = 10_000;

export interface RpcServer {
  /** Serves the router to a WebSocket until it closes. */
  serveSocket(socket: WebSocket, request: IncomingMessage): void;
  /** Serves the router to a MessagePort (Electron's or Node's) until it closes. */
  servePort(port: ServerPort): void;
}

/** Serves a tRPC router over both carriers with tRPC's own WebSocket protocol. */
export function createRpcServer(router: AnyRouter, log: Logger): RpcServer {
  const meters = new WeakMap<object, SendMeter>();
  const handler = getWSConnectionHandler({
    // Asked for by the type only: sockets are handed to the handler one by one.
    wss: new WebSocketServer({ noServer: true }),
    router,
    createContext: ({ res }): RpcContext => {
      const meter = meters.get(res);
      return { ready: () => meter?.ready() ?? Promise.resolve() };
    },
    keepAlive: { enabled: true, pingMs: PING_MS, pongWaitMs: PONG_WAIT_MS },
    onError: ({ error, path }) => {
      const app = error.cause instanceof AppError ? error.cause : null;
      if (app === null && error.code === 'INTERNAL_SERVER_ERROR')
        log.error('call failed', { path, error: error.stack });
      else log.debug('call refused', { path, code: app?.code ?? error.code });
    },
  });
  return {
    serveSocket(socket, request) {
      const meter = new SendMeter();
      meters.set(socket, meter);
      meterSends(socket, meter);
      socket.once('close', () => meter.close());
      socket.on('error', (error) => log.debug('socket failed', { error: error.message }));
      handler(socket, request);
    },
    servePort(port) {
      const meter = new SendMeter();
      const socket = new PortSocket(port, meter);
      meters.set(socket, meter);
      // The handler uses only the members that PortSocket has; ws's class has many more.
      handler(socket as unknown as WebSocket, portRequest as IncomingMessage);
    },
  };
}

/** The handler reads connection parameters from the URL; a port has none. */
const portRequest: Pick<IncomingMessage, 'url' | 'headers'> = { url: '/rpc', headers: { host: 'port' } };

/** Counts what the socket has not yet handed to the system. */
function meterSends(socket: WebSocket, meter: SendMeter): void {
  const send = socket.send.bind(socket);
  socket.send = (data: Parameters<WebSocket['send']>[0]) => {
    const byteCount = typeof data === 'string' ? data.length : 0;
    meter.sent(byteCount);
    send(data, () => meter.taken(byteCount));
  };
}
