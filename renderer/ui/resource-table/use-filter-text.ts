import { useEffect, useState } from 'react';

/** The address follows this long after the last key. */
const URL_DELAY_MS = 250;

/**
 * What is typed into a filter, at once; the address follows, and leads where it changes from outside. While another
 * page is on its way (`isLeaving`) the address is left alone: writing it would call that page off.
 */
export function useFilterText(
  query: string,
  onQuery: (query: string) => void,
  isLeaving: boolean,
): readonly [string, (text: string) => void] {
  const [text, setText] = useState(query);
  const [seen, setSeen] = useState(query);
  // What the address is going to say; it says so a few frames after it was told.
  const [pushed, setPushed] = useState(query);
  if (query !== seen) {
    setSeen(query);
    if (query !== pushed) {
      setPushed(query);
      setText(query);
    }
  }
  useEffect(() => {
    const next = text.trim();
    if (next === pushed || isLeaving) return undefined;
    const timer = window.setTimeout(() => {
      setPushed(next);
      onQuery(next);
    }, URL_DELAY_MS);
    return () => window.clearTimeout(timer);
  }, [text, pushed, onQuery, isLeaving]);
  return [text, setText];
}
