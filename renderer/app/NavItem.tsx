import { Box, ListItem, ListItemButton, ListItemIcon, ListItemText } from '@mui/material';
import type { ReactNode } from 'react';
import { Link as RouterLink } from 'react-router';
import { Icon } from '../ui/icon.tsx';

interface NavItemProps {
  to: string;
  icon: string;
  label: string;
  isCurrent: boolean;
}

/** The look of an entry of the navigation. */
export const navItemStyle = {
  borderRadius: 1,
  my: '1px',
  py: 0.5,
  px: 1.25,
  minHeight: 32,
  position: 'relative',
  color: 'text.secondary',
  '&.Mui-selected': { color: 'text.primary', bgcolor: 'action.selected' },
  '&.Mui-selected:hover': { bgcolor: 'action.selected' },
} as const;

/** The page where one is carries the accent. */
const currentStyle = {
  '&.Mui-selected::before': {
    content: '""',
    position: 'absolute',
    left: 0,
    top: 8,
    bottom: 8,
    width: 3,
    borderRadius: 2,
    bgcolor: 'accent',
  },
} as const;

/** A page in the navigation. */
export function NavItem({ to, icon, label, isCurrent }: NavItemProps): ReactNode {
  return (
    <ListItem disablePadding>
      <ListItemButton
        component={RouterLink}
        to={to}
        selected={isCurrent}
        {...(isCurrent && { 'aria-current': 'page' as const })}
        sx={{ ...navItemStyle, ...currentStyle }}
      >
        <ListItemIcon>
          <Box sx={{ display: 'flex', '& svg': { width: 18, height: 18 } }}>
            <Icon path={icon} />
          </Box>
        </ListItemIcon>
        <ListItemText primary={label} slotProps={{ primary: { sx: { fontWeight: isCurrent ? 600 : 500 } } }} />
      </ListItemButton>
    </ListItem>
  );
}
