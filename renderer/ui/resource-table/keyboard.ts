/** What a key does in the grid. */
export type GridCommand =
  | { type: 'move'; to: number; isExtending: boolean }
  | { type: 'toggle' | 'selectAll' | 'clear' | 'open' | 'menu' | 'expand' | 'collapse' };

interface KeyPress {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** The command of a key press; `at` is the active row's index (-1 for none), `pageRows` the rows on one screen. */
export function gridCommand(press: KeyPress, at: number, count: number, pageRows: number): GridCommand | null {
  const { key, shiftKey, altKey } = press;
  const isCtrl = press.ctrlKey || press.metaKey;
  if (altKey) return null;
  const move = (to: number): GridCommand => ({
    type: 'move',
    to: Math.max(0, Math.min(count - 1, to)),
    isExtending: shiftKey,
  });
  switch (key) {
    case 'ArrowDown':
      return move(at + 1);
    case 'ArrowUp':
      return move(at < 0 ? count - 1 : at - 1);
    case 'PageDown':
      return move(at + pageRows);
    case 'PageUp':
      return move(at - pageRows);
    case 'Home':
      return move(0);
    case 'End':
      return move(count - 1);
    case 'ArrowRight':
      return isCtrl ? null : { type: 'expand' };
    case 'ArrowLeft':
      return isCtrl ? null : { type: 'collapse' };
    case ' ':
      return { type: 'toggle' };
    case 'Enter':
      return { type: 'open' };
    case 'Escape':
      return { type: 'clear' };
    case 'ContextMenu':
      return { type: 'menu' };
    case 'F10':
      return shiftKey ? { type: 'menu' } : null;
    case 'a':
      return isCtrl ? { type: 'selectAll' } : null;
    default:
      return null;
  }
}
