import { useCallback, useEffect, useRef, useState } from 'react';

/** Rows may move again this long after the pointer has come to rest. */
const REST_MS = 2_000;

interface RowHold {
  isHeld: boolean;
  /** The pointer moves over the rows or presses on one. */
  touch: () => void;
  release: () => void;
}

/** Whether rows should stay where they are, because the person is about to click on one. */
export function useRowHold(): RowHold {
  const [isHeld, setHeld] = useState(false);
  const timer = useRef<number | null>(null);
  const release = useCallback((): void => {
    if (timer.current !== null) window.clearTimeout(timer.current);
    timer.current = null;
    setHeld(false);
  }, []);
  const touch = useCallback((): void => {
    if (timer.current !== null) window.clearTimeout(timer.current);
    timer.current = window.setTimeout(release, REST_MS);
    setHeld(true);
  }, [release]);
  useEffect(() => release, [release]);
  return { isHeld, touch, release };
}
