import { useEffect, useRef, useState } from 'react';

/** The value, but changed at most once per `periodMs`; the first change after a pause comes through at once. */
export function useThrottled<T>(value: T, periodMs: number): T {
  const [shown, setShown] = useState(value);
  const lastMs = useRef(-Infinity);
  useEffect(() => {
    const waitMs = Math.max(0, lastMs.current + periodMs - performance.now());
    const timer = window.setTimeout(() => {
      lastMs.current = performance.now();
      setShown(value);
    }, waitMs);
    return () => window.clearTimeout(timer);
  }, [value, periodMs]);
  return periodMs === 0 ? value : shown;
}
