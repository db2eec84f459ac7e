import type { ReactNode } from 'react';

interface ColorDotProps {
  /** As CSS. */
  color: string;
  isHollow: boolean;
}

/** A state as a coloured dot, to stand beside its word. Plain styles: tables show hundreds of them. */
export function ColorDot({ color, isHollow }: ColorDotProps): ReactNode {
  return (
    <span
      aria-hidden
      style={{
        width: 9,
        height: 9,
        boxSizing: 'border-box',
        borderRadius: '50%',
        flexShrink: 0,
        border: `2px solid ${color}`,
        background: isHollow ? 'transparent' : color,
      }}
    />
  );
}
