import { Box, ButtonBase, Stack } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount } from '../format.ts';
import type { Facet } from './column.ts';

interface FacetChipsProps<T> {
  facet: Facet<T>;
  counts: ReadonlyMap<string, number>;
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
}

/** How many rows there are of each value; a click shows only these, with Ctrl or Shift these too. */
export function FacetChips<T>({ facet, counts, chosen, onChoose }: FacetChipsProps<T>): ReactNode {
  const { i18n } = useTranslation();
  const shown = facet.options.filter(({ id }) => (counts.get(id) ?? 0) > 0 || chosen.has(id));
  return (
    <Stack
      direction="row"
      role="group"
      aria-label={facet.label}
      spacing={0.5}
      sx={{ alignItems: 'center', minWidth: 0, overflow: 'hidden', ml: -1 }}
    >
      {shown.map(({ id, label, mark }) => {
        const isOn = chosen.has(id);
        return (
          <ButtonBase
            key={id}
            aria-pressed={isOn}
            onClick={(event) => {
              const isAdding = event.ctrlKey || event.metaKey || event.shiftKey;
              if (!isAdding) onChoose(isOn && chosen.size === 1 ? new Set() : new Set([id]));
              else onChoose(isOn ? new Set([...chosen].filter((each) => each !== id)) : new Set([...chosen, id]));
            }}
            sx={{
              gap: 0.75,
              px: 1,
              height: 26,
              borderRadius: 1,
              fontSize: '0.8125rem',
              fontFamily: 'inherit',
              whiteSpace: 'nowrap',
              flexShrink: 0,
              bgcolor: isOn ? 'action.selected' : 'transparent',
              '&:hover': { bgcolor: isOn ? 'action.selected' : 'action.hover' },
            }}
          >
            {mark}
            {`${label} `}
            <Box component="span" sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>
              {formatCount(counts.get(id) ?? 0, i18n.language)}
            </Box>
          </ButtonBase>
        );
      })}
    </Stack>
  );
}
