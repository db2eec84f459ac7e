import { Box } from '@mui/material';
import type { ReactNode } from 'react';

/**
 * A small turning ring beside a word that says what is going on. One CSS animation, so that hundreds of them cost no
 * script; it stands still where the person wants less motion.
 */
export function Spinner(): ReactNode {
  return (
    <Box
      aria-hidden
      sx={{
        width: 11,
        height: 11,
        flexShrink: 0,
        borderRadius: '50%',
        border: 2,
        borderColor: 'info.main',
        borderRightColor: 'transparent',
        animation: 'virtdeck-spin 0.9s linear infinite',
        '@keyframes virtdeck-spin': { to: { transform: 'rotate(360deg)' } },
        '@media (prefers-reduced-motion: reduce)': { animation: 'none' },
      }}
    />
  );
}
