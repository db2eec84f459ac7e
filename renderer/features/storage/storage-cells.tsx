import { memo, type ReactNode } from 'react';
import type { PoolState } from '../../../shared/model/storage.ts';
import { ColorDot } from '../../ui/color-dot.tsx';

const stateColors: Record<PoolState, string> = {
  inactive: 'text-disabled',
  building: 'info-main',
  running: 'success-main',
  degraded: 'warning-main',
  inaccessible: 'error-main',
};

/** The state of a pool as a coloured dot; hollow where it is not started. */
export function PoolDot({ state, isStale = false }: { state: PoolState; isStale?: boolean }): ReactNode {
  const color = `var(--mui-palette-${isStale ? 'text-disabled' : stateColors[state]})`;
  return <ColorDot color={color} isHollow={state === 'inactive'} />;
}

interface PoolStateTextProps {
  state: PoolState;
  text: string;
  isStale: boolean;
}

/** Dot and word of a pool's state. */
export const PoolStateText = memo(function PoolStateText({ state, text, isStale }: PoolStateTextProps) {
  return (
    <span style={{ display: 'flex', alignItems: 'center', gap: 8, minWidth: 0 }}>
      <PoolDot state={state} isStale={isStale} />
      <span style={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{text}</span>
    </span>
  );
});

interface ShareCellProps {
  /** 0 to 100; null where it is not known. */
  percent: number | null;
  text: string;
  title: string;
  /** Whether being nearly full is a reason to worry. */
  warns: boolean;
}

/** How full something is, as a bar and in words. */
export const ShareCell = memo(function ShareCell({ percent, text, title, warns }: ShareCellProps) {
  if (percent === null) {
    return (
      <span aria-hidden className="nothing">
        –
      </span>
    );
  }
  const level = !warns ? '' : percent >= 95 ? 'full' : percent >= 85 ? 'high' : '';
  return (
    <span className="meter" title={title}>
      <span aria-hidden className={`bar ${level}`} style={{ backgroundSize: `${percent}% 100%` }} />
      {text}
    </span>
  );
});

/** What part of the whole is taken, 0 to 100; null where it cannot be told. */
export function sharePercent(part: number | null, whole: number | null): number | null {
  if (part === null || whole === null || whole <= 0) return null;
  return Math.min(100, (part / whole) * 100);
}
