import { useMatch, useSearchParams } from 'react-router';

/** Pages that show what is in a scope. */
const scopedPages = [
  '/machines',
  '/screens',
  '/consoles',
  '/storage',
  '/disks',
  '/networks',
  '/key-pairs',
  '/flavors',
  '/security-groups',
] as const;

/** The page that another scope is shown on: the one that is open, or that of what is open. */
export function scopedPage(pathname: string): string {
  return scopedPages.find((page) => pathname === page || pathname.startsWith(`${page}/`)) ?? '/machines';
}

interface Scope {
  /** The connection that pages show; null is everything. */
  connectionId: string | null;
}

/** What pages show, kept in the address. A machine's or a connection's own page is in the scope of its connection. */
export function useScope(): Scope {
  const [params] = useSearchParams();
  const machine = useMatch('/machines/:connectionId/:id/*');
  const pool = useMatch('/storage/:connectionId/:poolId');
  const network = useMatch('/networks/:connectionId/:networkId');
  const filter = useMatch('/security-groups/:connectionId/:filterId');
  const host = useMatch('/hosts/:connectionId/*');
  const connection = useMatch('/connections/:connectionId');
  const inAddress =
    [machine, pool, network, filter, host, connection]
      .map((match) => match?.params.connectionId)
      .find((id) => id !== undefined) ?? params.get('scope');
  return { connectionId: inAddress === '' ? null : inAddress };
}
