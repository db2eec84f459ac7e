import { Box } from '@mui/material';
import type { ReactNode } from 'react';

/** A text for screen readers only. */
export function VisuallyHidden({ children }: { children: ReactNode }): ReactNode {
  return (
    <Box
      component="span"
      sx={{
        position: 'absolute',
        width: '1px',
        height: '1px',
        overflow: 'hidden',
        clipPath: 'inset(50%)',
        whiteSpace: 'nowrap',
      }}
    >
      {children}
    </Box>
  );
}
