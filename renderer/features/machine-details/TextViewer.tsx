import { mdiChevronDown, mdiChevronUp, mdiMagnify } from '@mdi/js';
import { Box, IconButton, InputAdornment, Stack, TextField, Tooltip, Typography } from '@mui/material';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/icon.tsx';
import { findMatches, markMatches, MAX_MATCHES } from './text-search.ts';

/** How a piece of text looks. */
export interface PieceStyle {
  color?: string;
  bold?: boolean;
}

export type StyledLine = readonly { text: string; style: PieceStyle }[];

interface TextViewerProps {
  label: string;
  lines: readonly StyledLine[];
  /** Number of the first line; rises when old lines of a log are dropped. */
  firstLine?: number;
  searchLabel: string;
  /** Buttons at the right of the search field. */
  tools?: ReactNode;
  /** Keeps the end in sight while lines come in. */
  isFollowing?: boolean;
  /** Told when the person scrolls away from the end (false) or back to it (true). */
  onFollow?: (isFollowing: boolean) => void;
  hasLineNumbers: boolean;
  /** Shown in place of the text. */
  empty?: ReactNode;
}

const LINE_HEIGHT = 20;

/** Read-only text of any length with search; only the lines in sight are in the page. */
export function TextViewer(props: TextViewerProps): ReactNode {
  const {
    label,
    lines,
    firstLine = 0,
    searchLabel,
    tools,
    isFollowing = false,
    onFollow,
    hasLineNumbers,
    empty,
  } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [wanted, setWanted] = useState('');
  const [chosen, setChosen] = useState(0);
  const texts = useMemo(() => lines.map((line) => line.map((piece) => piece.text).join('')), [lines]);
  const matches = useMemo(() => findMatches(texts, wanted), [texts, wanted]);
  const current = matches.length === 0 ? null : Math.min(chosen, matches.length - 1);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  });
  const byLine = useMemo(() => {
    const map = new Map<number, { index: number; start: number; end: number }[]>();
    for (const [index, match] of matches.entries())
      map.set(match.line, [...(map.get(match.line) ?? []), { ...match, index }]);
    return map;
  }, [matches]);

  useEffect(() => {
    const match = current === null ? undefined : matches[current];
    if (match !== undefined && wanted !== '') virtual.scrollToIndex(match.line, { align: 'center' });
    // Scrolls when another match is chosen or searched, not when lines come in.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [chosen, wanted]);

  useEffect(() => {
    if (isFollowing && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [isFollowing, lines, virtual]);

  const step = (by: number): void => {
    if (matches.length > 0) setChosen(((current ?? 0) + by + matches.length) % matches.length);
  };
  const onSearchKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    step(event.shiftKey ? -1 : 1);
  };
  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null || onFollow === undefined) return;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < LINE_HEIGHT * 2;
    if (isAtEnd !== isFollowing) onFollow(isAtEnd);
  };
  const digits = String(firstLine + lines.length).length;

  return (
    <Stack sx={{ flex: 1, minHeight: 0 }}>
      <Stack
        direction="row"
        spacing={1}
        sx={{ alignItems: 'center', px: 2, py: 1, borderBottom: 1, borderColor: 'divider' }}
      >
        <SearchField
          label={searchLabel}
          value={wanted}
          onChange={(value) => {
            setWanted(value);
            setChosen(0);
          }}
          onKeyDown={onSearchKey}
        />
        <SearchPosition wanted={wanted} at={current} count={matches.length} onStep={step} />
        <Box sx={{ flex: 1 }} />
        {tools}
      </Stack>
      {empty !== undefined && lines.every((line) => line.length === 0) ? (
        <Box sx={{ p: 4, color: 'text.secondary' }}>{empty}</Box>
      ) : (
        <Box
          ref={scroller}
          role="region"
          aria-label={label}
          tabIndex={0}
          onScroll={onScroll}
          sx={{
            flex: 1,
            overflow: 'auto',
            fontFamily: 'monospace',
            fontSize: 13,
            lineHeight: `${LINE_HEIGHT}px`,
            py: 1,
          }}
        >
          <Box sx={{ height: virtual.getTotalSize(), position: 'relative', minWidth: 'max-content' }}>
            {virtual.getVirtualItems().map(({ index, start }) => (
              <Box
                key={firstLine + index}
                sx={{
                  position: 'absolute',
                  top: 0,
                  left: 0,
                  display: 'flex',
                  whiteSpace: 'pre',
                  pr: 2,
                  height: LINE_HEIGHT,
                }}
                style={{ transform: `translateY(${start}px)` }}
              >
                {hasLineNumbers && (
                  <Box
                    component="span"
                    aria-hidden
                    sx={{
                      width: `${digits + 3}ch`,
                      pr: '2ch',
                      textAlign: 'right',
                      color: 'text.secondary',
                      userSelect: 'none',
                      flexShrink: 0,
                    }}
                  >
                    {firstLine + index + 1}
                  </Box>
                )}
                <Box component="span" sx={hasLineNumbers ? {} : { pl: 2 }}>
                  {markMatches(lines[index] ?? [], byLine.get(index) ?? []).map((piece, at) => (
                    <Piece key={at} {...piece} isCurrent={piece.match !== null && piece.match === current} />
                  ))}
                </Box>
              </Box>
            ))}
          </Box>
        </Box>
      )}
    </Stack>
  );
}

interface PieceProps {
  text: string;
  style: PieceStyle;
  match: number | null;
  isCurrent: boolean;
}

function Piece({ text, style, match, isCurrent }: PieceProps): ReactNode {
  const look = {
    ...(style.color !== undefined && { color: style.color }),
    ...(style.bold === true && { fontWeight: 700 }),
  };
  if (match === null) return <span style={look}>{text}</span>;
  return (
    <mark
      style={{
        background: isCurrent ? '#ff9800' : '#ffe082',
        color: '#000',
        borderRadius: 2,
        ...(style.bold === true && { fontWeight: 700 }),
      }}
    >
      {text}
    </mark>
  );
}

interface SearchFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

function SearchField({ label, value, onChange, onKeyDown }: SearchFieldProps): ReactNode {
  return (
    <TextField
      size="small"
      type="search"
      placeholder={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={onKeyDown}
      sx={{ width: 260 }}
      slotProps={{
        htmlInput: { 'aria-label': label, spellCheck: false },
        input: {
          startAdornment: (
            <InputAdornment position="start">
              <Icon path={mdiMagnify} />
            </InputAdornment>
          ),
        },
      }}
    />
  );
}

interface SearchPositionProps {
  wanted: string;
  at: number | null;
  count: number;
  onStep: (by: number) => void;
}

function SearchPosition({ wanted, at, count, onStep }: SearchPositionProps): ReactNode {
  const { t } = useTranslation('machineDetails');
  if (wanted === '') return null;
  const total = count >= MAX_MATCHES ? `${count}+` : String(count);
  return (
    <>
      <Typography variant="caption" color="text.secondary" noWrap aria-live="polite" sx={{ minWidth: 64 }}>
        {at === null ? t('document.noMatch') : t('document.position', { at: at + 1, count: total })}
      </Typography>
      {(['previous', 'next'] as const).map((direction) => (
        <Tooltip key={direction} title={t(`document.${direction}`)}>
          <span>
            <IconButton
              size="small"
              disabled={at === null}
              aria-label={t(`document.${direction}`)}
              onClick={() => onStep(direction === 'next' ? 1 : -1)}
            >
              <Icon path={direction === 'next' ? mdiChevronDown : mdiChevronUp} />
            </IconButton>
          </span>
        </Tooltip>
      ))}
    </>
  );
}
