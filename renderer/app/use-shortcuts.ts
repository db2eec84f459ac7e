import { useEffect } from 'react';
import { useShell } from './shell-state.ts';

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** The key that commands are given with, as it is written on the keyboard. */
export const modifierLabel = isMac ? '⌘' : 'Ctrl';

/** Keys that work on every page. A console keeps what is typed into it, so these never see it. */
export function useShortcuts(): void {
  const { show } = useShell();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey || event.isComposing) return;
      const hasModifier = isMac ? event.metaKey : event.ctrlKey;
      const key = event.key.toLowerCase();
      if (hasModifier && !event.shiftKey && key === 'k') show({ isPaletteOpen: true });
      else if (hasModifier && !event.shiftKey && key === 'j') {
        show({ isTaskDrawerOpen: !useShell.getState().isTaskDrawerOpen });
      } else if (event.key === '?' && !event.ctrlKey && !event.metaKey && !isTyping(event.target)) {
        show({ isHelpOpen: true });
      } else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [show]);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input, textarea, select, canvas, [role="textbox"]') !== null;
}
