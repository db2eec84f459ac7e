import { initTRPC, type TRPCError } from '@trpc/server';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import { AppError } from '../kernel/app-error.ts';
import type { Watcher } from '../kernel/live-list.ts';

/** Per client connection: lets a subscription wait until the receiver has taken what was sent. */
export interface RpcContext {
  ready: () => Promise<void>;
}

/*
 * This file and every features/<resource>/{api,router}.ts are read by the renderer's type checker too (for the type
 * of the router), so nothing they import may need Node's types.
 */
const t = initTRPC.context<RpcContext>().create({
  errorFormatter({ shape, error }) {
    return { ...shape, data: { ...shape.data, stack: undefined, app: toAppErrorData(error) } };
  },
});

export const router = t.router;
export const procedure = t.procedure;

function toAppErrorData(error: TRPCError): AppErrorData {
  if (error.cause instanceof AppError) return error.cause.toData();
  if (error.code === 'BAD_REQUEST') return new AppError('BAD_INPUT', { detail: error.message }).toData();
  if (error.code === 'NOT_FOUND') return new AppError('NOT_FOUND', { detail: error.message }).toData();
  return AppError.from(error.cause ?? error).toData();
}

/** The watcher of a subscription: its signal and the client's back-pressure. */
export function watcherOf(options: { signal: AbortSignal | undefined; ctx: RpcContext }): Watcher {
  return { signal: options.signal ?? new AbortController().signal, ready: options.ctx.ready };
}
