import {
  Box,
  Divider,
  ListItemIcon,
  ListItemText,
  Menu,
  MenuItem,
  Typography,
  type PopoverPosition,
} from '@mui/material';
import type { MouseEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icon.tsx';
import { KeyCap } from './key-cap.tsx';

/** Something that a person can do with items of one resource; feeds menus, headers, the bulk bar and the palette. */
export interface Action<T> {
  id: string;
  /** A path of @mdi/js. */
  icon: string;
  /** Names the text for these items, e.g. `machines:actions.start`. */
  label: (items: readonly T[]) => string;
  /** Actions of one group stand together. */
  group: string;
  /** True where it interrupts or destroys: shown in the warning colour. */
  isDangerous?: boolean;
  /** Has a button of its own in the bulk bar, not only an entry in the menu. */
  isPrimary?: boolean;
  /** Key that runs it on the selected rows, as KeyboardEvent.key says it. */
  shortcut?: string;
  /** False where it could never run on such an item; then it is not shown at all. */
  isFor: (item: T) => boolean;
  /** True, or what names the text that says why not. */
  canRun: (item: T) => true | string;
}

/** Keeps the item type of an action while it is written as data. */
export function defineAction<T>(action: Action<T>): Action<T> {
  return action;
}

/** What an action can do for some items. */
export interface ActionScope<T> {
  /** Items it can run on. */
  runnable: readonly T[];
  /** How many items it cannot run on, by the reason's text key, most frequent first. */
  reasons: readonly { reason: string; count: number }[];
}

/** Splits items into those that the action can run on and the reasons of the others. */
export function actionScope<T>(action: Action<T>, items: readonly T[]): ActionScope<T> {
  const runnable: T[] = [];
  const counts = new Map<string, number>();
  for (const item of items) {
    const answer = action.canRun(item);
    if (answer === true) runnable.push(item);
    else counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  const reasons = [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
  return { runnable, reasons };
}

/** Those actions that make sense for at least one of the items. */
export function actionsFor<T>(actions: readonly Action<T>[], items: readonly T[]): readonly Action<T>[] {
  return actions.filter((action) => items.some((item) => action.isFor(item)));
}

/** Why an action cannot run on any item, or on how many it can: `null` where it can run on all. */
export function useScopeText(): (scope: ActionScope<unknown>) => string | null {
  const { t } = useTranslation('table');
  return ({ runnable, reasons }) => {
    if (reasons.length === 0) return null;
    const total = runnable.length + reasons.reduce((sum, { count }) => sum + count, 0);
    if (total === 1) return t(reasons[0]?.reason ?? '');
    const why = reasons.map(({ reason, count }) => t('because', { total: count, reason: t(reason) }));
    return t('partial', { runnable: runnable.length, total, why: why.join(t('separator')) });
  };
}

/** An entry of a menu that is no action, e.g. "Copy name". */
export interface MenuEntry {
  id: string;
  icon: string;
  /** Names the text. */
  label: string;
  run: () => void;
}

interface ActionMenuProps<T> {
  actions: readonly Action<T>[];
  items: readonly T[];
  /** Where it opens: beside an element or at a point of the window. Null keeps it closed. */
  anchor: HTMLElement | PopoverPosition | null;
  label: string;
  onClose: () => void;
  onRun: (action: Action<T>, items: readonly T[]) => void;
  /** Above the actions. */
  before?: readonly MenuEntry[];
  /** Below the actions. */
  after?: readonly MenuEntry[];
}

/** The actions for some items as a menu; those that cannot run stay readable and say why. */
export function ActionMenu<T>(props: ActionMenuProps<T>): ReactNode {
  const { actions, items, anchor, label, onClose, onRun, before = [], after = [] } = props;
  const { t } = useTranslation();
  const scopeText = useScopeText();
  const isPoint = anchor !== null && !(anchor instanceof HTMLElement);
  const groups: ReactNode[][] = [];
  const entry = ({ id, icon, label: text, run }: MenuEntry): ReactNode => (
    <MenuItem
      key={id}
      onClick={() => {
        onClose();
        run();
      }}
    >
      <ListItemIcon>
        <Icon path={icon} />
      </ListItemIcon>
      <ListItemText>{t(text)}</ListItemText>
    </MenuItem>
  );
  const actionEntry = (action: Action<T>): ReactNode => {
    const scope = actionScope(action, items);
    const why = scopeText(scope);
    const isDisabled = scope.runnable.length === 0;
    const note = why === null ? null : isDisabled ? t(scope.reasons[0]?.reason ?? '') : why;
    return (
      <MenuItem
        key={action.id}
        aria-disabled={isDisabled || undefined}
        aria-description={why ?? undefined}
        title={why ?? undefined}
        onClick={() => {
          if (isDisabled) return;
          onClose();
          onRun(action, items);
        }}
        sx={{
          ...(action.isDangerous === true && !isDisabled && { color: 'error.main' }),
          ...(isDisabled && { color: 'text.disabled', cursor: 'default' }),
        }}
      >
        <ListItemIcon>
          <Icon path={action.icon} />
        </ListItemIcon>
        <ListItemText>{t(action.label(items))}</ListItemText>
        {note !== null && (
          <Typography aria-hidden variant="caption" noWrap sx={{ ml: 3, color: 'text.secondary', maxWidth: 180 }}>
            {note}
          </Typography>
        )}
        {note === null && action.shortcut !== undefined && (
          <Box aria-hidden sx={{ ml: 3 }}>
            <KeyCap>{action.shortcut}</KeyCap>
          </Box>
        )}
      </MenuItem>
    );
  };
  if (before.length > 0) groups.push(before.map(entry));
  const shown = actionsFor(actions, items);
  for (const group of new Set(shown.map((action) => action.group))) {
    groups.push(shown.filter((action) => action.group === group).map(actionEntry));
  }
  if (after.length > 0) groups.push(after.map(entry));
  return (
    <Menu
      open={anchor !== null}
      onClose={onClose}
      {...(isPoint ? { anchorReference: 'anchorPosition', anchorPosition: anchor } : { anchorEl: anchor })}
      slotProps={{
        list: { dense: true, 'aria-label': label, disabledItemsFocusable: true },
        paper: { sx: { minWidth: 220, maxWidth: 420 } },
        root: {
          // A second right click closes the menu instead of opening the browser's own.
          onContextMenu: (event: MouseEvent) => {
            event.preventDefault();
            onClose();
          },
        },
      }}
    >
      {groups.flatMap((group, at) =>
        at === 0 ? group : [<Divider key={`line ${at}`} component="li" role="separator" />, ...group],
      )}
    </Menu>
  );
}
