import { mdiClose, mdiDotsHorizontal } from '@mdi/js';
import { Box, Button, IconButton, Stack, Tooltip, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionMenu, actionScope, actionsFor, useScopeText, type Action } from '../action.tsx';
import { formatCount } from '../format.ts';
import { Icon } from '../icon.tsx';

interface BulkBarProps<T> {
  items: readonly T[];
  /** How many of them a filter hides. */
  hiddenCount: number;
  actions: readonly Action<T>[];
  onRun: (action: Action<T>, items: readonly T[]) => void;
  onClear: () => void;
}

/** What can be done with the selected rows: each action says on how many of them it can run, and why not on the others. */
export function BulkBar<T>({ items, hiddenCount, actions, onRun, onClear }: BulkBarProps<T>): ReactNode {
  const { t } = useTranslation('table');
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const shown = actionsFor(actions, items).filter(({ isPrimary }) => isPrimary === true);
  return (
    <Stack
      direction="row"
      role="toolbar"
      aria-label={t('bulk')}
      spacing={0.5}
      sx={{
        alignItems: 'center',
        minWidth: 0,
        flex: 1,
        bgcolor: 'action.selected',
        borderRadius: 1,
        px: 1,
        height: 32,
      }}
    >
      <Typography variant="body2" noWrap sx={{ fontWeight: 600, pr: 1, flexShrink: 0 }} aria-live="polite">
        {t('selected', { count: items.length })}
      </Typography>
      {hiddenCount > 0 && (
        <Typography variant="caption" color="text.secondary" noWrap sx={{ pr: 1 }}>
          {t('selectedHidden', { count: hiddenCount })}
        </Typography>
      )}
      {/* One row: those for which there is no room are in the menu, which stays in reach. */}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.5, minWidth: 0, height: 32, overflow: 'hidden', py: '1px' }}>
        {shown.map((action) => (
          <BulkButton key={action.id} action={action} items={items} onRun={onRun} />
        ))}
      </Box>
      <Button
        size="small"
        color="inherit"
        startIcon={<Icon path={mdiDotsHorizontal} />}
        aria-haspopup="menu"
        onClick={({ currentTarget }) => setAnchor(currentTarget)}
        sx={{ flexShrink: 0 }}
      >
        {t('moreActions')}
      </Button>
      <ActionMenu
        actions={actions}
        items={items}
        anchor={anchor}
        label={t('selected', { count: items.length })}
        onClose={() => setAnchor(null)}
        onRun={onRun}
      />
      <Box sx={{ flex: 1 }} />
      <Tooltip title={t('clearSelection')}>
        <IconButton size="small" aria-label={t('clearSelection')} onClick={onClear}>
          <Icon path={mdiClose} />
        </IconButton>
      </Tooltip>
    </Stack>
  );
}

interface BulkButtonProps<T> {
  action: Action<T>;
  items: readonly T[];
  onRun: (action: Action<T>, items: readonly T[]) => void;
}

function BulkButton<T>({ action, items, onRun }: BulkButtonProps<T>): ReactNode {
  const { t, i18n } = useTranslation('table');
  const scopeText = useScopeText();
  const scope = actionScope(action, items);
  const why = scopeText(scope);
  const isDisabled = scope.runnable.length === 0;
  const isPartial = !isDisabled && scope.runnable.length < items.length;
  const label = t(action.label(items));
  return (
    <Tooltip title={why ?? ''}>
      <Box component="span" sx={{ display: 'inline-flex', flexShrink: 0 }}>
        <Button
          size="small"
          color={action.isDangerous === true ? 'error' : 'inherit'}
          disabled={isDisabled}
          aria-description={why ?? undefined}
          startIcon={<Icon path={action.icon} />}
          onClick={() => onRun(action, items)}
        >
          {isPartial ? `${label} ` : label}
          {isPartial && (
            <Box component="span" sx={{ ml: 0.75, color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>
              {t('countOf', {
                count: scope.runnable.length,
                runnable: formatCount(scope.runnable.length, i18n.language),
                total: formatCount(items.length, i18n.language),
              })}
            </Box>
          )}
        </Button>
      </Box>
    </Tooltip>
  );
}
