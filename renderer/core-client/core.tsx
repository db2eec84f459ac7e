import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { TRPCClientError } from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import { createContext, useContext, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { AppRouter } from '../../electron/core/app/router.ts';
import { errorCodes, type AppErrorData, type ErrorCode } from '../../shared/contract/errors.ts';
import type { CoreLink, LinkStatus } from './link.ts';

const trpc = createTRPCContext<AppRouter>();
const CoreContext = createContext<CoreLink | null>(null);

/** The router's procedures as options for TanStack Query. */
export const useTRPC = trpc.useTRPC;

/** Gives the way to the core to everything below. */
export function CoreProvider({ link, children }: { link: CoreLink; children: ReactNode }): ReactNode {
  const [queryClient] = useState(createQueryClient);
  return (
    <CoreContext value={link}>
      <QueryClientProvider client={queryClient}>
        <trpc.TRPCProvider trpcClient={link.client} queryClient={queryClient}>
          {children}
        </trpc.TRPCProvider>
      </QueryClientProvider>
    </CoreContext>
  );
}

/** The link to the core; throws outside CoreProvider. */
export function useCore(): CoreLink {
  const link = useContext(CoreContext);
  if (link === null) throw new Error('useCore needs a CoreProvider above it');
  return link;
}

/** Whether the core can be reached right now. */
export function useLinkStatus(): LinkStatus {
  const link = useCore();
  return useSyncExternalStore(link.onStatus, link.status);
}

/** The core retries by itself where that helps, and it is always near: no retries and no network check here. */
function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, networkMode: 'always', refetchOnWindowFocus: false },
      mutations: { networkMode: 'always' },
    },
  });
}

/** Any thrown value as the core's error: what the core sent, else DISCONNECTED or INTERNAL with its message. */
export function toAppError(error: unknown): AppErrorData {
  if (isAppErrorData(error)) return error;
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof TRPCClientError) {
    const data: unknown = error.data;
    if (typeof data === 'object' && data !== null && 'app' in data && isAppErrorData(data.app)) return data.app;
    // Without an answer the way to the core is what failed.
    if (error.shape === undefined) return plainError('DISCONNECTED', detail, true);
  }
  return plainError('INTERNAL', detail, false);
}

function plainError(code: ErrorCode, detail: string, retryable: boolean): AppErrorData {
  return { code, params: {}, retryable, detail, source: null, correlationId: null };
}

function isAppErrorData(value: unknown): value is AppErrorData {
  if (typeof value !== 'object' || value === null || value instanceof Error) return false;
  return 'code' in value && 'params' in value && errorCodes.some((code) => code === value.code);
}
