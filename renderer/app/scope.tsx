import { useCallback } from 'react';
import { useLocation, useMatch, useNavigate, useSearchParams } from 'react-router';

interface Scope {
  /** The connection that pages show; null is everything. */
  connectionId: string | null;
  setScope: (connectionId: string | null) => void;
}

/** What pages show, kept in the address. A machine's or a connection's own page is in the scope of its connection. */
export function useScope(): Scope {
  const [params] = useSearchParams();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const machine = useMatch('/machines/:connectionId/:id/*');
  const pool = useMatch('/storage/:connectionId/:poolId');
  const network = useMatch('/networks/:connectionId/:networkId');
  const host = useMatch('/hosts/:connectionId/*');
  const connection = useMatch('/connections/:connectionId');
  const setScope = useCallback(
    (connectionId: string | null): void => {
      // Filter and sorting stay with their page.
      const next = new URLSearchParams(pathname === '/machines' ? params : []);
      if (connectionId === null) next.delete('scope');
      else next.set('scope', connectionId);
      void navigate({ pathname: '/machines', search: next.toString() });
    },
    [navigate, params, pathname],
  );
  const inAddress =
    [machine, pool, network, host, connection]
      .map((match) => match?.params.connectionId)
      .find((id) => id !== undefined) ?? params.get('scope');
  return {
    connectionId: inAddress === '' ? null : inAddress,
    setScope,
  };
}
