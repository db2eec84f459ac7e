import { IconButton, Tooltip } from '@mui/material';
import type { ReactNode } from 'react';
import { Icon } from '../../ui/icon.tsx';

interface ReasonButtonProps {
  icon: string;
  /** What it does. */
  title: string;
  /** What it does to which thing, for screen readers. */
  label: string;
  /** Why it cannot be done; null where it can. */
  reason: string | null;
  onClick: () => void;
}

/** A small button that says why it cannot be pressed. */
export function ReasonButton({ icon, title, label, reason, onClick }: ReasonButtonProps): ReactNode {
  return (
    <Tooltip title={reason ?? title}>
      <span>
        <IconButton
          size="small"
          aria-label={label}
          aria-description={reason ?? undefined}
          disabled={reason !== null}
          onClick={onClick}
        >
          <Icon path={icon} />
        </IconButton>
      </span>
    </Tooltip>
  );
}
