import { mdiArrowDown, mdiArrowUp, mdiViewColumnOutline } from '@mdi/js';
import {
  Box,
  Button,
  Checkbox,
  FormControlLabel,
  IconButton,
  Popover,
  Stack,
  ToggleButton,
  ToggleButtonGroup,
  Tooltip,
  Typography,
} from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../icon.tsx';
import type { ColumnLayout, Density } from './use-column-layout.ts';

const densities: readonly Density[] = ['compact', 'normal'];

/** At the end of the list a button stays focusable: a disabled one would lose the keyboard. */
const arrow = { p: 0.25, '&[aria-disabled=true]': { opacity: 0.3, cursor: 'default' } };

/** Chooses and orders columns, and how high rows are. */
export function ColumnMenu<T>({ layout }: { layout: ColumnLayout<T> }): ReactNode {
  const { t } = useTranslation('table');
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const { choices } = layout;
  return (
    <>
      <Tooltip title={t('columnsHint')}>
        <IconButton
          size="small"
          aria-label={t('columns')}
          aria-haspopup="dialog"
          aria-expanded={anchor !== null}
          onClick={({ currentTarget }) => setAnchor(currentTarget)}
        >
          <Icon path={mdiViewColumnOutline} />
        </IconButton>
      </Tooltip>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': t('columns'), sx: { p: 1.5, width: 260 } } }}
      >
        <Stack component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
          {choices.map(({ column, isVisible }, at) => {
            const name = t(column.label);
            const neighbour = (step: number): void => {
              const other = choices[at + step];
              if (other !== undefined) layout.move(column.id, other.column.id);
            };
            return (
              <Stack key={column.id} component="li" direction="row" sx={{ alignItems: 'center' }}>
                <FormControlLabel
                  sx={{ flex: 1, minWidth: 0, mr: 0, ml: -0.5 }}
                  slotProps={{ typography: { variant: 'body2', noWrap: true } }}
                  label={name}
                  control={
                    <Checkbox
                      size="small"
                      sx={{ p: 0.5 }}
                      checked={isVisible}
                      disabled={column.isRequired === true}
                      onChange={(_event, checked) => layout.setVisible(column.id, checked)}
                    />
                  }
                />
                <IconButton
                  size="small"
                  sx={arrow}
                  aria-disabled={at === 0}
                  aria-label={t('moveUp', { name })}
                  onClick={() => neighbour(-1)}
                >
                  <Icon path={mdiArrowUp} fontSize="inherit" />
                </IconButton>
                <IconButton
                  size="small"
                  sx={arrow}
                  aria-disabled={at === choices.length - 1}
                  aria-label={t('moveDown', { name })}
                  onClick={() => neighbour(1)}
                >
                  <Icon path={mdiArrowDown} fontSize="inherit" />
                </IconButton>
              </Stack>
            );
          })}
        </Stack>
        <Box sx={{ borderTop: 1, borderColor: 'divider', mt: 1, pt: 1.5 }}>
          <Typography variant="caption" color="text.secondary" component="div" sx={{ mb: 0.5 }}>
            {t('density')}
          </Typography>
          <ToggleButtonGroup
            exclusive
            fullWidth
            size="small"
            color="primary"
            aria-label={t('density')}
            value={layout.density}
            onChange={(_event, density: Density | null) => density !== null && layout.setDensity(density)}
          >
            {densities.map((density) => (
              <ToggleButton key={density} value={density} sx={{ py: 0.25, textTransform: 'none' }}>
                {t(`densities.${density}`)}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
          <Button
            size="small"
            color="inherit"
            fullWidth
            sx={{ mt: 1 }}
            disabled={layout.isDefault}
            onClick={layout.reset}
          >
            {t('resetColumns')}
          </Button>
        </Box>
      </Popover>
    </>
  );
}
