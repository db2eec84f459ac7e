import { Box } from '@mui/material';
import type { ReactNode } from 'react';

/** A key of the keyboard. */
export function KeyCap({ children }: { children: ReactNode }): ReactNode {
  return (
    <Box
      component="kbd"
      sx={{
        px: 0.625,
        minWidth: 18,
        textAlign: 'center',
        borderRadius: '4px',
        border: 1,
        borderColor: 'divider',
        bgcolor: 'action.hover',
        color: 'text.secondary',
        fontFamily: 'inherit',
        fontSize: '0.6875rem',
        lineHeight: '18px',
      }}
    >
      {children}
    </Box>
  );
}
