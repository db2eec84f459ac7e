import { useEffect, useState, type RefObject } from 'react';

/** Tiles just outside the window are looked at soon. */
const MARGIN = '80px';

/** Whether the element is in sight. */
export function useOnScreen(element: RefObject<HTMLElement | null>): boolean {
  const [isVisible, setVisible] = useState(false);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new IntersectionObserver((entries) => setVisible(entries.at(-1)?.isIntersecting === true), {
      rootMargin: MARGIN,
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return isVisible;
}
