import { mdiDotsHorizontal } from '@mdi/js';
import { Box, Button, IconButton, Stack, Tooltip } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionMenu, actionScope, useScopeText, type Action } from './action.tsx';
import { Icon } from './icon.tsx';

interface ActionBarProps<T> {
  label: string;
  menuLabel: string;
  /** Shown as buttons of their own. */
  buttons: readonly Action<T>[];
  /** Everything there is, in the menu. */
  actions: readonly Action<T>[];
  items: readonly T[];
  onRun: (action: Action<T>) => void;
}

/** What can be done with one thing, for the head of its page; a button that cannot run says why. */
export function ActionBar<T>({ label, menuLabel, buttons, actions, items, onRun }: ActionBarProps<T>): ReactNode {
  const { t } = useTranslation();
  const scopeText = useScopeText();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <Stack direction="row" role="toolbar" aria-label={label} spacing={1} sx={{ alignItems: 'center' }}>
      {buttons.map((action) => {
        const why = scopeText(actionScope(action, items));
        return (
          <Tooltip key={action.id} title={why ?? ''}>
            <Box component="span">
              <Button
                size="small"
                variant="outlined"
                color="inherit"
                disabled={why !== null}
                aria-description={why ?? undefined}
                startIcon={<Icon path={action.icon} />}
                onClick={() => onRun(action)}
                sx={{ whiteSpace: 'nowrap' }}
              >
                {t(action.label(items))}
              </Button>
            </Box>
          </Tooltip>
        );
      })}
      <Tooltip title={menuLabel}>
        <IconButton
          size="small"
          aria-label={menuLabel}
          aria-haspopup="menu"
          onClick={({ currentTarget }) => setAnchor(currentTarget)}
        >
          <Icon path={mdiDotsHorizontal} />
        </IconButton>
      </Tooltip>
      <ActionMenu
        actions={actions}
        items={items}
        anchor={anchor}
        label={menuLabel}
        onClose={() => setAnchor(null)}
        onRun={onRun}
      />
    </Stack>
  );
}
