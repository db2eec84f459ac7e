import { IconButton, Tooltip } from '@mui/material';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';

interface RowButtonProps {
  icon: string;
  label: string;
  isDisabled: boolean;
  onClick: () => void;
}

/** A small button at the end of a row, named by its tooltip. */
export function RowButton({ icon, label, isDisabled, onClick }: RowButtonProps): ReactNode {
  return (
    <Tooltip title={label}>
      <span>
        <IconButton size="small" aria-label={label} disabled={isDisabled} onClick={onClick}>
          <Icon path={icon} />
        </IconButton>
      </span>
    </Tooltip>
  );
}
