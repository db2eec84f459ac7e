import { Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount } from '../format.ts';

interface TableTitleProps {
  title: string;
  /** How many rows there are; null while it is not known. */
  count: number | null;
  /** On a page of its own, or as a part of another. */
  level: 1 | 2;
}

/** The heading of a table, with the number of its rows. */
export function TableTitle({ title, count, level }: TableTitleProps): ReactNode {
  const { i18n } = useTranslation();
  return (
    <Stack direction="row" spacing={1} sx={{ alignItems: 'baseline', flexShrink: 0, pr: 1 }}>
      <Typography variant={level === 1 ? 'h6' : 'subtitle1'} component={level === 1 ? 'h1' : 'h2'}>
        {title}
      </Typography>
      <Typography variant="body2" color="text.secondary" sx={{ fontVariantNumeric: 'tabular-nums' }}>
        {count === null ? '' : formatCount(count, i18n.language)}
      </Typography>
    </Stack>
  );
}
