import { GlobalStyles } from '@mui/material';
import { memo } from 'react';
import { monospace } from '../../app/theme.ts';
import type { Density } from './use-column-layout.ts';

export const HEAD_PX = 32;
export const rowHeightsPx: Record<Density, number> = { compact: 30, normal: 40 };

const color = (name: string): string => `var(--mui-palette-${name})`;

/**
 * One sheet for the whole grid instead of a style per cell: hundreds of cells appear with each turn of the wheel. Cells
 * follow the widths of the head through `--columns`, so that a column is resized without drawing any row again.
 */
const gridStyles = {
  position: 'relative',
  flex: 1,
  minHeight: 0,
  overflow: 'auto',
  outline: 'none',
  '&.without-rows': { flex: 'none' },
  fontSize: '0.8125rem',
  backgroundColor: color('background-paper'),
  // Rows are laid out by themselves: a change in one never moves another.
  '& .line': {
    display: 'grid',
    gridTemplateColumns: '36px var(--columns) 36px',
    alignItems: 'center',
    minWidth: 'var(--width)',
    boxSizing: 'border-box',
    borderBottom: `1px solid ${color('divider')}`,
  },
  '& .head': {
    position: 'sticky',
    top: 0,
    zIndex: 2,
    height: HEAD_PX,
    backgroundColor: color('background-paper'),
    color: color('text-secondary'),
    fontSize: '0.75rem',
    fontWeight: 500,
    userSelect: 'none',
  },
  '& .row': {
    position: 'absolute',
    top: 0,
    left: 0,
    width: '100%',
    contain: 'strict',
    cursor: 'default',
    userSelect: 'none',
  },
  '& .row:hover': { backgroundColor: color('action-hover') },
  '& .row[aria-selected=true]': { backgroundColor: color('action-selected') },
  '&:focus-visible .row.active': { boxShadow: `inset 0 0 0 2px ${color('primary-main')}` },
  '&:focus:not(:focus-visible) .row.active': { boxShadow: `inset 2px 0 0 ${color('primary-main')}` },
  '& .row.stale': { color: color('text-disabled') },
  '& .row.stale .bar': { opacity: 0.55 },
  '& .group': { backgroundColor: color('chrome'), fontWeight: 500, gridTemplateColumns: '1fr' },
  '& .group:hover': { backgroundColor: color('chrome') },
  // Clipped, not hidden: what is hidden could be scrolled, and the browser keeps a scroll area for each cell.
  '& .cell': {
    padding: '0 8px',
    minWidth: 0,
    overflow: 'clip',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    boxSizing: 'border-box',
  },
  '& .cell.center': { padding: 0, display: 'flex', justifyContent: 'center', alignItems: 'center' },
  // The checkboxes stand below the page's title.
  '& .cell.center:first-of-type': { paddingLeft: '8px' },
  '& .cell.numeric': { textAlign: 'end', fontVariantNumeric: 'tabular-nums' },
  // A figure at the right end and a text at the left one would read as one.
  '& .cell.numeric + .cell:not(.numeric)': { paddingLeft: '18px' },
  '& .text': { overflow: 'clip', textOverflow: 'ellipsis', whiteSpace: 'nowrap', minWidth: 0 },
  '& .strong': { fontWeight: 500 },
  '& .row .text.strong': { display: 'block' },
  '& .inline': { display: 'flex', alignItems: 'center', gap: '6px', minWidth: 0 },
  '& .inline > svg': { color: color('text-secondary') },
  '& .marks': { gap: '4px', flexShrink: 0 },
  '& .nothing': { color: color('text-disabled') },
  '& .meter': { display: 'flex', alignItems: 'center', justifyContent: 'flex-end', gap: '8px' },
  '& .bar': {
    flex: '0 1 44px',
    marginRight: 'auto',
    height: 4,
    borderRadius: 2,
    backgroundColor: color('divider'),
    backgroundRepeat: 'no-repeat',
    backgroundImage: `linear-gradient(${color('primary-main')}, ${color('primary-main')})`,
  },
  '& .bar.high': { backgroundImage: `linear-gradient(${color('warning-main')}, ${color('warning-main')})` },
  '& .bar.full': { backgroundImage: `linear-gradient(${color('error-main')}, ${color('error-main')})` },
  '& .mono': { fontFamily: monospace, fontSize: '0.75rem' },
  '& .quiet': { color: color('text-secondary') },
  '& .stale .quiet': { color: 'inherit' },
  '& input[type=checkbox]': {
    width: 14,
    height: 14,
    margin: 0,
    accentColor: color('primary-main'),
    opacity: 0.45,
    cursor: 'pointer',
  },
  '& .line:hover input[type=checkbox], & input[type=checkbox]:checked, & input[type=checkbox]:indeterminate': {
    opacity: 1,
  },
  '& button.bare': {
    all: 'unset',
    display: 'inline-flex',
    alignItems: 'center',
    justifyContent: 'center',
    minWidth: 22,
    height: 22,
    borderRadius: '4px',
    color: color('text-secondary'),
    cursor: 'pointer',
    '&:hover': { backgroundColor: color('action-hover'), color: color('text-primary') },
    '&:focus-visible': { outline: `2px solid ${color('primary-main')}`, outlineOffset: -2 },
    '& svg': { width: 16, height: 16, fill: 'currentColor' },
  },
  '& .with-aside': { position: 'relative' },
  '& button.bare.aside': {
    position: 'absolute',
    right: -6,
    top: 'calc(50% - 11px)',
    backgroundColor: color('background-paper'),
  },
  // Not by a transparent colour: Chromium does not draw the icon again when the colour comes back.
  '& button.bare.on-hover': { opacity: 0 },
  '& .stale .inline > svg': { color: 'inherit' },
  '& .row:hover .bare.on-hover, & .row.active .bare.on-hover': { opacity: 1 },
  '& .title': {
    all: 'unset',
    boxSizing: 'border-box',
    display: 'flex',
    alignItems: 'center',
    gap: '2px',
    width: '100%',
    height: HEAD_PX - 1,
    overflow: 'hidden',
    cursor: 'pointer',
    '&:hover': { color: color('text-primary') },
    '&:focus-visible': { outline: `2px solid ${color('primary-main')}`, outlineOffset: -2 },
    '&[disabled]': { cursor: 'default', color: 'inherit' },
    '& svg': { width: 14, height: 14, fill: 'currentColor', flexShrink: 0 },
  },
  '& .numeric .title': { justifyContent: 'flex-end' },
  '& .column': { position: 'relative', overflow: 'visible' },
  '& .column.drop': { boxShadow: `inset 2px 0 0 ${color('primary-main')}` },
  '& .column[aria-sort]': { color: color('text-primary') },
  '& .handle': {
    position: 'absolute',
    top: 6,
    bottom: 6,
    right: -4,
    width: 8,
    zIndex: 1,
    cursor: 'col-resize',
    touchAction: 'none',
    '&::after': {
      content: '""',
      position: 'absolute',
      inset: '0 3px',
    },
    '&:hover::after, &:active::after': { backgroundColor: color('primary-main') },
  },
  '& .head:hover .handle:not(:hover, :active)::after': { backgroundColor: color('divider') },
};

/** What stands below the head instead of rows: outside the grid, in which there may be nothing but rows. */
const stateStyles = { flex: 1, minHeight: 0, overflow: 'auto', backgroundColor: color('background-paper') };

/** The sheet of all grids, made once: styles of this size on a component would be read again with every change. */
export const GridSheet = memo(function GridSheet() {
  return <GlobalStyles styles={{ '.resource-grid': gridStyles, '.resource-grid-state': stateStyles }} />;
});
