import { Typography } from '@mui/material';
import { enqueueSnackbar } from 'notistack';
import { useCallback, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toAppError } from '../core-client/core.tsx';
import { errorText } from './error-text.ts';
import { TaskDialog } from './task-dialog.tsx';

interface AskedActionsOptions<Id extends string, Row> {
  /** Has the words: `actions.<id>`, `started` and, for those that are asked about, `asking.<id>`. */
  namespace: string;
  nameOf: (row: Row) => string;
  canRun: (action: Id, row: Row) => boolean;
  /** The actions that ask first, because they take something away. */
  asked: ReadonlySet<Id>;
  /** Starts the work and gives the ids of its tasks. */
  start: (action: Id, rows: readonly Row[]) => Promise<readonly string[]>;
  /** What the question shows below its words. */
  details?: (action: Id, rows: readonly Row[]) => ReactNode;
}

/** What can be done with rows of one kind. */
export interface AskedActions<Id extends string, Row> {
  /** Runs an action, asking first where it must; rows that it cannot run on are left out. */
  run: (action: Id, rows: readonly Row[]) => void;
  /** What is asked right now; to be drawn once. */
  dialog: ReactNode;
}

/** Runs actions on one row or many: at once and announced, or after a question that follows them to their end. */
export function useAskedActions<Id extends string, Row>(options: AskedActionsOptions<Id, Row>): AskedActions<Id, Row> {
  const { namespace, nameOf, canRun, start, details } = options;
  const { t, i18n } = useTranslation(namespace);
  const [asked, setAsked] = useState<{ action: Id; rows: readonly Row[] } | null>(null);
  const close = useCallback(() => setAsked(null), []);
  const namesOf = (rows: readonly Row[]): string => rows.map(nameOf).join(', ');

  const run = (action: Id, all: readonly Row[]): void => {
    const rows = all.filter((row) => canRun(action, row));
    if (rows.length === 0) return;
    if (options.asked.has(action)) {
      setAsked({ action, rows });
      return;
    }
    start(action, rows).then(
      () => enqueueSnackbar(t('started', { action: t(`actions.${action}`), names: namesOf(rows) })),
      (thrown: unknown) => enqueueSnackbar(errorText(toAppError(thrown), t, i18n).title, { variant: 'error' }),
    );
  };
  const dialog = asked !== null && (
    <TaskDialog
      title={
        asked.rows.length === 1
          ? t(`asking.${asked.action}.titleOne`, { name: namesOf(asked.rows) })
          : t(`asking.${asked.action}.titleMany`, { count: asked.rows.length })
      }
      submit={t(`actions.${asked.action}`)}
      isDangerous
      canSubmit
      start={() => start(asked.action, asked.rows)}
      onClose={close}
    >
      <Typography variant="body2" color="text.secondary">
        {t(`asking.${asked.action}.text`)}
      </Typography>
      {asked.rows.length > 1 && (
        <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
          {namesOf(asked.rows)}
        </Typography>
      )}
      {details?.(asked.action, asked.rows)}
    </TaskDialog>
  );
  return { run, dialog };
}
