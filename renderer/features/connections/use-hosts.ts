import { useMemo } from 'react';
import type { Connection } from '../../../shared/contract/connections.ts';
import { useConnections } from '../../core-client/feeds.tsx';

/** The KVM hosts in the scope, and whether an answer of one of them may still come. */
export function useHosts(connectionId: string | null): { hosts: readonly Connection[]; isAwaited: boolean } {
  const { items, freshness } = useConnections();
  const hosts = useMemo(
    () => items.filter(({ id, target }) => target.kind === 'libvirt' && (connectionId === null || id === connectionId)),
    [items, connectionId],
  );
  const isAwaited = freshness === 'loading' || hosts.some(({ phase }) => phase === 'connecting' || phase === 'online');
  return { hosts, isAwaited };
}
