import { setMaxListeners } from 'node:events';
import type { Duplex } from 'node:stream';
import { abortError, AppError, throwIfAborted } from '../../kernel/app-error.ts';
import type { CancelTimer, Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { programs, type Procedure, type StreamDirection } from '../protocol/procedure.ts';
import {
  procedures,
  type ArgsOf,
  type CallName,
  type EventName,
  type MessageOf,
  type RetOf,
  type StreamName,
} from '../protocol/procedures.ts';
import { decode } from '../protocol/xdr-types.ts';
import { CallWindow } from './call-window.ts';
import {
  encodeFrame,
  encodeRawFrame,
  FRAME_OVERHEAD,
  FrameParser,
  frameStatus,
  frameType,
  keepaliveProcedure,
  type Frame,
} from './framing.ts';
import { knownEvents } from './known-events.ts';
import { Keepalive, type KeepaliveOptions } from './keepalive.ts';
import { serverError } from './server-error.ts';
import { RpcStream, type StreamCarrier } from './stream.ts';

/** What has gone over connections so far. */
export interface Traffic {
  calls: number;
  sentBytes: number;
  receivedBytes: number;
}

export interface RpcClientOptions {
  clock: Clock;
  log: Logger;
  /** Counts along what this connection carries; shared by the channels of a session. */
  traffic?: Traffic;
  /** Calls on their way at once; a daemon answers 5 at a time by default (max_client_requests). */
  window?: number;
  keepalive?: KeepaliveOptions;
  /** Longest frame that is accepted, in bytes. */
  maxFrameBytes?: number;
}

export interface CallOptions {
  /** Rejects the call at once; what the server does goes on, for the protocol has no cancel. */
  signal?: AbortSignal;
  /** Higher goes first where calls must wait; 0 unless given. */
  priority?: number;
  /** From the asking to the answer, waiting included; without it only the end of the connection bounds the call. */
  timeoutMs?: number;
}

export interface StreamOptions extends CallOptions {
  /** Sends zeros as holes. The call must have told the server, by its flags, that the stream is sparse. */
  isSparse?: boolean;
}

interface Call {
  readonly name: string;
  readonly procedure: Procedure<unknown, unknown>;
  readonly serial: number;
  readonly priority: number;
  /** Null once the caller has gone: then the late answer is dropped. */
  caller: { resolve: (value: unknown) => void; reject: (error: AppError) => void } | null;
  /** There from the sending on, for its packets may come before the reply. */
  stream: RpcStream | null;
  release: () => void;
  send: () => void;
}

const DEFAULT_KEEPALIVE: KeepaliveOptions = { intervalMs: 5_000, maxUnanswered: 3 };
const MAX_SERIAL = 0xffff_ffff;

/**
 * libvirt's RPC protocol over any byte stream, which it owns. Errors of calls and streams: what the server said
 * (`serverError`), BAD_INPUT for arguments that do not fit, LIMIT_EXCEEDED with 10,000 calls waiting, TIMEOUT,
 * CANCELLED, and the reason of the end of the connection (CONNECTION_LOST, PROTOCOL, DISCONNECTED).
 *
 * A frame that is not one ends the connection. A well-framed reply or event with unreadable content fails that call
 * alone, or is logged and dropped.
 */
export class RpcClient {
  /** Resolves with the reason when the connection has ended, also for `close()`; never rejects. */
  readonly closed: Promise<AppError>;
  #transport: Duplex;
  #clock: Clock;
  #log: Logger;
  #parser: FrameParser;
  #window: CallWindow<Call>;
  #keepalive: Keepalive;
  #traffic: Traffic;
  #calls = new Map<number, Call>();
  #streams = new Map<number, RpcStream>();
  #pausedStreams = new Set<number>();
  #handlers = new Map<EventName, Set<(message: unknown) => void>>();
  #lastSerial = 0;
  #endReason: AppError | null = null;
  #resolveClosed: (reason: AppError) => void = () => undefined;

  constructor(transport: Duplex, options: RpcClientOptions) {
    this.#transport = transport;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#traffic = options.traffic ?? { calls: 0, sentBytes: 0, receivedBytes: 0 };
    this.#parser = new FrameParser(options.maxFrameBytes);
    this.#window = new CallWindow(options.window ?? 4);
    this.#keepalive = new Keepalive(options.clock, options.keepalive ?? DEFAULT_KEEPALIVE, {
      send: (frame) => this.#send(frame),
      isPaused: () => this.#pausedStreams.size > 0,
      onDead: (reason) => this.#end(reason),
    });
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    transport.on('data', this.#onData);
    transport.on('end', this.#onEnd);
    transport.on('close', this.#onEnd);
    // Stays for good: a destroyed transport may still report an error.
    transport.on('error', this.#onError);
  }

  /** Calls a procedure; pass `{}` to those without arguments. */
  call<N extends CallName>(name: N, args: ArgsOf<N>, options: CallOptions = {}): Promise<RetOf<N>> {
    return new Promise((resolve, reject) => {
      // The reply is decoded by the type that the table holds for this very name.
      this.#start(name, null, args, options, (value) => resolve(value as RetOf<N>), reject);
    });
  }

  /** Calls a procedure that opens a stream. The caller owns the stream: ends it, reads it to its end or destroys it. */
  openStream<N extends StreamName>(
    name: N,
    args: ArgsOf<N>,
    options: StreamOptions = {},
  ): Promise<{ ret: RetOf<N>; stream: RpcStream }> {
    return new Promise((resolve, reject) => {
      const opened = (value: unknown): void => resolve(value as { ret: RetOf<N>; stream: RpcStream });
      this.#start(name, procedures[name].direction, args, options, opened, reject);
    });
  }

  /**
   * Hands each message of this kind to `handler`, in the turn in which it arrives, so that none has to be stored;
   * returns a function that stops it. The server must have been asked for the event. Errors thrown are logged.
   */
  onEvent<N extends EventName>(name: N, handler: (message: MessageOf<N>) => void): () => void {
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers);
    // Messages are decoded by the type that the table holds for this name.
    const entry = (message: unknown): void => handler(message as MessageOf<N>);
    handlers.add(entry);
    return () => handlers.delete(entry);
  }

  /** Begins to send keepalive pings; only for servers that know the program (see `openLibvirt`). */
  startKeepalive(): void {
    if (this.#endReason === null) this.#keepalive.start();
  }

  /**
   * The time from a ping of the keepalive program to its answer, in milliseconds: the daemon answers beside all calls.
   * Null where the server does not know the program or the connection ends first.
   */
  ping(): Promise<number | null> {
    return this.#keepalive.measure();
  }

  /** Ends the connection at once; the server cleans up what it held for it. */
  close(reason: AppError = new AppError('DISCONNECTED', { detail: 'connection closed by us' })): void {
    this.#end(reason);
  }

  #start(
    name: CallName | StreamName,
    direction: StreamDirection | null,
    args: unknown,
    options: StreamOptions,
    resolve: (value: unknown) => void,
    reject: (error: AppError) => void,
  ): void {
    const { signal, timeoutMs, priority = 0, isSparse = false } = options;
    if (this.#endReason !== null) throw this.#endReason;
    throwIfAborted(signal);
    const procedure: Procedure<unknown, unknown> = procedures[name];
    const serial = this.#nextSerial();
    const { program, number } = procedure;
    const frame = encodeFrame(
      { program, procedure: number, type: frameType.call, serial, status: frameStatus.ok },
      procedure.args,
      args,
    );
    const call: Call = {
      name,
      procedure,
      serial,
      priority,
      caller: { resolve, reject },
      stream: null,
      release: () => undefined,
      send: () => {
        this.#calls.set(serial, call);
        this.#traffic.calls += 1;
        if (direction !== null) call.stream = this.#newStream(call, direction, isSparse);
        this.#send(frame);
      },
    };
    this.#window.add(call);
    if (signal !== undefined || timeoutMs !== undefined) this.#limit(call, signal, timeoutMs);
  }

  /** Lets the caller go on abort and timeout. */
  #limit(call: Call, signal: AbortSignal | undefined, timeoutMs: number | undefined): void {
    const leave = (error: AppError): void => {
      call.release();
      // A call on its way keeps its place in the window until the server has answered it.
      this.#window.remove(call);
      const { caller } = call;
      call.caller = null;
      caller?.reject(error);
    };
    const onAbort = (): void => leave(signal ? abortError(signal) : new AppError('CANCELLED'));
    const onTimeout = (): void => {
      const seconds = Math.round((timeoutMs ?? 0) / 1000);
      const detail = `${call.name}: no answer within ${timeoutMs ?? 0} ms`;
      leave(new AppError('TIMEOUT', { params: { what: call.name, seconds }, retryable: true, detail }));
    };
    const cancelTimer: CancelTimer | null = timeoutMs === undefined ? null : this.#clock.setTimer(timeoutMs, onTimeout);
    // Many calls of one piece of work wait for the same signal, each for as long as it runs.
    if (signal !== undefined) setMaxListeners(0, signal);
    signal?.addEventListener('abort', onAbort, { once: true });
    call.release = () => {
      cancelTimer?.();
      signal?.removeEventListener('abort', onAbort);
    };
  }

  #nextSerial(): number {
    this.#lastSerial = this.#lastSerial === MAX_SERIAL ? 1 : this.#lastSerial + 1;
    return this.#lastSerial;
  }

  #send(frame: Buffer, sent?: (error?: Error | null) => void): void {
    if (this.#endReason === null) {
      this.#traffic.sentBytes += frame.length;
      const written = (error?: Error | null): void => {
        // Whoever sent learns the reason as everybody else does, and not what the socket says.
        if (error) this.#onError(error);
        sent?.(error ? this.#endReason : null);
      };
      this.#transport.write(frame, sent === undefined ? undefined : written);
    } else sent?.(this.#endReason);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#keepalive.heard();
    this.#traffic.receivedBytes += chunk.length;
    try {
      this.#parser.push(chunk, this.#onFrame);
    } catch (error) {
      this.#end(AppError.from(error));
    }
  };

  readonly #onEnd = (): void => {
    const detail =
      this.#parser.bufferedBytes > 0
        ? 'connection ended in the middle of a frame'
        : 'connection ended by the other side';
    this.#end(new AppError('CONNECTION_LOST', { retryable: true, detail }));
  };

  readonly #onError = (error: Error): void => {
    this.#end(
      error instanceof AppError
        ? error
        : new AppError('CONNECTION_LOST', { retryable: true, detail: error.message, cause: error }),
    );
  };

  readonly #onFrame = (frame: Frame): void => {
    if (this.#endReason !== null) return;
    if (frame.program === programs.keepalive) {
      if (frame.procedure === keepaliveProcedure.ping) this.#keepalive.answerPing();
      else if (frame.procedure === keepaliveProcedure.pong) this.#keepalive.ponged();
    } else if (frame.type === frameType.reply) {
      this.#onReply(frame);
    } else if (frame.type === frameType.message) {
      this.#onMessage(frame);
    } else if (frame.type === frameType.stream || frame.type === frameType.streamHole) {
      // Packets of a stream that we have left may still be on their way; they are dropped.
      this.#streams.get(frame.serial)?.receive(frame);
    } else {
      throw new AppError('PROTOCOL', { detail: `frame of type ${frame.type} from a server` });
    }
  };

  #onReply(frame: Frame): void {
    const call = this.#calls.get(frame.serial);
    if (call?.procedure.number !== frame.procedure || call.procedure.program !== frame.program) {
      throw new AppError('PROTOCOL', {
        detail: `reply ${frame.serial} to procedure ${frame.procedure} without a call`,
      });
    }
    this.#calls.delete(frame.serial);
    call.release();
    this.#window.release();
    const { caller, stream } = call;
    if (frame.status === frameStatus.error) {
      stream?.discard();
      caller?.reject(serverError(frame, call.name));
      return;
    }
    stream?.opened();
    if (caller === null) {
      // The server has opened a stream that nobody waits for any more.
      stream?.destroy();
      return;
    }
    let ret: unknown;
    try {
      ret = decode(call.procedure.ret, frame.bytes, FRAME_OVERHEAD);
    } catch (error) {
      stream?.destroy();
      caller.reject(AppError.from(error));
      return;
    }
    caller.resolve(stream === null ? ret : { ret, stream });
  }

  #newStream(call: Call, direction: StreamDirection, isSparse: boolean): RpcStream {
    const { serial, procedure } = call;
    const header = { program: procedure.program, procedure: procedure.number, type: frameType.stream, serial };
    const carrier: StreamCarrier = {
      send: (status, data, sent) => this.#send(encodeRawFrame({ ...header, status }, data), sent),
      sendHole: (hole, sent) => {
        const holeHeader = { ...header, type: frameType.streamHole, status: frameStatus.more };
        this.#send(encodeRawFrame(holeHeader, hole), sent);
      },
      setPaused: (paused) => this.#setPaused(serial, paused),
      forget: () => this.#streams.delete(serial),
    };
    const stream = new RpcStream(call.name, direction, carrier, isSparse);
    this.#streams.set(serial, stream);
    return stream;
  }

  /** The connection is read while no stream is too full. */
  #setPaused(serial: number, paused: boolean): void {
    if (paused) this.#pausedStreams.add(serial);
    else this.#pausedStreams.delete(serial);
    if (this.#pausedStreams.size > 0) this.#transport.pause();
    else this.#transport.resume();
  }

  #onMessage(frame: Frame): void {
    const known = knownEvents.get(`${frame.program}/${frame.procedure}`);
    const handlers = known && this.#handlers.get(known.name);
    if (known === undefined || handlers === undefined || handlers.size === 0) return;
    let message: unknown;
    try {
      message = decode(known.type, frame.bytes, FRAME_OVERHEAD);
    } catch (error) {
      this.#log.warn('unreadable libvirt event', { event: known.name, error: AppError.from(error).detail });
      return;
    }
    for (const handler of [...handlers]) {
      try {
        handler(message);
      } catch (error) {
        this.#log.error('handler of a libvirt event failed', { event: known.name, error });
      }
    }
  }

  #end(reason: AppError): void {
    if (this.#endReason !== null) return;
    this.#endReason = reason;
    this.#keepalive.stop();
    this.#transport.off('data', this.#onData);
    this.#transport.off('end', this.#onEnd);
    this.#transport.off('close', this.#onEnd);
    this.#transport.destroy();
    const calls = [...this.#calls.values(), ...this.#window.drain()];
    this.#calls.clear();
    for (const call of calls) {
      call.release();
      call.caller?.reject(reason);
    }
    for (const stream of [...this.#streams.values()]) stream.destroy(reason);
    this.#handlers.clear();
    this.#resolveClosed(reason);
  }
}
