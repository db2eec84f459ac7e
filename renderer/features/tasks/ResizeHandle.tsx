import { Box } from '@mui/material';
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';

interface ResizeHandleProps {
  label: string;
  /** Height in pixels of what is below the handle. */
  height: number;
  min: number;
  onResize: (height: number) => void;
}

const STEP = 24;

/** The upper edge of a panel, to be dragged or moved with the arrow keys. */
export function ResizeHandle({ label, height, min, onResize }: ResizeHandleProps): ReactNode {
  const max = Math.round(window.innerHeight * 0.7);
  const set = (next: number): void => onResize(Math.round(Math.min(max, Math.max(min, next))));
  const drag = (event: PointerEvent<HTMLElement>): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) set(height - event.movementY);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    set(height + (event.key === 'ArrowUp' ? STEP : -STEP));
  };
  return (
    <Box
      role="separator"
      aria-orientation="horizontal"
      aria-label={label}
      aria-valuenow={height}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={press}
      sx={{
        position: 'absolute',
        top: -4,
        left: 0,
        right: 0,
        height: 8,
        cursor: 'row-resize',
        zIndex: 1,
        touchAction: 'none',
        '&:hover, &:focus-visible': { bgcolor: 'primary.main', opacity: 0.4 },
      }}
    />
  );
}
