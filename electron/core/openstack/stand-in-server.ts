import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

/** What a stand-in service answers; `raw` does as it likes with the response. */
export type Answer =
  | { status?: number; json?: unknown; text?: string; headers?: Record<string, string> }
  | { raw: (response: http.ServerResponse, request: http.IncomingMessage) => void };

/** A request as it came. */
export interface Received {
  method: string;
  /** With the query. */
  url: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

type Responder = (request: Received) => Answer;

/** A small HTTP server for tests: answers by rules, newest first, and keeps what it received. */
export class StandInServer {
  readonly received: Received[] = [];
  #rules: { method: string; path: RegExp; respond: Responder }[] = [];
  #server: http.Server;

  private constructor(tls: { key: string; cert: string } | null) {
    const listener = (request: http.IncomingMessage, response: http.ServerResponse): void => {
      void this.#answer(request, response);
    };
    this.#server = tls === null ? http.createServer(listener) : https.createServer(tls, listener);
  }

  static async start(tls: { key: string; cert: string } | null = null): Promise<StandInServer> {
    const server = new StandInServer(tls);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#server instanceof https.Server ? 'https' : 'http'}://127.0.0.1:${this.port}`;
  }

  /** Answers `method path` (path without query) from now on; a list gives one answer after the other, the last stays. */
  on(method: string, path: string | RegExp, answer: Answer | Answer[] | Responder): void {
    const pattern = typeof path === 'string' ? new RegExp(`^${escape(path)}$`) : path;
    this.#rules.unshift({ method, path: pattern, respond: typeof answer === 'function' ? answer : inTurn(answer) });
  }

  /** How many requests came for a path. */
  count(path: RegExp): number {
    return this.received.filter(({ url }) => path.test(url)).length;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = '', url = '' } = request;
    const received = { method, url, headers: request.headers, body: Buffer.concat(chunks).toString() };
    this.received.push(received);
    const path = url.replace(/\?.*$/, '');
    const rule = this.#rules.find((candidate) => candidate.method === method && candidate.path.test(path));
    const answer = rule?.respond(received) ?? { status: 404, json: { message: `no rule for ${method} ${path}` } };
    if ('raw' in answer) {
      answer.raw(response, request);
      return;
    }
    const isJson = answer.json !== undefined;
    response.writeHead(answer.status ?? 200, {
      'content-type': isJson ? 'application/json' : 'text/html',
      ...answer.headers,
    });
    response.end(isJson ? JSON.stringify(answer.json) : (answer.text ?? ''));
  }
}

function inTurn(answers: Answer | Answer[]): Responder {
  const list = Array.isArray(answers) ? [...answers] : [answers];
  let at = 0;
  return () => list[Math.min(at++, list.length - 1)] ?? {};
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
