import { styled } from '@mui/material';
import { MaterialDesignContent } from 'notistack';

const Toast = styled(MaterialDesignContent)(({ theme }) => {
  const { background, text, divider, error, warning } = (theme.vars ?? theme).palette;
  return {
    '&.notistack-MuiContent': {
      color: text.primary,
      backgroundColor: background.paper,
      border: `1px solid ${divider}`,
      borderRadius: 8,
      boxShadow: theme.shadows[6],
      fontFamily: theme.typography.fontFamily,
      fontSize: '0.8125rem',
      maxWidth: 560,
      overflowWrap: 'anywhere',
      flexWrap: 'nowrap',
    },
    '&.notistack-MuiContent-error svg': { color: error.main },
    '&.notistack-MuiContent-warning svg': { color: warning.main },
  };
});

/** Toasts in the colours of the theme. */
export const toastLooks = { default: Toast, error: Toast, warning: Toast, success: Toast, info: Toast };
