import { alpha, createTheme, type Theme } from '@mui/material/styles';
import { enUS, zhCN } from '@mui/material/locale';
import type { Language } from '../i18n/index.ts';
import { documentColors } from './document-colors.ts';

declare module '@mui/material/styles' {
  interface Palette {
    /** Behind the navigation and the bars. */
    chrome: string;
    /** Marks where one is, and nothing else. */
    accent: string;
  }
  interface PaletteOptions {
    chrome?: string;
    accent?: string;
  }
}

const sansSerif = [
  '"Inter Variable"',
  'Inter',
  'system-ui',
  '-apple-system',
  '"Segoe UI Variable Text"',
  '"Segoe UI"',
  'Cantarell',
  '"Noto Sans"',
  '"DejaVu Sans"',
  '"PingFang SC"',
  '"Microsoft YaHei UI"',
  '"Noto Sans CJK SC"',
  '"WenQuanYi Micro Hei"',
  'sans-serif',
].join(', ');

/** For addresses, keys and documents. */
export const monospace =
  'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace';

/** The look of the app: dense and quiet, so that states and names stand out. Light and dark by CSS variables. */
export function createAppTheme(language: Language): Theme {
  return createTheme(
    {
      cssVariables: { colorSchemeSelector: 'data-theme', nativeColor: false },
      colorSchemes: {
        light: {
          palette: {
            chrome: '#f2f5f7',
            accent: '#e08a1e',
            primary: { main: '#1f6686', dark: '#174e67', light: '#3c86a8' },
            secondary: { main: '#56626e' },
            success: { main: '#1d8548' },
            warning: { main: '#ad5c06' },
            error: { main: '#c43340' },
            info: { main: '#2570b8' },
            background: { default: '#fbfcfd', paper: '#ffffff' },
            text: { primary: '#17212b', secondary: '#55626f', disabled: '#6c7884' },
            divider: '#e0e6eb',
            action: {
              hover: 'rgba(16, 38, 58, 0.045)',
              selected: 'rgba(31, 102, 134, 0.11)',
              focus: 'rgba(31, 102, 134, 0.11)',
              active: '#55626f',
            },
          },
        },
        dark: {
          palette: {
            chrome: '#0d141b',
            accent: '#f2a541',
            primary: { main: '#78c4e4', dark: '#55a9cc', light: '#a5d8ee', contrastText: '#06202c' },
            secondary: { main: '#97a5b2' },
            success: { main: '#5fd38d' },
            warning: { main: '#f0a64d' },
            error: { main: '#ff7d85' },
            info: { main: '#79b8ff' },
            background: { default: '#111a22', paper: '#18232d' },
            text: { primary: '#e3e9ee', secondary: '#9aa8b5', disabled: '#7f8d9a' },
            divider: '#263440',
            action: {
              hover: 'rgba(205, 228, 245, 0.06)',
              selected: 'rgba(120, 196, 228, 0.15)',
              focus: 'rgba(120, 196, 228, 0.15)',
              active: '#9aa8b5',
            },
          },
        },
      },
      shape: { borderRadius: 6 },
      typography: {
        fontFamily: sansSerif,
        fontSize: 13,
        h5: { fontSize: '1.25rem', fontWeight: 600, letterSpacing: '-0.012em', lineHeight: 1.35 },
        h6: { fontSize: '1rem', fontWeight: 600, letterSpacing: '-0.006em', lineHeight: 1.4 },
        subtitle1: { fontSize: '0.875rem', fontWeight: 600, lineHeight: 1.45 },
        subtitle2: { fontSize: '0.8125rem', fontWeight: 600, lineHeight: 1.45 },
        body1: { fontSize: '0.875rem', lineHeight: 1.5 },
        body2: { fontSize: '0.8125rem', lineHeight: 1.5 },
        caption: { fontSize: '0.75rem', lineHeight: 1.45 },
        overline: { fontSize: '0.6875rem', fontWeight: 600, letterSpacing: '0.06em', lineHeight: 2 },
        button: { fontSize: '0.8125rem', fontWeight: 500, textTransform: 'none' },
      },
      components: {
        MuiCssBaseline: {
          styleOverrides: {
            'html, body, #root': { height: '100%' },
            body: { overflow: 'hidden', fontSize: '0.8125rem' },
            ':root': { '--vd-font-mono': monospace, ...documentColors.light },
            '[data-theme="dark"]': documentColors.dark,
            'code, kbd, pre, samp': { fontFamily: monospace },
            ':focus-visible': {
              outline: '2px solid var(--mui-palette-primary-main)',
              outlineOffset: -2,
            },
            '*': { scrollbarWidth: 'thin', scrollbarColor: 'var(--mui-palette-text-disabled) transparent' },
            '@media (prefers-reduced-motion: reduce)': {
              '*, *::before, *::after': {
                animationDuration: '0.01ms !important',
                animationIterationCount: '1 !important',
                transitionDuration: '0.01ms !important',
                scrollBehavior: 'auto !important',
              },
            },
          },
        },
        MuiButtonBase: { defaultProps: { disableRipple: true } },
        MuiButton: {
          defaultProps: { disableElevation: true },
          variants: [
            {
              props: { variant: 'outlined', color: 'inherit' },
              style: ({ theme }) => ({ borderColor: theme.vars.palette.divider }),
            },
          ],
          styleOverrides: {
            root: ({ theme }) => ({
              whiteSpace: 'nowrap',
              '&.Mui-focusVisible': { outline: `2px solid ${theme.vars.palette.primary.main}`, outlineOffset: 2 },
            }),
          },
        },
        MuiChip: {
          styleOverrides: {
            root: { borderRadius: 5 },
            outlined: ({ theme }) => ({ borderColor: theme.vars.palette.divider }),
          },
        },
        MuiIconButton: { styleOverrides: { root: { borderRadius: 6 } } },
        MuiPaper: { styleOverrides: { root: { backgroundImage: 'none' } } },
        MuiTextField: { defaultProps: { size: 'small' } },
        MuiOutlinedInput: { styleOverrides: { input: { fontSize: '0.8125rem' } } },
        MuiInputLabel: { styleOverrides: { root: { fontSize: '0.8125rem' } } },
        MuiFormHelperText: {
          styleOverrides: {
            root: ({ theme }) => ({
              marginLeft: 0,
              // Why a field is off must be readable, which the field itself need not be.
              '&.Mui-disabled': { color: theme.vars.palette.text.secondary },
            }),
          },
        },
        MuiTypography: {
          // As in `sx`; without these only the spelling `textSecondary` would be known.
          variants: [
            { props: { color: 'text.primary' }, style: ({ theme }) => ({ color: theme.vars.palette.text.primary }) },
            {
              props: { color: 'text.secondary' },
              style: ({ theme }) => ({ color: theme.vars.palette.text.secondary }),
            },
            { props: { color: 'text.disabled' }, style: ({ theme }) => ({ color: theme.vars.palette.text.disabled }) },
          ],
        },
        MuiTableCell: {
          styleOverrides: {
            root: ({ theme }) => ({
              padding: '9px 16px',
              fontSize: '0.8125rem',
              borderColor: theme.vars.palette.divider,
            }),
            head: ({ theme }) => ({
              padding: '7px 16px',
              fontSize: '0.75rem',
              fontWeight: 500,
              color: theme.vars.palette.text.secondary,
            }),
          },
        },
        MuiTab: { styleOverrides: { root: { minHeight: 40, minWidth: 0, padding: '8px 14px' } } },
        MuiTabs: { styleOverrides: { root: { minHeight: 40 } } },
        MuiMenuItem: { defaultProps: { dense: true } },
        MuiMenu: {
          styleOverrides: {
            paper: ({ theme }) => ({ border: `1px solid ${theme.vars.palette.divider}` }),
          },
        },
        MuiListItemIcon: { styleOverrides: { root: { minWidth: 30, color: 'inherit' } } },
        MuiDialog: {
          styleOverrides: {
            paper: ({ theme }) => ({ borderRadius: 10, border: `1px solid ${theme.vars.palette.divider}` }),
          },
        },
        MuiDialogTitle: { styleOverrides: { root: { fontSize: '1rem', fontWeight: 600 } } },
        MuiDialogActions: { styleOverrides: { root: { padding: '10px 16px' } } },
        MuiBackdrop: {
          styleOverrides: { root: { '&:not(.MuiBackdrop-invisible)': { backgroundColor: alpha('#0b0d12', 0.5) } } },
        },
        MuiTooltip: {
          defaultProps: { enterDelay: 500, enterNextDelay: 300 },
          styleOverrides: {
            tooltip: ({ theme }) => ({
              fontSize: '0.75rem',
              fontWeight: 400,
              color: theme.vars.palette.text.primary,
              backgroundColor: theme.vars.palette.background.paper,
              border: `1px solid ${theme.vars.palette.divider}`,
              boxShadow: theme.shadows[3],
            }),
          },
        },
        MuiAlert: { styleOverrides: { root: { fontSize: '0.8125rem', alignItems: 'center' } } },
      },
    },
    language === 'zh-CN' ? zhCN : enUS,
  );
}
