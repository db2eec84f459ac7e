import { useCallback, useMemo } from 'react';
import { useNavigation, useSearchParams } from 'react-router';

interface TableUrl {
  query: string;
  /** Null where the address says nothing. */
  sort: string | null;
  facets: ReadonlySet<string>;
  /** Another page was asked for and is still being loaded. */
  isLeaving: boolean;
  setQuery: (query: string) => void;
  setSort: (sort: string) => void;
  setFacets: (facets: ReadonlySet<string>) => void;
}

/** Filter and sorting as the address has them, so that a link or a reload shows the same rows. */
export function useTableUrl(): TableUrl {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (name: string, value: string): void =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          if (value === '') next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  const { state } = useNavigation();
  const facetText = params.get('state') ?? '';
  return {
    query: params.get('q') ?? '',
    sort: params.get('sort'),
    facets: useMemo(() => new Set(facetText.split(',').filter(Boolean)), [facetText]),
    isLeaving: state !== 'idle',
    setQuery: useCallback((query) => set('q', query), [set]),
    setSort: useCallback((sort) => set('sort', sort), [set]),
    setFacets: useCallback((facets) => set('state', [...facets].join(',')), [set]),
  };
}
